/// Sums that a report adds up further: a quarter of an hour of one session with one model, in one state.
package struct RollupCell: Hashable, Sendable {
  /// 15 minutes, so that the days and weeks of every time zone can be built from slots.
  package static let slotMilliseconds: Int64 = 900_000

  /// The start of the slot.
  package var slot: Instant
  package var session: SessionID
  package var model: String?
  package var state: OutcomeState
  package var tier: OutcomeTier?
  package var amounts: Amounts

  package init(
    slot: Instant, session: SessionID, model: String?, state: OutcomeState, tier: OutcomeTier?,
    amounts: Amounts
  ) {
    self.slot = slot
    self.session = session
    self.model = model
    self.state = state
    self.tier = tier
    self.amounts = amounts
  }
}

/// Tokens, money and numbers of records.
package struct Amounts: Hashable, Sendable {
  package var counts: TokenCounts
  /// At list price; `nil` if no record of it is priced.
  package var cost: NanoDollars?
  /// Itemised calls, those of unknown usage included.
  package var records: Int64
  package var unknownRecords: Int64
  package var unpricedRecords: Int64
  package var notBilledRecords: Int64
  package var unitemisedRecords: Int64

  package init(
    counts: TokenCounts = TokenCounts(), cost: NanoDollars? = nil, records: Int64 = 0,
    unknownRecords: Int64 = 0, unpricedRecords: Int64 = 0, notBilledRecords: Int64 = 0,
    unitemisedRecords: Int64 = 0
  ) {
    self.counts = counts
    self.cost = cost
    self.records = records
    self.unknownRecords = unknownRecords
    self.unpricedRecords = unpricedRecords
    self.notBilledRecords = notBilledRecords
    self.unitemisedRecords = unitemisedRecords
  }

  package static func += (a: inout Amounts, b: Amounts) {
    a.counts += b.counts
    if let cost = b.cost { a.cost = (a.cost ?? .zero) + cost }
    a.records &+= b.records
    a.unknownRecords &+= b.unknownRecords
    a.unpricedRecords &+= b.unpricedRecords
    a.notBilledRecords &+= b.notBilledRecords
    a.unitemisedRecords &+= b.unitemisedRecords
  }
}

/// All that is derived for one session.
package struct DerivedSession: Sendable {
  /// What lists and tables show of a session.
  package struct Summary: Hashable, Sendable {
    package var session: SessionFact
    /// The repository it worked in, or the reason why none is known.
    package var repository: String?
    package var project: String
    package var turns: Int64
    package var commits: [String]
    package var reason: String
    /// When the states would change by time alone.
    package var nextChange: Instant?

    package init(
      session: SessionFact, repository: String?, project: String, turns: Int64, commits: [String],
      reason: String, nextChange: Instant?
    ) {
      self.session = session
      self.repository = repository
      self.project = project
      self.turns = turns
      self.commits = commits
      self.reason = reason
      self.nextChange = nextChange
    }
  }

  package var summary: Summary
  package var cells: [RollupCell]
  /// Of the attribution that it was made from: equal means that only new usage can change it.
  package var digest: UInt64

  /// Nothing is the session's own, any more or at all: its calls and turns turned out to be another's. No store
  /// keeps such a session among the derived.
  package var isEmpty: Bool { cells.isEmpty && summary.turns == 0 }

  package init(summary: Summary, cells: [RollupCell], digest: UInt64) {
    self.summary = summary
    self.cells = cells
    self.digest = digest
  }
}
