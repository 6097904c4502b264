import Foundation
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
    let best = Smoothing.all.min { $0.error(on: values) < $1.error(on: values) } ?? Smoothing.all[0]
    let forecast = best.forecast(after: values, steps: horizon)
    var reach = 0.0
    return forecast.enumerated().map { index, value in
      let errors = best.errors(on: values, ahead: index + 1)
      let freedom = Double(max(1, errors.count - Smoothing.parameters))
      let spread = (errors.reduce(0) { $0 + $1 * $1 } / freedom).squareRoot()
      // Further ahead is never surer.
      reach = max(reach, spread * quantile(freedom))
      return (value, reach)
    }
  }

  /// Student's t for four of five cases, by the first terms of its expansion around the normal one's.
  private static func quantile(_ freedom: Double) -> Double {
    let z = 1.281552
    return z + (z * z * z + z) / (4 * freedom)
      + (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * freedom * freedom)
  }
}

/// One way to smooth: how fast level and trend follow, and how fast the trend dies down.
private struct Smoothing {
  var level: Double
  var trend: Double
  var damping: Double

  /// That are fitted to the past.
  static let parameters = 2

  static let all: [Smoothing] = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9].flatMap { level in
    [0, 0.1, 0.3].map { Smoothing(level: level, trend: $0, damping: 0.85) }
  }

  /// Before when errors are those of not knowing where to begin.
  private static let warmUp = 2

  private struct State {
    var level: Double
    var trend = 0.0
  }

  private func states(_ values: [Double]) -> [State] {
    guard let first = values.first else { return [] }
    var state = State(level: first)
    return values.map { value in
      let expected = state.level + damping * state.trend
      let next = expected + level * (value - expected)
      state = State(
        level: next, trend: damping * state.trend + trend * (next - state.level - damping * state.trend))
      return state
    }
  }

  private func value(_ steps: Int, after state: State) -> Double {
    var (value, trend) = (state.level, state.trend)
    for _ in 0..<steps {
      trend *= damping
      value += trend
    }
    return value
  }

  func forecast(after values: [Double], steps: Int) -> [Double] {
    guard let last = states(values).last else { return [] }
    return (1...steps).map { value($0, after: last) }
  }

  func errors(on values: [Double], ahead steps: Int) -> [Double] {
    let states = states(values)
    return states.indices.compactMap { index in
      guard index >= Self.warmUp, values.indices.contains(index + steps) else { return nil }
      return values[index + steps] - value(steps, after: states[index])
    }
  }

  func error(on values: [Double]) -> Double { errors(on: values, ahead: 1).reduce(0) { $0 + $1 * $1 } }
}
