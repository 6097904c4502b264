import Ledger

/// The thresholds of attribution. They are policy, not evidence (law 3): stamped into what they decide.
package struct AttributionPolicy: Hashable, Sendable, Codable {
  /// Raised whenever the rules change what they would say of the same evidence.
  package static let currentVersion: Int64 = 2

  package var version: Int64 = AttributionPolicy.currentVersion
  /// How long an outcome must stand before it counts as held.
  package var holdWindow: Duration = .days(14)
  /// How long a turn may wait for its outcome.
  package var grace: Duration = .days(7)
  /// How much older than the commit an edit may be.
  package var maximumEditAge: Duration = .days(21)
  /// How far the clocks of session and commit may disagree.
  package var clockSkew: Duration = .minutes(2)
  /// How far back an earlier turn may carry over to an edit: one working day, weekends not counted.
  package var carryOver: Duration = .hours(24)

  /// Evidence in a commit that a session of the same repository needs: a new line that is in one file only, in
  /// a file of the same name and committed at once, is 1. The more a commit holds, the more of it matches by
  /// chance: what is needed grows with the root of its lines.
  package var minimumScore: Double = 0.4
  /// So many new lines that are in no more than two files are enough, however large the commit.
  package var sufficientRareLines = 2
  /// The same for a session that is not known to belong to the repository, with so many such lines.
  package var foreignScore: Double = 6
  package var foreignRareLines = 4
  /// So many lines that are in one file only show that a session worked in the repository, wherever it ran.
  package var foreignHomeLines = 40

  package init() {}
}
