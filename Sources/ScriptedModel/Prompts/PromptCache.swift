import Effects
import Ledger

/// What providers keep of prompts, in small: a prefix that was kept is read, at a tenth of the price, until it is
/// forgotten. Nothing is ever forgotten here but when there is too much.
struct PromptCache {
  /// Prefixes shorter than this are not kept, as by both providers.
  static let leastTokens: Int64 = 1024
  private var kept: Set<Int> = []

  static func tokens(_ bytes: Int) -> Int64 { Int64((bytes + 3) / 4) }

  /// What a prompt uses; from now on it is kept as it asks for, or as its provider does by itself.
  mutating func counts(of prompt: Prompt) -> TokenCounts {
    if kept.count > 100_000 { kept.removeAll() }
    var hasher = Hasher()
    hasher.combine(prompt.model)
    hasher.combine(prompt.format.rawValue)
    var tokens: Int64 = 0
    var read: Int64 = 0
    var written: (tokens: Int64, mark: Prompt.Segment.Mark)?
    for segment in prompt.segments {
      hasher.combine(segment.text)
      tokens += Self.tokens(segment.text.utf8.count)
      guard tokens >= Self.leastTokens else { continue }
      let name = hasher.finalizedCopy
      if kept.contains(name) { read = tokens }
      switch (prompt.format, segment.mark) {
      case (.messages, let mark?):
        kept.insert(name)
        written = (tokens, mark)
      case (.messages, nil): break
      case (.chatCompletions, _), (.responses, _): kept.insert(name)
      }
    }
    switch prompt.format {
    case .messages:
      let new = max(0, (written?.tokens ?? 0) - read)
      let isLong = written?.mark == .oneHour
      return TokenCounts(
        input: tokens - read - new, cacheRead: read, cacheWrite5m: isLong ? 0 : new,
        cacheWrite1h: isLong ? new : 0)
    case .chatCompletions: return TokenCounts(input: tokens - read, cacheRead: read, reasoning: 0)
    case .responses:
      return TokenCounts(input: tokens - read, cacheRead: read, cacheWrite5m: 0, reasoning: 0)
    }
  }
}

extension Hasher {
  fileprivate var finalizedCopy: Int {
    let copy = self
    return copy.finalize()
  }
}
