package import Ledger

extension Totals {
  /// The totals in parts by `weights`, whole units each, which add up to them exactly.
  package func divided(by weights: [Int64]) -> [Totals] {
    guard weights.count > 1 else { return [self] }
    var parts = [Totals](repeating: Totals(), count: weights.count)
    func divide(_ total: Int64?, _ place: (inout Totals, Int64) -> Void) {
      guard let total else { return }
      for (index, part) in apportion(total, weights: weights).enumerated() { place(&parts[index], part) }
    }
    divide(counts.input) { $0.counts.input = $1 }
    divide(counts.cacheRead) { $0.counts.cacheRead = $1 }
    divide(counts.cacheWrite5m) { $0.counts.cacheWrite5m = $1 }
    divide(counts.cacheWrite1h) { $0.counts.cacheWrite1h = $1 }
    // Reasoning is part of output in every part too.
    divide(counts.reasoning) { $0.counts.reasoning = $1 }
    divide(counts.output.map { $0 &- (counts.reasoning ?? 0) }) {
      $0.counts.output = $1 &+ ($0.counts.reasoning ?? 0)
    }
    divide(cost?.count) { $0.cost = NanoDollars($1) }
    // So that in every part, too, the unknown and the unpriced are of the records.
    divide(unknownRecords) { $0.unknownRecords = $1 }
    divide(unpricedRecords) { $0.unpricedRecords = $1 }
    divide(records &- unknownRecords &- unpricedRecords) {
      $0.records = $1 &+ $0.unknownRecords &+ $0.unpricedRecords
    }
    divide(notBilledRecords) { $0.notBilledRecords = $1 }
    divide(unitemisedRecords) { $0.unitemisedRecords = $1 }
    return parts
  }
}
