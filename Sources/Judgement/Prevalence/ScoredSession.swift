package import Ledger

/// One session as sums over many people need it: how it was judged and how much it used, and not why.
package struct ScoredSession: Hashable, Sendable {
  package var account: AccountID
  package var started: Instant
  package var score: SessionScore
  /// Billed tokens of all classes, by which sessions are weighed where a share of tokens is asked for; shown nowhere
  /// as a sum (law 1).
  package var tokens: Int64

  package init(account: AccountID, started: Instant, score: SessionScore, tokens: Int64) {
    self.account = account
    self.started = started
    self.score = score
    self.tokens = tokens
  }
}

extension TokenCounts {
  /// All that was billed, to weigh by.
  package var weight: Int64 {
    (input ?? 0) + (cacheRead ?? 0) + (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0) + (output ?? 0)
  }
}
