/// How well scores put one class before the other.
package enum PrecisionRecall {
  package struct Case: Sendable, Hashable {
    package var score: Double
    package var isPositive: Bool
    package var weight: Double

    package init(score: Double, isPositive: Bool, weight: Double = 1) {
      self.score = score
      self.isPositive = isPositive
      self.weight = weight
    }
  }

  /// The area under the curve of precision over recall, as average precision: the sum over all thresholds of the
  /// precision there times the recall gained there, without interpolation; equal scores are one threshold. The same as
  /// scikit-learn's `average_precision_score`. `nil` without any positive case.
  package static func averagePrecision(_ cases: [Case]) -> Double? {
    let positives = cases.reduce(0) { $0 + ($1.isPositive ? $1.weight : 0) }
    guard positives > 0 else { return nil }
    let sorted = cases.sorted { $0.score > $1.score }
    var hits = 0.0
    var seen = 0.0
    var area = 0.0
    var index = 0
    while index < sorted.count {
      let score = sorted[index].score
      let before = hits
      while index < sorted.count, sorted[index].score == score {
        seen += sorted[index].weight
        if sorted[index].isPositive { hits += sorted[index].weight }
        index += 1
      }
      if hits > before, seen > 0 { area += (hits - before) / positives * hits / seen }
    }
    return area
  }

  /// What share of those found would be rightly found, were positives as common as `prevalence`: base rates decide.
  /// `nil` if nothing is ever found.
  package static func precision(recall: Double, falseRate: Double, prevalence: Double) -> Double? {
    let right = recall * prevalence
    let wrong = falseRate * (1 - prevalence)
    return right + wrong > 0 ? right / (right + wrong) : nil
  }
}
