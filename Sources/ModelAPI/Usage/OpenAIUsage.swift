import JSONScan
import Ledger

/// The `usage` of Chat Completions, Responses and Embeddings: cached and written tokens are within those of the
/// prompt, reasoning within those of the completion.
struct OpenAIUsage {
  var counts = TokenCounts()
  private(set) var hasImpossible = false

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    var numbers = TokenNumbers()
    var prompt: Int64?
    var cached: Int64?
    var written: Int64?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 13 where cursor.text(key, equals: "prompt_tokens"),
        12 where cursor.text(key, equals: "input_tokens"):
        prompt = try numbers.next(&cursor)
      case 17 where cursor.text(key, equals: "completion_tokens"),
        13 where cursor.text(key, equals: "output_tokens"):
        counts.output = try numbers.next(&cursor)
      case 21 where cursor.text(key, equals: "prompt_tokens_details") && cursor.nextKind() == .object,
        20 where cursor.text(key, equals: "input_tokens_details") && cursor.nextKind() == .object:
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "cached_tokens") {
            cached = try numbers.next(&cursor) ?? cached
          } else if cursor.text(key, equals: "cache_write_tokens") {
            written = try numbers.next(&cursor)
          } else {
            try cursor.skipValue()
          }
        }
      case 25 where cursor.text(key, equals: "completion_tokens_details") && cursor.nextKind() == .object,
        21 where cursor.text(key, equals: "output_tokens_details") && cursor.nextKind() == .object:
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "reasoning_tokens") {
            counts.reasoning = try numbers.next(&cursor)
          } else {
            try cursor.skipValue()
          }
        }
      // DeepSeek's and Moonshot's names for what OpenAI has in the details.
      case 23 where cursor.text(key, equals: "prompt_cache_hit_tokens"),
        13 where cursor.text(key, equals: "cached_tokens"):
        let stated = try numbers.next(&cursor)
        cached = cached ?? stated
      default:
        try cursor.skipValue()
      }
    }
    if let prompt {
      counts.input = numbers.rest(of: prompt, without: (cached ?? 0) + (written ?? 0))
      counts.cacheRead = cached.map { min($0, prompt) }
      counts.cacheWrite5m = written.map { min($0, prompt - (counts.cacheRead ?? 0)) }
    }
    if let reasoning = counts.reasoning, let output = counts.output, reasoning > output {
      _ = numbers.rest(of: output, without: reasoning)
      counts.reasoning = output
    }
    hasImpossible = numbers.hasImpossible
  }
}
