import Foundation

/// Where a weekly amount (tokens, dollars) is likely to be in the next weeks.
///
/// Damped smoothing of logarithms, for amounts grow and vary in proportion; intervals are conformal: as far as the forecasts
/// that would have been made so far were off in four of five cases (Vovk, Gammerman and Shafer, 2005; for series, Xu and
/// Xie, ICML 2021), whatever the errors are distributed like.
package struct SeriesForecast: Sendable, Hashable {
  package struct Amount: Sendable, Hashable {
    package var value: Double
    /// In four of five cases the amount is between these; `nil` where too few weeks are known to say so.
    package var range: ClosedRange<Double>?

    package init(value: Double, range: ClosedRange<Double>?) {
      self.value = value
      self.range = range
    }
  }

  /// Of each of the next weeks.
  package let weeks: [Amount]
  /// Of all of them together: its range is narrower than the weeks' taken together, for they are not all high at once.
  package let total: Amount

  /// With fewer weeks nothing is forecast.
  package static let fewestWeeks = 8
  private static let coverage = 0.8

  /// - Parameter amounts: One a week, in order of time, none missing and none below zero.
  /// - Returns: `nil` of too few weeks, or of nothing but zeros.
  package init?(of amounts: [Double], ahead: Int) {
    let mean = amounts.reduce(0, +) / Double(max(1, amounts.count))
    guard amounts.count >= Self.fewestWeeks, ahead > 0, mean > 0,
      amounts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    // Weeks of nothing have no logarithm: a hundredth of the mean is put to all.
    let shift = mean / 100
    let logs = amounts.map { log($0 + shift) }
    func amount(_ log: Double) -> Double { max(0, exp(log) - shift) }
    let smoothing = DampedSmoothing.best(for: logs)
    var reach: Double? = 0
    weeks = smoothing.forecast(after: logs, steps: ahead).enumerated().map { index, value in
      let errors = smoothing.errors(on: logs, ahead: index + 1)
      // Further ahead is never surer.
      reach = reach.flatMap { reach in Self.reach(of: errors).map { max(reach, $0) } }
      return Amount(
        value: amount(value), range: reach.map { amount(value - $0)...amount(value + $0) })
    }
    let sum = weeks.reduce(0) { $0 + $1.value }
    let past = smoothing.sums(on: logs, ahead: ahead, amount).filter { $0.forecast > 0 && $0.came > 0 }
    let off = Self.reach(of: past.map { log($0.came / $0.forecast) })
    total = Amount(value: sum, range: off.map { sum * exp(-$0)...sum * exp($0) })
  }

  /// How far off four of five are, of which these are a sample; `nil` of too few to say so.
  private static func reach(of errors: [Double]) -> Double? {
    let rank = Int((Double(errors.count + 1) * coverage).rounded(.up))
    guard rank <= errors.count, errors.count > DampedSmoothing.parameters else { return nil }
    // Two parameters were fitted to these very errors.
    let count = Double(errors.count)
    let wider = (count / (count - Double(DampedSmoothing.parameters))).squareRoot()
    return errors.map { abs($0) }.sorted()[rank - 1] * wider
  }
}
