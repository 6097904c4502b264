/// Sums that a report adds up further: what one account spent in one session on one model within a quarter of an
/// hour, in one outcome state. Every usage record is in exactly one cell, or divided among several whose integers add up to it.
///
/// The records of a cell are alike in which token classes their source states: a class that is `nil` is stated by
/// none of them, and one that is not by all.
package struct RollupCell: Hashable, Sendable {
  /// 15 minutes, so that the days and weeks of every time zone can be built from slots.
  package static let slotLength = Duration.minutes(15)

  /// The start of the slot.
  package var slot: Instant
  package var session: SessionID
  /// Who spent; of a session nearly always one and the same.
  package var account: AccountID
  /// As the source names it; `nil` if it does not.
  package var model: String?
  package var state: OutcomeState
  /// How far the outcome got; `nil` where nothing landed.
  package var tier: OutcomeTier?
  package var totals: Totals
  /// The part of the cost that each billed class carries, where somebody asked for it; not stored.
  package var classCosts: ClassCosts?

  package init(
    slot: Instant, session: SessionID, model: String?, state: OutcomeState, tier: OutcomeTier? = nil,
    totals: Totals, classCosts: ClassCosts? = nil, account: AccountID = .local
  ) {
    self.slot = slot
    self.session = session
    self.model = model
    self.state = state
    self.tier = tier
    self.totals = totals
    self.classCosts = classCosts
    self.account = account
  }

  /// The slot that `instant` falls into.
  package static func slot(of instant: Instant) -> Instant {
    let length = slotLength.wholeMilliseconds
    let into = instant.milliseconds % length
    return Instant(milliseconds: instant.milliseconds &- (into < 0 ? into + length : into))
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
  /// What was observed of the session that bears on its purpose, in the form that the room `Judgement` gives it.
  package var observations: [UInt8]?

  /// Nothing is the session's own, any more or at all: its calls and turns turned out to be another's. No store
  /// keeps such a session among the derived.
  package var isEmpty: Bool { cells.isEmpty && summary.turns == 0 }

  package init(summary: Summary, cells: [RollupCell], digest: UInt64, observations: [UInt8]? = nil) {
    self.summary = summary
    self.cells = cells
    self.digest = digest
    self.observations = observations
  }
}
