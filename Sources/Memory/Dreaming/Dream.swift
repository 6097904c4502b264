package import Effects
package import Journal
package import Ledger

/// The effect's id of the call that proposed it.
package struct DreamID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package var description: String { rawValue }
  package var short: String { String(rawValue.prefix(8)) }
}

/// What a night's consolidation proposes to change in a memory, and what became of the proposal.
package struct Dream: Hashable, Sendable {
  package var id: DreamID
  package var keeper: MemoryKeeper
  /// The run that it was proposed in: its tokens are charged there.
  package var run: RunID
  package var changes: [MemoryChange]
  package var made: Instant
  package var state: State
  package var decider: Decider?
  package var decided: Instant?

  package enum State: String, Hashable, Sendable, CaseIterable {
    case waiting, applied, discarded, reverted
  }

  package enum Decider: Hashable, Sendable {
    case person(AccountID)
    /// The agent's folder says that what passes the checks is applied.
    case folder
  }

  package init(
    id: DreamID, keeper: MemoryKeeper, run: RunID, changes: [MemoryChange], made: Instant,
    state: State = .waiting, decider: Decider? = nil, decided: Instant? = nil
  ) {
    self.id = id
    self.keeper = keeper
    self.run = run
    self.changes = changes
    self.made = made
    self.state = state
    self.decider = decider
    self.decided = decided
  }
}

/// One line of a proposal.
package enum MemoryChange: Hashable, Sendable, Codable {
  case add(Learned)
  /// One entry in the place of others.
  case replace([MemoryID], by: Learned)
  case forget(MemoryID, because: String)

  /// A text with where it comes from, as it will be kept.
  package struct Learned: Hashable, Sendable, Codable {
    package var id: MemoryID
    package var text: String
    package var provenance: MemoryProvenance
    package var sources: [MemorySource]
    package var labels: Labels

    package init(
      id: MemoryID, text: String, provenance: MemoryProvenance, sources: [MemorySource], labels: Labels
    ) {
      self.id = id
      self.text = text
      self.provenance = provenance
      self.sources = sources
      self.labels = labels
    }
  }

  package var removed: [MemoryID] {
    switch self {
    case .add: []
    case .replace(let ids, _): ids
    case .forget(let id, _): [id]
    }
  }

  package var added: Learned? {
    switch self {
    case .add(let learned), .replace(_, let learned): learned
    case .forget: nil
    }
  }
}
