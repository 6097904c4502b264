import Statistics

/// Exact bounds of a rate (Clopper and Pearson, 1934).
package enum BinomialBound {
  /// The one-sided upper bound of the rate behind `count` of `total`: the largest at which so few would still be seen
  /// that often. 1 if nothing was looked at.
  package static func upper(_ count: Int, of total: Int, confidence: Double = 0.95) -> Double {
    guard total > 0, count < total else { return 1 }
    return Distributions.betaQuantile(confidence, Double(count + 1), Double(total - count))
  }
}
