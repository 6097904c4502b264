package import Statistics

/// A weekly figure in the weeks after an announcement less that in the weeks before it, beside the same difference at all
/// dates at which nothing was announced.
package struct TargetChange: Sendable, Hashable {
  /// All are shares, from 0 to 1; the excess may be below.
  package enum Figure: String, Sendable, Hashable, CaseIterable {
    case active
    case justReached = "just-reached"
    /// Of those who reached the threshold by amount, with requests: one or two of them.
    case justEnough = "just-enough"
    case excess
    case spendWithoutOutcome = "spend-without-outcome"
    case spendHeld = "spend-held"
  }

  package var figure: Figure
  package var change: ChangeOverTime
}

/// By how much more adoption grew than what came of it.
package struct TargetDivergence: Sendable, Hashable {
  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The share of spend that held.
    case spendHeld = "spend-held"
    /// The number of changes that held.
    case changesHeld = "changes-held"
  }

  package var outcome: Outcome
  package var divergence: Divergence
}
