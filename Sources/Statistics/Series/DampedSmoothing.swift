import Foundation

/// Exponential smoothing with a damped trend (E. S. Gardner and E. McKenzie, "Forecasting trends in time series",
/// Management Science 31, 1985): how fast level and trend follow, and how fast the trend dies down.
package struct DampedSmoothing: Sendable, Hashable {
  package var level: Double
  package var trend: Double
  package var damping: Double

  /// That are fitted to the past.
  package static let parameters = 2

  package static let all: [DampedSmoothing] = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9].flatMap { level in
    [0, 0.1, 0.3].map { DampedSmoothing(level: level, trend: $0, damping: 0.85) }
  }

  /// The one of ``all`` that would have been least wrong one step ahead so far.
  package static func best(for values: [Double]) -> DampedSmoothing {
    all.min { $0.error(on: values) < $1.error(on: values) } ?? all[0]
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

  package func forecast(after values: [Double], steps: Int) -> [Double] {
    guard let last = states(values).last else { return [] }
    return (1...max(1, steps)).map { value($0, after: last) }
  }

  /// So many steps ahead, from each time on at which that many have followed.
  package func errors(on values: [Double], ahead steps: Int) -> [Double] {
    let states = states(values)
    return states.indices.compactMap { index in
      guard index >= Self.warmUp, values.indices.contains(index + steps) else { return nil }
      return values[index + steps] - value(steps, after: states[index])
    }
  }

  /// What each forecast was, and what came, over so many steps taken together on some scale.
  package func sums(on values: [Double], ahead steps: Int, _ scale: (Double) -> Double) -> [(
    forecast: Double, came: Double
  )] {
    let states = states(values)
    return states.indices.compactMap { index in
      guard index >= Self.warmUp, values.indices.contains(index + steps) else { return nil }
      let ahead = (1...steps).map { scale(value($0, after: states[index])) }
      let came = values[(index + 1)...(index + steps)].map(scale)
      return (ahead.reduce(0, +), came.reduce(0, +))
    }
  }

  private func error(on values: [Double]) -> Double {
    errors(on: values, ahead: 1).reduce(0) { $0 + $1 * $1 }
  }
}
