package import Effects

/// Where a message goes.
package struct SlackPlace: Hashable, Sendable, Codable {
  package var channel: String
  /// The first message of the thread; `nil` for the channel itself.
  package var threadTS: String?

  package init(channel: String, threadTS: String? = nil) {
    self.channel = channel
    self.threadTS = threadTS
  }
}

/// Which of our effects a message is, written into its metadata so that it can be found again: Slack takes no key that would
/// keep it from posting twice.
package struct SlackMark: Hashable, Sendable, Codable {
  package var effect: EffectID
  /// Of the messages that one effect is, from 0.
  package var part: Int

  package init(_ effect: EffectID, part: Int = 0) {
    self.effect = effect
    self.part = part
  }

  static let eventType = "assay_effect"

  var json: JSON {
    [
      "event_type": .string(Self.eventType),
      "event_payload": ["effect": .string(effect.rawValue), "part": .integer(Int64(part))],
    ]
  }

  init?(_ json: JSON?) {
    guard json?["event_type"]?.string == Self.eventType, let payload = json?["event_payload"],
      let effect = payload["effect"]?.string, case .integer(let part)? = payload["part"]
    else { return nil }
    self.init(EffectID(rawValue: effect), part: Int(part))
  }
}

/// A message as it stands in a channel. Its text is anybody's.
package struct SlackPosted: Hashable, Sendable {
  package var ts: String
  package var threadTS: String?
  package var user: String?
  /// Whether a program wrote it.
  package var isBot: Bool
  package var text: String
  package var mark: SlackMark?
  /// Who put a sign under it, each as often as they did, as far as Slack names them.
  package var signers: [String]

  init?(_ json: JSON) {
    guard let ts = json["ts"]?.string else { return nil }
    self.ts = ts
    threadTS = json["thread_ts"]?.string
    user = json["user"]?.string
    isBot = json["bot_id"].map { $0 != .null } ?? false
    text = json["text"]?.string ?? ""
    mark = SlackMark(json["metadata"])
    signers = Self.list(json["reactions"]).flatMap { Self.list($0["users"]).compactMap(\.string) }
  }

  private static func list(_ json: JSON?) -> [JSON] {
    if case .array(let elements)? = json { elements } else { [] }
  }
}

/// A member of the workspace, as Slack describes them. A profile is its owner's to write; only `mail` is checked by Slack.
package struct SlackUser: Hashable, Sendable {
  package var id: String
  package var team: String?
  package var name: String
  /// Needs the scope `users:read.email`.
  package var mail: String?
  package var isBot: Bool
  package var isDeleted: Bool
  /// A guest, or from another organisation, as far as Slack says so; see also ``team``.
  package var isOutsider: Bool

  init?(_ json: JSON?) {
    guard let id = json?["id"]?.string else { return nil }
    self.id = id
    team = json?["team_id"]?.string
    let profile = json?["profile"]
    name =
      [profile?["display_name"], json?["real_name"], json?["name"]].compactMap { $0?.string }
      .first { !$0.isEmpty } ?? id
    mail = profile?["email"]?.string
    isBot = json?["is_bot"] == .bool(true)
    isDeleted = json?["deleted"] == .bool(true)
    isOutsider = ["is_restricted", "is_ultra_restricted", "is_stranger"].contains { json?[$0] == .bool(true) }
  }
}

/// Who our app is in the workspace.
package struct SlackIdentity: Hashable, Sendable {
  package var team: String
  package var teamName: String
  package var user: String
  package var bot: String?
}
