import Foundation
package import Statistics

/// Demand one can buy capacity on: what some use (one class of tokens of one model, or its cost) is likely to come to in the
/// weeks ahead; what of that serves a purpose, as far as a group's estimate says; and what it may be without a target.
///
/// Classes of tokens are forecast each for itself, and never summed.
package struct DemandForecast: Sendable, Hashable {
  package typealias Amount = SeriesForecast.Amount

  package let weeks: [Amount]
  package let total: Amount

  /// - Parameter amounts: One a week, in order of time. Weeks that are not known are passed over: they are not zero.
  /// - Returns: `nil` of fewer than eight known weeks.
  package init?(of amounts: [Double?], ahead: Int) {
    guard let forecast = SeriesForecast(of: amounts.compactMap { $0 }, ahead: ahead) else { return nil }
    weeks = forecast.weeks
    total = forecast.total
  }

  /// ``total`` without what is purposeless in the group that it is of. Both ranges at their worst: it is wide.
  package func purposeful(_ purposeless: PrevalenceEstimate) -> Amount {
    Amount(
      value: total.value * (1 - purposeless.share),
      range: total.range.map { range in
        range.lowerBound * (1 - purposeless.high)...range.upperBound * (1 - purposeless.low)
      })
  }

  /// ``total`` at the level of before a target, if what changed with its announcement went with it. It need not: what came
  /// after a date did not all come of it, and habits stay.
  ///
  /// - Parameter change: Of the natural logarithm of the weekly amounts.
  package func withoutTarget(_ change: ChangeOverTime) -> Amount {
    Amount(
      value: total.value * exp(-change.difference),
      range: total.range.flatMap { range in
        change.range.map { range.lowerBound * exp(-$0.upperBound)...range.upperBound * exp(-$0.lowerBound) }
      })
  }
}
