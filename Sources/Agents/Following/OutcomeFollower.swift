package import Effects
package import Journal
package import Ledger

/// Looks from outside at what runs did, for some kinds of outcomes: whether it stands, and whether it held. What an agent says
/// of its own work does not come into it.
package protocol OutcomeFollower: Sendable {
  /// The ``ToolResult/Followed/kind``s that it looks at.
  var kinds: [String] { get }

  /// Looks once.
  ///
  /// - Parameter kept: What the look before this one kept; `nil` at the first.
  func look(at outcome: Outcome, kept: JSON?) async -> OutcomeLook
}

/// What one look saw.
package struct OutcomeLook: Sendable {
  /// For the next look, by whichever process.
  package var kept: JSON?
  /// In which state it was seen to be, and by what; `nil` as long as nothing changed.
  package var seen: (state: Outcome.State, evidence: String)?
  /// When to look again; `nil` if there is nothing more to see.
  package var next: Instant?
  /// What it is as events of the ledger.
  package var events: [OutcomeEvent]
  /// A run that is to see to it: of the same agent, under the same gate.
  package var remedy: RunRequest?

  package init(
    kept: JSON? = nil, seen: (state: Outcome.State, evidence: String)? = nil, next: Instant?,
    events: [OutcomeEvent] = [], remedy: RunRequest? = nil
  ) {
    self.kept = kept
    self.seen = seen
    self.next = next
    self.events = events
    self.remedy = remedy
  }
}
