import Ledger

/// Whether what a session used ends just past a number that people set themselves: a fact about the number's shape that
/// says nothing of how large it is.
enum RoundNumber {
  /// At most this share above the number.
  private static let margin = 0.05
  private static let smallest: Int64 = 10_000

  /// - Parameter records: All of the session.
  static func isJustPassed(by records: [UsageRecord]) -> Bool {
    var (all, uncached): (Int64, Int64) = (0, 0)
    for record in records {
      let counts = record.counts
      let fresh =
        (counts.input ?? 0) &+ (counts.cacheWrite5m ?? 0) &+ (counts.cacheWrite1h ?? 0)
        &+ (counts.output ?? 0)
      uncached &+= fresh
      all &+= fresh &+ (counts.cacheRead ?? 0)
    }
    return isJustPast(all) || isJustPast(uncached)
  }

  static func isJustPast(_ count: Int64) -> Bool {
    guard count >= smallest else { return false }
    var power: Int64 = smallest
    while power <= count / 10 { power *= 10 }
    return [Int64(1), 2, 5].contains { factor in
      let round = power * factor
      return count >= round && Double(count - round) <= margin * Double(round)
    }
  }
}
