import Effects
import Journal
import Ledger

/// What this room remembers between two looks, in the agents' state: which message asks for what, and what was told. Names and
/// times, and nothing that anybody wrote. Each entry is one person's, and its key says whose, so that it is shown to them and
/// erased with them.
struct SlackNotebook: Sendable {
  let store: any AgentStateStore

  enum Chapter: String {
    /// Messages that ask for somebody's word.
    case approvals
    /// Runs that were begun in Slack.
    case runs
    /// What was told once.
    case told
  }

  func all<Value: Decodable & SendableMetatype>(_ type: Value.Type, in chapter: Chapter) throws -> [Value] {
    try store.states(under: "slack/\(chapter.rawValue)/").map(Self.value)
  }

  func read<Value: Decodable & SendableMetatype>(
    _ type: Value.Type, in chapter: Chapter, of account: AccountID, as name: String
  ) throws -> Value? {
    try store.state(of: Self.key(chapter, account, name)).map(Self.value)
  }

  /// - Parameter value: `nil` forgets it.
  func write(
    _ value: (some Encodable)?, in chapter: Chapter, of account: AccountID, as name: String
  ) throws {
    try store.keep(
      value.map { try JSON(encoding: $0) }, of: Self.key(chapter, account, name))
  }

  // MARK: Of users who are nobody yet

  func invitation<Value: Decodable & SendableMetatype>(_ type: Value.Type, for user: String) throws -> Value?
  {
    try store.state(of: "slack/link/" + user).map(Self.value)
  }

  func invitations<Value: Decodable & SendableMetatype>(_ type: Value.Type) throws -> [Value] {
    try store.states(under: "slack/link/").map(Self.value)
  }

  /// - Parameter invitation: `nil` takes it back.
  func invite(_ invitation: (some Encodable)?, for user: String) throws {
    try store.keep(invitation.map { try JSON(encoding: $0) }, of: "slack/link/" + user)
  }

  private static func key(_ chapter: Chapter, _ account: AccountID, _ name: String) -> String {
    "slack/\(chapter.rawValue)/\(account.rawValue)/\(name)"
  }

  private static func value<Value: Decodable & SendableMetatype>(_ kept: JSON) throws -> Value {
    try kept.decoded()
  }
}

extension EffectID {
  /// Of a message of ours to somebody: the same for the same thing, whenever it is sent.
  init(telling what: String, _ about: String) {
    self.init(run: "slack", step: 0, tool: what, arguments: .string(about))
  }
}
