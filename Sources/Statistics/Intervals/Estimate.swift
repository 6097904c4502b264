/// A figure with the range that holds the true one 95 times in 100, as far as its assumptions do.
package struct Estimate: Hashable, Sendable {
  package var value: Double
  /// `nil` where there is too little to say how wrong the value may be.
  package var range: ClosedRange<Double>?

  package init(_ value: Double, _ range: ClosedRange<Double>?) {
    self.value = value
    self.range = range
  }

  /// A share of things that go one way or the other each by itself. Wilson's interval (1927), which keeps its promise
  /// with few things too.
  package static func share(_ count: Int64, of total: Int64) -> Estimate? {
    guard total > 0, count >= 0, count <= total else { return nil }
    let (n, z) = (Double(total), Distributions.normalLimit)
    let p = Double(count) / n
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(p, max(0, middle - half)...min(1, middle + half))
  }

  /// How often something happens in so much of something. Garwood's exact interval of a Poisson count (1936).
  package static func rate(_ count: Int64, in exposure: Double) -> Estimate? {
    guard exposure > 0, count >= 0 else { return nil }
    let k = Double(count)
    let low = count == 0 ? 0 : Distributions.gammaQuantile(0.025, shape: k)
    let high = Distributions.gammaQuantile(0.975, shape: k + 1)
    return Estimate(k / exposure, low / exposure...max(low, high) / exposure)
  }

  /// One sum over another, each pair of a week: how much the weeks differ says how wrong the ratio may be. Linearised
  /// (Cochran, Sampling Techniques, 6.3), with Student's t; no range from fewer than four weeks.
  package static func ratio(_ weeks: [WeekPair]) -> Estimate? {
    let below = weeks.reduce(0) { $0 + $1.below }
    guard below > 0 else { return nil }
    let value = weeks.reduce(0) { $0 + $1.above } / below
    guard let error = standardError(of: weeks, ratio: value) else { return Estimate(value, nil) }
    let half = Distributions.studentLimit(freedom: Double(weeks.count - 1)) * error
    return Estimate(value, max(0, value - half)...(value + half))
  }

  /// Of a ratio of sums over weeks; `nil` from fewer than four of them, and where they are all alike: that nothing ever
  /// happened does not say that nothing can.
  static func standardError(of weeks: [WeekPair], ratio: Double) -> Double? {
    guard weeks.count >= 4 else { return nil }
    let n = Double(weeks.count)
    let below = weeks.reduce(0) { $0 + $1.below }
    let squares = weeks.reduce(0) { sum, week in
      let rest = week.above - ratio * week.below
      return sum + rest * rest
    }
    return squares > 0 ? (n / (n - 1) * squares).squareRoot() / below : nil
  }
}

/// What a ratio of sums takes from one week.
package struct WeekPair: Hashable, Sendable {
  package var above: Double
  package var below: Double

  package init(_ above: Double, per below: Double) {
    self.above = above
    self.below = below
  }
}
