package import Ledger

/// The thresholds of attribution. They are policy, not evidence (law 3): stamped into what they decide.
package struct AttributionPolicy: Hashable, Sendable, Codable {
  /// Raised whenever the rules change what they would say of the same evidence.
  package static let currentVersion: Int64 = 1

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

  package init() {}
}
