/// Divides `total` in proportion to `weights`, exactly: the parts add up to it (largest remainder method; of
/// equal remainders the earlier weight wins). Negative totals divide as their magnitude does.
///
/// - Parameter weights: Not negative; negative ones count as 0. If all are 0 the first takes everything.
/// - Returns: One part per weight; empty only if `weights` is empty.
package func apportion(_ total: Int64, weights: [Int64]) -> [Int64] {
  guard !weights.isEmpty else { return [] }
  var parts = [Int64](repeating: 0, count: weights.count)
  // A shift keeps the sum of hostile weights within 63 bits without changing proportions noticeably.
  var shift: Int64 = 0
  func scaled(_ weight: Int64) -> UInt64 { UInt64(max(0, weight)) >> UInt64(shift) }
  while weights.reduce(
    UInt64(0), { $0.addingReportingOverflow(scaled($1)).partialValue | overflowed($0, scaled($1)) })
    > UInt64(Int64.max)
  {
    shift += 1
  }
  let sum = weights.reduce(UInt64(0)) { $0 + scaled($1) }
  guard sum > 0 else {
    parts[0] = total
    return parts
  }
  let magnitude = total.magnitude
  var remainders: [(remainder: UInt64, index: Int)] = []
  var given: UInt64 = 0
  for (index, weight) in weights.enumerated() {
    let product = magnitude.multipliedFullWidth(by: scaled(weight))
    let (quotient, remainder) = sum.dividingFullWidth(product)
    given += quotient
    parts[index] = Int64(truncatingIfNeeded: quotient)
    remainders.append((remainder, index))
  }
  remainders.sort { ($1.remainder, $0.index) < ($0.remainder, $1.index) }
  for (_, index) in remainders.prefix(Int(magnitude - given)) { parts[index] &+= 1 }
  return total < 0 ? parts.map { 0 &- $0 } : parts
}

/// All ones if the sum does not fit, so that an overflow compares as too large.
private func overflowed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  a.addingReportingOverflow(b).overflow ? .max : 0
}
