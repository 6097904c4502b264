import Ledger

/// Draws with tails, by additions and multiplications only, so that every machine draws the same.
extension Chance {
  /// In 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Nearly normal with mean 0 and deviation 1: twelve uniform draws added up, so never beyond ±6.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }

  /// Log-normal around `median`; `sigma` of 1 puts one draw in six beyond 2.7 times the median.
  mutating func spread(around median: Double, sigma: Double) -> Double {
    median * Self.exponential(sigma * normal())
  }

  /// The same for times.
  mutating func spread(around median: Duration, sigma: Double) -> Duration {
    let milliseconds = spread(around: Double(median.wholeMilliseconds), sigma: sigma)
    return .milliseconds(Int64(milliseconds))
  }

  /// True with this probability.
  mutating func happens(_ probability: Double) -> Bool { unit() < probability }

  /// An index, as often as its weight says.
  mutating func index(weights: [Double]) -> Int {
    var rest = unit() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    return max(0, weights.count - 1)
  }

  /// A whole number with this mean: its integer part, or one more.
  mutating func count(mean: Double) -> Int {
    let whole = Int(mean)
    return whole + (happens(mean - Double(whole)) ? 1 : 0)
  }

  /// e to the power of `x`, for |x| < 40: Taylor's series of a sixty-fourth of it, squared six times.
  private static func exponential(_ x: Double) -> Double {
    let part = x / 64
    var term = 1.0
    var sum = 1.0
    for degree in 1...12 {
      term *= part / Double(degree)
      sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return sum
  }
}
