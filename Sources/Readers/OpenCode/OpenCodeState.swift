import Ledger

extension OpenCodeReader {
  /// What is remembered from one unit to the next: one session, one turn and one message.
  struct State: Codable {
    var session: OpenSession?
    var turn: TurnUnderway?
    /// The turn has text that a person wrote, or text that only the tool did.
    var hasWrittenText = false
    var hasSyntheticText = false
    /// When the answer last given ended.
    var lastAnswer: Instant?
    var message: OpenMessage?
    /// The session of every message so far, by what a copy of it keeps.
    var originals: [UInt64: SessionID] = [:]
  }

  struct OpenSession: Codable {
    var fact: SessionFact
    /// When it was made; a message older than that was copied from another session.
    var created: Instant?
    var version: OpenCodeVersion?
  }

  struct OpenMessage: Codable {
    let name: String
    let isAnswer: Bool
    let at: Instant
    var turn: TurnID?
    var usage: UsageRecord?
    /// The calls of the steps that are finished. The message itself has only the last step's tokens.
    var steps = TokenCounts()
    var stepCount = 0
    var provider: String?
    var problem: Diagnostic?
  }

  /// Messages remembered to know copies by. Beyond, a fork of an older session is counted as calls of its own.
  static let maximumOriginals = 1 << 18
}
