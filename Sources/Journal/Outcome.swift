package import Ledger

package struct OutcomeID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
  package static func < (a: OutcomeID, b: OutcomeID) -> Bool { a.rawValue < b.rawValue }
}

/// What an effect was for, watched from outside until it held or did not.
package struct Outcome: Hashable, Sendable {
  package var id: OutcomeID
  package var run: RunID
  package var step: Int
  package var agent: String
  package var account: AccountID
  /// `deployment`, `mail-thread`, `change`.
  package var kind: String
  /// Its name where it is observed.
  package var subject: String
  package var opened: Instant
  package var holdFor: Duration
  /// Known once it holds: when it is over.
  package var holdUntil: Instant?
  package var state: State
  /// What was seen that put it in this state, in a sentence.
  package var evidence: String?
  package var changed: Instant

  package init(
    id: OutcomeID, run: RunID, step: Int, agent: String, account: AccountID, kind: String, subject: String,
    opened: Instant, holdFor: Duration, holdUntil: Instant? = nil, state: State, evidence: String? = nil,
    changed: Instant
  ) {
    self.id = id
    self.run = run
    self.step = step
    self.agent = agent
    self.account = account
    self.kind = kind
    self.subject = subject
    self.opened = opened
    self.holdFor = holdFor
    self.holdUntil = holdUntil
    self.state = state
    self.evidence = evidence
    self.changed = changed
  }

  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// Begun, and not seen to be there yet.
    case open
    /// There, and being watched.
    case holding
    case held
    case reverted
    /// Nobody could tell. Counts as unknown.
    case unconfirmed

    /// Whether this may come after `earlier`.
    package func mayFollow(_ earlier: State) -> Bool {
      switch (earlier, self) {
      case (.open, .holding), (.open, .reverted), (.open, .unconfirmed): true
      case (.holding, .held), (.holding, .reverted), (.holding, .unconfirmed): true
      default: false
      }
    }

    package var isFinal: Bool {
      switch self {
      case .open, .holding: false
      case .held, .reverted, .unconfirmed: true
      }
    }
  }
}
