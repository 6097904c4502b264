package import Ledger
package import Statistics

/// What a group spent of a budget by closed weeks, and what a whole window may come to if it goes on so.
///
/// Made of published weeks only. The forecast takes the weeks to come as drawn like those of the last quarter: its range
/// is that of a sum of so many further weeks (Student's t), wide where weeks differ.
package struct SpendOutlook: Sendable, Hashable {
  package var budget: NanoDollars
  /// How many weeks the budget is for.
  package var weeks: Double
  /// What a window comes to, in dollars; `nil` from fewer than four published weeks.
  package var forecast: Estimate?
  /// The mean of the weeks that it is made of, in dollars a week.
  package var weekly: Double
  package var published: Int
  package var missing: Int

  /// - Parameters:
  ///   - window: that the budget is for; of a minute there is none.
  ///   - costs: of the last weeks; `nil` for one that is not published of the group.
  package init?(_ budget: NanoDollars, per window: WindowLength, costs: [NanoDollars?]) {
    let known = costs.compactMap { $0?.inDollars }
    guard !known.isEmpty else { return nil }
    self.budget = budget
    weeks = window.weeks
    published = known.count
    missing = costs.count - known.count
    let n = Double(known.count)
    let mean = known.reduce(0, +) / n
    weekly = mean
    let value = mean * weeks
    guard known.count >= 4 else { return }
    let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    // Of the sum of the weeks to come, and of the mean that it is guessed from.
    let error = (variance * (weeks + weeks * weeks / n)).squareRoot()
    let half = Distributions.studentLimit(freedom: n - 1) * error
    forecast = Estimate(value, max(0, value - half)...(value + half))
  }

  package enum WindowLength: String, Sendable, Hashable {
    case day, week, month

    package var weeks: Double {
      switch self {
      case .day: 1.0 / 7
      case .week: 1
      // A twelfth of 365.25 days.
      case .month: 365.25 / 12 / 7
      }
    }
  }

  /// How the forecast stands to the budget.
  package enum Standing: Sendable, Hashable { case below, above, open, unknown }

  package var standing: Standing {
    guard let range = forecast?.range else { return .unknown }
    if range.upperBound < budget.inDollars { return .below }
    return range.lowerBound > budget.inDollars ? .above : .open
  }
}
