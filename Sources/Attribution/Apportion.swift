/// Divides `total` in proportion to `weights`, exactly: the parts add up to it (largest remainder method; of
/// equal remainders the earlier weight wins). A negative total divides as its magnitude does.
///
/// - Parameter weights: Negative ones count as 0, and if all are 0 the first takes everything. So that their sum
///   fits, none counts for more than `Int64.max` divided by their number.
/// - Returns: One part per weight; empty only if `weights` is empty.
package func apportion(_ total: Int64, weights: [Int64]) -> [Int64] {
  guard !weights.isEmpty else { return [] }
  let limit = Int64.max / Int64(weights.count)
  let capped = weights.map { UInt64(min(max(0, $0), limit)) }
  let sum = capped.reduce(0, +)
  guard sum > 0 else { return [total] + Array(repeating: 0, count: weights.count - 1) }
  var remainders: [(remainder: UInt64, index: Int)] = []
  var given: UInt64 = 0
  var parts: [UInt64] = []
  for (index, weight) in capped.enumerated() {
    // In range: weight ≤ sum, so the quotient is at most the magnitude.
    let (quotient, remainder) = sum.dividingFullWidth(total.magnitude.multipliedFullWidth(by: weight))
    given += quotient
    parts.append(quotient)
    remainders.append((remainder, index))
  }
  remainders.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
  for (_, index) in remainders.prefix(Int(total.magnitude - given)) { parts[index] += 1 }
  return parts.map { total < 0 ? 0 &- Int64(truncatingIfNeeded: $0) : Int64(truncatingIfNeeded: $0) }
}
