import Foundation

/// How likely figures of one group and of all others would be at least so far apart if both were the same. Exact where
/// the counts are small; never smaller than it should be.
package enum Comparison {
  /// Two shares: Fisher's exact test, both tails.
  package static func shares(_ a: (count: Int64, of: Int64), _ b: (count: Int64, of: Int64)) -> Double? {
    guard a.of > 0, b.of > 0 else { return nil }
    let (hits, all) = (a.count + b.count, a.of + b.of)
    func log(_ count: Int64) -> Double {
      choose(hits, count) + choose(all - hits, a.of - count) - choose(all, a.of)
    }
    let observed = log(a.count) + 1e-9
    var sum = 0.0
    for count in max(0, a.of - (all - hits))...min(hits, a.of) {
      let one = log(count)
      if one <= observed { sum += exp(one) }
    }
    return min(1, sum)
  }

  private static func choose(_ n: Int64, _ k: Int64) -> Double {
    lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
  }

  /// Two rates: of all that happened, how much happened to the one is binomial; the smaller tail doubled.
  package static func rates(_ a: (count: Int64, exposure: Double), _ b: (count: Int64, exposure: Double))
    -> Double?
  {
    guard a.exposure > 0, b.exposure > 0 else { return nil }
    let (all, chance) = (a.count + b.count, a.exposure / (a.exposure + b.exposure))
    let below = Distributions.binomial(atMost: a.count, of: all, chance: chance)
    let above = 1 - Distributions.binomial(atMost: a.count - 1, of: all, chance: chance)
    return min(1, 2 * min(below, above))
  }

  /// Two ratios of sums over weeks: Welch's t, and the ranks of the single weeks' ratios; whichever says less. The one
  /// is quick to see a difference where few weeks are far out, the other where weeks are few.
  package static func ratios(_ a: [WeekPair], _ b: [WeekPair]) -> Double? {
    guard let first = Estimate.ratio(a)?.value, let second = Estimate.ratio(b)?.value,
      let firstError = Estimate.standardError(of: a, ratio: first),
      let secondError = Estimate.standardError(of: b, ratio: second)
    else { return nil }
    let (v, w) = (firstError * firstError, secondError * secondError)
    guard v + w > 0 else { return first == second ? 1 : nil }
    let freedom = (v + w) * (v + w) / (v * v / Double(a.count - 1) + w * w / Double(b.count - 1))
    let between = Distributions.student((first - second) / (v + w).squareRoot(), freedom: freedom)
    func single(_ weeks: [WeekPair]) -> [Double] {
      weeks.filter { $0.below > 0 }.map { $0.above / $0.below }
    }
    return ranks(single(a), single(b)).map { max($0, between) }
  }

  /// Two lists of weekly medians: Mann and Whitney's test with ties; its normal approximation needs some of each.
  package static func ranks(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count >= 5, b.count >= 5 else { return nil }
    let all = (a.map { ($0, true) } + b.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var (rankSum, ties, start) = (0.0, 0.0, 0)
    while start < all.count {
      var end = start
      while end < all.count, all[end].0 == all[start].0 { end += 1 }
      let (size, rank) = (Double(end - start), Double(start + end + 1) / 2)
      rankSum += rank * Double(all[start..<end].count { $0.1 })
      ties += size * size * size - size
      start = end
    }
    let (m, n) = (Double(a.count), Double(b.count))
    let total = m + n
    let spread = (m * n / 12 * (total + 1 - ties / (total * (total - 1)))).squareRoot()
    guard spread > 0 else { return 1 }
    let distance = max(0, abs(rankSum - m * (total + 1) / 2) - 0.5)
    return erfc(distance / spread / 2.0.squareRoot())
  }

  /// Which of several likelihoods are small enough that all of them together are wrong at most so often (Holm, 1979):
  /// each is held against what is left to be compared.
  package static func holm<Key: Hashable>(_ likelihoods: [Key: Double], rate: Double) -> Set<Key> {
    let ordered = likelihoods.sorted { $0.value < $1.value }
    var found: Set<Key> = []
    for (place, one) in ordered.enumerated() {
      guard one.value <= rate / Double(ordered.count - place) else { break }
      found.insert(one.key)
    }
    return found
  }
}
