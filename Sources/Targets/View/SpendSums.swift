package import Ledger
package import Visibility

/// What the organisation spent in some weeks, by what is known to have come of it. Only settled weeks say that.
package struct SpendSums: Sendable, Hashable {
  /// At list price, of settled weeks.
  package private(set) var total = NanoDollars.zero
  /// Of ``total``, what led to something that still stands; `nil` if a week does not say it.
  package private(set) var held: NanoDollars? = .zero
  /// Of ``total``, what no outcome is known of: explored, unexplained and unknown together.
  package private(set) var notLinked = NanoDollars.zero
  /// How many changes that AI sessions are linked to landed and stood; `nil` if a week does not say it.
  package private(set) var heldChanges: Int64? = 0
  package private(set) var settledWeeks = 0
  /// Weeks of which it is not known yet.
  package private(set) var openWeeks = 0
  /// Weeks of which it cannot be shown.
  package private(set) var hiddenWeeks = 0

  init() {}

  package init(of weeks: [FrozenWeek]) {
    for week in weeks {
      guard week.isSettled else {
        openWeeks += 1
        continue
      }
      guard let settled = week.split(of: Cell(.organisation)) else {
        hiddenWeeks += 1
        continue
      }
      settledWeeks += 1
      heldChanges = heldChanges.flatMap { sum in settled.changes.map { sum + $0.held } }
      switch settled.split {
      case .threeWays(let held, let otherLinked, let notLinked):
        total += held + otherLinked + notLinked
        self.held = self.held.map { $0 + held }
        self.notLinked += notLinked
      case .twoWays(let linked, let notLinked):
        total += linked + notLinked
        held = nil
        self.notLinked += notLinked
      }
    }
    if settledWeeks == 0 { (held, heldChanges) = (nil, nil) }
  }

  /// `nil` without spend in a settled week.
  package var notLinkedShare: Double? { total.count > 0 ? share(notLinked) : nil }
  package var heldShare: Double? { total.count > 0 ? held.map(share) : nil }

  private func share(_ part: NanoDollars) -> Double { Double(part.count) / Double(total.count) }
}
