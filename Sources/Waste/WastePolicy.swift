import Ledger

/// Where something begins to be called waste: policy, applied when somebody asks (law 3).
package struct WastePolicy: Hashable, Sendable {
  package var version = "1"
  /// As many of the same call in one turn is a loop; what came before is let pass.
  package var runawayRepeats = 12
  package var allowedRepeats = 3
  /// As many failures in a row with no change between them.
  package var failuresInARow = 4
  package var allowedFailures = 2
  /// A cache is worth talking about from so many tokens on.
  package var leastCached: Int64 = 20_000
  /// A file read for the third time without a change.
  package var allowedReads = 2
  /// Tokens of context beyond which most tasks need a new session rather than more history.
  package var largeContext: Int64 = 200_000
  package var leastLargeCalls = 5
  /// Bytes of a question and an answer that a small model would do for.
  package var smallQuestion: Int64 = 300
  package var smallAnswer: Int64 = 800
  /// How long providers keep what was cached for five minutes, and for an hour; of those that do not say, the longest
  /// that they do.
  package var shortCache = Duration.minutes(5)
  package var longCache = Duration.minutes(60)
  /// By the beginning of a model's canonical name, the smaller one of the same provider; the first that fits.
  package var smaller: [Smaller] = [
    Smaller("claude-opus", "claude-haiku-4-5"), Smaller("claude-fable", "claude-haiku-4-5"),
    Smaller("claude-mythos", "claude-haiku-4-5"), Smaller("claude-sonnet", "claude-haiku-4-5"),
    Smaller("gemini-2.5-pro", "gemini-2.5-flash"), Smaller("gemini-3-pro", "gemini-3-flash-preview"),
    Smaller("gemini-3.1-pro", "gemini-3-flash-preview"), Smaller("gpt-5.5", "gpt-5.4-mini"),
    Smaller("gpt-5.3-codex", "gpt-5.4-mini"),
  ]

  package struct Smaller: Hashable, Sendable {
    package var prefix: String
    package var model: String

    package init(_ prefix: String, _ model: String) {
      self.prefix = prefix
      self.model = model
    }
  }

  package init() {}
}
