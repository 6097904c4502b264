import Foundation

/// Whether a proxy (how many use something) and what it stands for (what held) went apart after a date: by how much more
/// the one grew than the other. The strongest and cheapest check of a target there is (Bevan and Hood, Public
/// Administration 84, 2006), and a count beside a count: it does not say why.
package struct Divergence: Hashable, Sendable {
  /// How many times as much the proxy grew as the outcome: 1 where they went together.
  package let factor: Double
  /// Holds the true one 95 times in 100, as far as the weeks of either side vary around one level; `nil` of fewer than four
  /// on a side.
  package let range: ClosedRange<Double>?
  /// Weeks in which both are known.
  package let weeks: (before: Int, after: Int)

  package static func == (a: Self, b: Self) -> Bool {
    a.factor == b.factor && a.range == b.range && a.weeks == b.weeks
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(factor) }

  /// - Parameters:
  ///   - proxy: One a week, in order of time, above zero; `nil` is not known.
  ///   - week: The first week after the announcement.
  /// - Returns: `nil` without a week on either side in which both are known.
  package init?(proxy: [Double?], outcome: [Double?], from week: Int, leavingOut during: Set<Int> = []) {
    func ratios(_ weeks: Range<Int>) -> [Double] {
      weeks.compactMap { index in
        guard !during.contains(index), let a = proxy[index], let b = outcome[index], a > 0, b > 0 else {
          return nil
        }
        return log(a / b)
      }
    }
    let count = min(proxy.count, outcome.count)
    guard week >= 0, week <= count else { return nil }
    let (before, after) = (ratios(0..<week), ratios(week..<count))
    guard !before.isEmpty, !after.isEmpty else { return nil }
    let (a, b) = (Self.mean(before), Self.mean(after))
    weeks = (before.count, after.count)
    factor = exp(b - a)
    guard before.count >= 4, after.count >= 4 else {
      range = nil
      return
    }
    // Weeks that hang together say less than as many that do not: as many as an autoregression would leave.
    let rests = (before.map { $0 - a }, after.map { $0 - b })
    let tied = Self.autocorrelation(rests.0, rests.1)
    let worth = (1 - tied) / (1 + tied)
    let freedom = Double(before.count + after.count - 2)
    let squares = (rests.0 + rests.1).reduce(0) { $0 + $1 * $1 }
    // Means that follow the weeks make these look closer to them than they are.
    let variance = squares / max(1, freedom - 2 * (1 / worth - 1))
    let error =
      (variance / worth * (1 / Double(before.count) + 1 / Double(after.count))).squareRoot()
    let half = Distributions.studentLimit(freedom: max(2, freedom * worth)) * error
    range = exp(b - a - half)...exp(b - a + half)
  }

  /// Of one week with the next, of both sides together; a little more than is seen, for short series show too little
  /// (Kendall, Biometrika 41, 1954). Never below zero: weeks are not taken to say more than they do.
  private static func autocorrelation(_ a: [Double], _ b: [Double]) -> Double {
    var (products, squares) = (0.0, 0.0)
    for side in [a, b] {
      for (index, value) in side.enumerated() {
        squares += value * value
        if index > 0 { products += value * side[index - 1] }
      }
    }
    guard squares > 0 else { return 0 }
    let seen = products / squares
    let n = Double(min(a.count, b.count))
    return min(0.8, max(0, seen + (1 + 3 * seen) / n))
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
