package import Effects
package import ServiceSettings

/// Who and what there is in a scripted workspace.
package struct Workspace: Sendable {
  package struct Member: Hashable, Sendable {
    package var id: String
    package var name: String
    package var mail: String
    /// Of another workspace that shares a channel; `nil`: this one.
    package var team: String?
    package var isGuest: Bool

    package init(_ id: String, _ name: String, mail: String, team: String? = nil, isGuest: Bool = false) {
      self.id = id
      self.name = name
      self.mail = mail
      self.team = team
      self.isGuest = isGuest
    }
  }

  package var team = "T0ASSAY"
  package var teamName = "Example"
  package var app = "A0ASSAY"
  /// What our app is called in messages: `<@U0ASSAY>`.
  package var botUser = "U0ASSAY"
  package var bot = "B0ASSAY"
  package var botToken = Credential(secret: "xoxb-of-the-scripted-workspace")
  package var appToken = Credential(secret: "xapp-of-the-scripted-workspace")
  package var signingSecret = Credential(secret: "signing-secret-of-the-scripted-workspace")
  package var members: [Member]
  /// By identifier, the name.
  package var channels: [String: String]

  package init(
    members: [Member] = [
      Member("U0ADA", "Ada", mail: "ada@example.com"), Member("U0BEN", "Ben", mail: "ben@example.com"),
    ],
    channels: [String: String] = ["C0GENERAL": "general", "C0STANDUP": "standup"]
  ) {
    self.members = members
    self.channels = channels
  }
}

/// A message as it stands in the workspace.
package struct ScriptedPost: Hashable, Sendable {
  package var channel: String
  package var ts: String
  package var threadTS: String?
  package var user: String
  /// Whether our app wrote it.
  package var isOurs: Bool
  package var text: String
  package var blocks: JSON?
  package var metadata: JSON?
  /// How often it was changed.
  package var edits = 0
  /// Who alone sees it.
  package var onlyFor: String?
  /// Everything that came with the call that made it, or changed it last.
  package var arguments: JSON = [:]

  /// Everything in it that is read: the blocks' texts, or its own.
  package var shown: String {
    guard let blocks else { return text }
    return blocks.leaves().filter { $0.path.hasSuffix(".text") }.compactMap(\.value.string)
      .joined(separator: "\n")
  }
}

/// One call of the Web API.
package struct ScriptedCall: Hashable, Sendable {
  package var method: String
  package var arguments: JSON
  package var status: Int
  /// `nil` if it was done.
  package var error: String?
}

/// What goes wrong with the next calls of a method.
package struct ScriptedFault: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case rateLimited(retryAfterSeconds: Int)
    case status(Int)
    case error(String)
    /// It is done, and the connection ends without an answer.
    case lostAnswer
    /// Nothing, before what is behind it.
    case nothing
  }

  package var kind: Kind
  package var times: Int

  package init(_ kind: Kind, times: Int = 1) {
    self.kind = kind
    self.times = times
  }
}

/// A request that Slack would make of our endpoint.
package struct ScriptedRequest: Hashable, Sendable {
  /// By their names in lower case.
  package var headers: [String: String]
  package var body: [UInt8]
}
