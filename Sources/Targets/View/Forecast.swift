import Foundation
import Statistics
package import Visibility

/// Where a rate is likely to be in the next weeks: exponential smoothing with a damped trend (E. S. Gardner and
/// E. McKenzie, "Forecasting trends in time series", Management Science 31, 1985), with intervals from the errors that
/// it would have made so far.
package struct Forecast: Sendable {
  package struct Step: Sendable, Hashable {
    package var week: Week
    /// From 0 to 1.
    package var rate: Double
    /// In four of five cases the rate is between these, as far as the past goes.
    package var least: Double
    package var most: Double
  }

  package let steps: [Step]

  /// With fewer weeks nothing is forecast.
  package static let fewestWeeks = 8
  /// How many weeks ahead.
  package static let horizon = 4

  /// - Parameter rates: In order of time; weeks that are missing are passed over.
  init(of rates: [(week: Week, rate: Double)], timeZone: TimeZone) {
    guard rates.count >= Self.fewestWeeks, let last = rates.last?.week else {
      steps = []
      return
    }
    let values = rates.map(\.rate)
    let intervals = Self.intervals(values)
    var (steps, week): ([Step], Week) = ([], last)
    for (value, reach) in intervals {
      guard let end = week.bounds(in: timeZone)?.upperBound else { break }
      week = Week(containing: end, in: timeZone)
      let rate = min(1, max(0, value))
      steps.append(
        Step(week: week, rate: rate, least: max(0, rate - reach), most: min(1, rate + reach)))
    }
    self.steps = steps
  }

  /// Of each of the next weeks, the forecast and how far the rate may be from it.
  static func intervals(_ values: [Double]) -> [(value: Double, reach: Double)] {
    let best = DampedSmoothing.best(for: values)
    let forecast = best.forecast(after: values, steps: horizon)
    var reach = 0.0
    return forecast.enumerated().map { index, value in
      let errors = best.errors(on: values, ahead: index + 1)
      let freedom = Double(max(1, errors.count - DampedSmoothing.parameters))
      let spread = (errors.reduce(0) { $0 + $1 * $1 } / freedom).squareRoot()
      // Further ahead is never surer.
      reach = max(reach, spread * Distributions.studentLimit(0.8, freedom: freedom))
      return (value, reach)
    }
  }
}
