import Foundation

/// Whether what is called p happens in p of the cases.
package struct Calibration: Sendable, Hashable, Codable {
  package var bins: [Bin]
  /// The mean distance between what was said and what was so, over all cases (Naeini, Cooper and Hauskrecht, 2015).
  package var expectedError: Double
  /// The same of cases that were called likelier than not; `nil` if there are none.
  package var expectedErrorAboveHalf: Double?
  /// In nats.
  package var logLoss: Double

  package struct Bin: Sendable, Hashable, Codable {
    package var low: Double
    package var high: Double
    package var cases: Int
    package var weight: Double
    /// The mean of what was said.
    package var said: Double
    /// The share of cases in which it was so.
    package var found: Double
  }

  package struct Case: Sendable, Hashable {
    package var probability: Double
    package var isPositive: Bool
    package var weight: Double

    package init(probability: Double, isPositive: Bool, weight: Double = 1) {
      self.probability = probability
      self.isPositive = isPositive
      self.weight = weight
    }
  }

  /// - Parameter binCount: Bins of equal width between 0 and 1.
  package init(_ cases: [Case], binCount: Int = 10) {
    var sums = [(cases: Int, weight: Double, said: Double, found: Double)](
      repeating: (0, 0, 0, 0), count: binCount)
    var loss = 0.0
    for one in cases {
      let index = min(binCount - 1, max(0, Int(one.probability * Double(binCount))))
      sums[index].cases += 1
      sums[index].weight += one.weight
      sums[index].said += one.weight * one.probability
      sums[index].found += one.isPositive ? one.weight : 0
      let likely = one.isPositive ? one.probability : 1 - one.probability
      loss -= one.weight * log(max(likely, 1e-15))
    }
    bins = sums.enumerated().map { index, sum in
      Bin(
        low: Double(index) / Double(binCount), high: Double(index + 1) / Double(binCount), cases: sum.cases,
        weight: sum.weight, said: sum.weight > 0 ? sum.said / sum.weight : 0,
        found: sum.weight > 0 ? sum.found / sum.weight : 0)
    }
    expectedError = Self.error(bins[...]) ?? 0
    expectedErrorAboveHalf = Self.error(bins[((binCount + 1) / 2)...])
    let weight = cases.reduce(0) { $0 + $1.weight }
    logLoss = weight > 0 ? loss / weight : 0
  }

  private static func error(_ bins: ArraySlice<Bin>) -> Double? {
    let weight = bins.reduce(0) { $0 + $1.weight }
    guard weight > 0 else { return nil }
    return bins.reduce(0) { $0 + $1.weight * abs($1.said - $1.found) } / weight
  }
}
