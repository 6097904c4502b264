package import Effects
package import Slack

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

/// An answer to a click or a command.
package struct SlackResponse: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Only who clicked sees it.
    case onlyThem
    case everybody
    /// In place of the message that was clicked on.
    case replacing
    /// The message that was clicked on goes.
    case deleting
  }

  package var kind: Kind
  package var content: SlackContent?

  package init(_ kind: Kind, _ content: SlackContent? = nil) {
    self.kind = kind
    self.content = content
  }

  var fields: [String: JSON] {
    var fields = content?.fields ?? [:]
    switch kind {
    case .onlyThem:
      fields["response_type"] = "ephemeral"
      fields["replace_original"] = false
    case .everybody:
      fields["response_type"] = "in_channel"
      fields["replace_original"] = false
    case .replacing: fields["replace_original"] = true
    case .deleting: fields = ["delete_original": true]
    }
    return fields
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
  /// How often somebody put a sign under it.
  package var reactions: Int64

  init?(_ json: JSON) {
    guard let ts = json["ts"]?.string else { return nil }
    self.ts = ts
    threadTS = json["thread_ts"]?.string
    user = json["user"]?.string
    isBot = json["bot_id"].map { $0 != .null } ?? false
    text = json["text"]?.string ?? ""
    mark = SlackMark(json["metadata"])
    let signs = if case .array(let signs)? = json["reactions"] { signs } else { [JSON]() }
    reactions = signs.reduce(0) { sum, sign in
      if case .integer(let count)? = sign["count"] { sum + count } else { sum }
    }
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
  /// A guest, or from another organisation.
  package var isOutsider: Bool
  package var timeZone: String?

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
    timeZone = json?["tz"]?.string
  }
}

/// Who our app is in the workspace.
package struct SlackIdentity: Hashable, Sendable {
  package var team: String
  package var teamName: String
  package var user: String
  package var bot: String?
}
