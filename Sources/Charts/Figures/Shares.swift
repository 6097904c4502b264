/// Whole percentages that add up to 100 (largest remainder).
package enum Shares {
  /// - Returns: one per weight; all 0 if the weights are.
  package static func percentages(_ weights: [Int64]) -> [Int] {
    let sizes = weights.map { Int128(Swift.max(0, $0)) }
    let total = sizes.reduce(0, +)
    guard total > 0 else { return weights.map { _ in 0 } }
    var shares = sizes.map { Int($0 * 100 / total) }
    let byRemainder = sizes.indices.sorted { a, b in
      let (x, y) = (sizes[a] * 100 % total, sizes[b] * 100 % total)
      return x == y ? a < b : x > y
    }
    for index in byRemainder.prefix(100 - shares.reduce(0, +)) { shares[index] += 1 }
    return shares
  }

  /// `61 %`, `<1 %` for something that rounds to nothing, `–` if there is no whole.
  package static func text(_ share: Int, weight: Int64, of total: Int64) -> String {
    if total <= 0 { return Figures.missing }
    return (share == 0 && weight > 0 ? "<1" : "\(share)") + Figures.joint + "%"
  }

  /// The share of one part, rounded by itself.
  package static func text(_ weight: Int64, of total: Int64) -> String {
    guard total > 0 else { return Figures.missing }
    let share = Int((Int128(Swift.max(0, weight)) * 200 + Int128(total)) / (Int128(total) * 2))
    if share == 100 && weight < total { return ">99\(Figures.joint)%" }
    return text(share, weight: weight, of: total)
  }
}
