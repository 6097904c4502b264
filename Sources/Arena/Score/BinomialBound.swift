import Foundation

/// Exact bounds of a rate (Clopper and Pearson, 1934).
package enum BinomialBound {
  /// The one-sided upper bound of the rate behind `count` of `total`, by default with 95 % confidence: the largest rate
  /// at which so few would still be seen that often. 1 if nothing was looked at.
  package static func upper(_ count: Int, of total: Int, confidence: Double = 0.95) -> Double {
    guard total > 0, count < total else { return 1 }
    return rate { atMost(count, of: total, rate: $0) > 1 - confidence }
  }

  /// The one-sided lower bound.
  package static func lower(_ count: Int, of total: Int, confidence: Double = 0.95) -> Double {
    guard total > 0, count > 0 else { return 0 }
    return rate { 1 - atMost(count - 1, of: total, rate: $0) < 1 - confidence }
  }

  /// The rate up to which `holds` does.
  private static func rate(_ holds: (Double) -> Bool) -> Double {
    var low = 0.0
    var high = 1.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of at most `count` of `total`.
  package static func atMost(_ count: Int, of total: Int, rate: Double) -> Double {
    if rate <= 0 { return 1 }
    if rate >= 1 { return count >= total ? 1 : 0 }
    var term = Double(total) * log1p(-rate)
    let odds = log(rate) - log1p(-rate)
    var sum = exp(term)
    for index in 0..<min(count, total) {
      term += odds + log(Double(total - index)) - log(Double(index + 1))
      sum += exp(term)
    }
    return min(1, sum)
  }
}

/// 2 to the power of `bits`.
func power(_ bits: Double) -> Double { exp2(bits) }
