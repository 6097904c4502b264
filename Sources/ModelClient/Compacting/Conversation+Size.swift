import Effects
import Ledger

extension Conversation {
  /// How many tokens it takes, reckoned from its bytes at the density of the last answer that said what it read.
  package var estimatedTokens: Int { Int((Double(contentBytes) * (density ?? 1 / 3)).rounded(.up)) }

  /// What is shown to the model, without what the formats put around it.
  var contentBytes: Int {
    let shown = tools.reduce(0) {
      $0 + $1.summary.utf8.count + ToolSchema.parameters(of: $1).canonical.utf8.count
    }
    return turns.reduce(system.utf8.count + shown) { $0 + $1.contentBytes }
  }

  func measuredDensity(_ counts: TokenCounts) -> Double? {
    guard let input = counts.input else { return nil }
    let read = input + (counts.cacheRead ?? 0) + (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)
    let bytes = contentBytes
    guard read > 0, bytes > 0 else { return nil }
    // No text of so many bytes has more tokens, and none is as sparse as an eighth.
    return min(1, max(0.125, Double(read) / Double(bytes)))
  }
}

extension Conversation.Turn {
  var contentBytes: Int {
    switch self {
    case .told(let passages): passages.reduce(0) { $0 + $1.text.utf8.count }
    case .results(let outcomes):
      outcomes.reduce(0) { sum, outcome in
        sum + outcome.call.utf8.count + outcome.passages.reduce(0) { $0 + $1.text.utf8.count }
      }
    case .summary(let summary): summary.text.utf8.count
    case .answered(let answer):
      answer.blocks.reduce(0) { sum, block in
        switch block {
        case .text(let text, _), .refusal(let text): sum + text.utf8.count
        case .call(let call): sum + call.id.utf8.count + call.tool.utf8.count + call.text.utf8.count
        case .opaque(let json): sum + json.canonical.utf8.count
        }
      }
    }
  }

  /// Whether it holds words of the owner's, which nothing may replace.
  var hasOwnersWords: Bool {
    switch self {
    case .told(let passages): passages.contains { $0.origin == .owner }
    case .results(let outcomes): outcomes.contains { $0.passages.contains { $0.origin == .owner } }
    case .answered, .summary: false
    }
  }
}
