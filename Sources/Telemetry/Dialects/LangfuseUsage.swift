import JSONScan
import Ledger

extension Gathering {
  /// A span of Langfuse's SDK. Only generations and embeddings are model calls; others may repeat their sums.
  mutating func takeLangfuse() {
    guard item.equals(.observationType, "generation") || item.equals(.observationType, "embedding") else {
      return passOver()
    }
    guard let at = instant() else { return }
    var counts = TokenCounts()
    if let range = item.range(.usageDetails) {
      let usage = Array(item.text[range])
      if let details = try? LangfuseUsage(usage.span) {
        counts = details.counts
        hasImpossibleCount = details.hasImpossible
      } else {
        hasImpossibleCount = true
      }
    }
    if counts.isUnknown, !hasImpossibleCount, item.hasFailed { return passOver() }
    let model: Field = item.has(.observationModel) ? .observationModel : .responseModel
    add(counts, by: .other, at: at, model: item.has(model) ? model : .requestModel, id: spanKey)
  }
}

/// `langfuse.observation.usage_details`, a JSON object of counts. Langfuse takes three forms
/// (langfuse.com/docs/observability/features/token-and-cost-tracking):
///
/// - its own: `input`, `output` and any number of `input_…` and `output_…`, all disjoint;
/// - that of OpenAI, whose details are within the counts of the prompt and the completion;
/// - that of Anthropic, which is disjoint but for its names.
struct LangfuseUsage {
  private(set) var counts = TokenCounts()
  private(set) var hasImpossible = false

  init(_ bytes: Span<UInt8>) throws(JSONScanError) {
    var cursor = JSONCursor(bytes)
    var input: Int64?
    var output: Int64?
    var whole: (input: Int64?, output: Int64?) = (nil, nil)
    var details = false
    var within = TokenCounts()
    var otherInput: Int64 = 0
    var otherOutput: Int64 = 0
    var reasoningBeside: Int64?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      let name = cursor.decoded(JSONString(range: key))
      switch name {
      case "input": input = try count(&cursor)
      case "output": output = try count(&cursor)
      case "prompt_tokens", "input_tokens": whole.input = try count(&cursor)
      case "completion_tokens", "output_tokens": whole.output = try count(&cursor)
      case "prompt_tokens_details", "input_tokens_details":
        guard try cursor.entersObject() else { continue }
        details = true
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "cached_tokens") {
            within.cacheRead = try count(&cursor)
          } else if cursor.text(key, equals: "cache_write_tokens") {
            within.cacheWrite5m = try count(&cursor)
          } else {
            try cursor.skipValue()
          }
        }
      case "completion_tokens_details", "output_tokens_details":
        guard try cursor.entersObject() else { continue }
        details = true
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "reasoning_tokens") {
            within.reasoning = try count(&cursor)
          } else {
            try cursor.skipValue()
          }
        }
      case "total", "total_tokens": try cursor.skipValue()
      default:
        guard cursor.nextKind() == .number else {
          try cursor.skipValue()
          continue
        }
        guard let value = try count(&cursor) else { continue }
        if name.contains("cache") {
          if name.contains("1h") {
            counts.cacheWrite1h = (counts.cacheWrite1h ?? 0) + value
          } else if name.contains("creation") || name.contains("write") || name.contains("5m") {
            counts.cacheWrite5m = (counts.cacheWrite5m ?? 0) + value
          } else {
            counts.cacheRead = (counts.cacheRead ?? 0) + value
          }
        } else if name.hasPrefix("output"), name.contains("reasoning") {
          reasoningBeside = (reasoningBeside ?? 0) + value
        } else if name.hasPrefix("input_") {
          otherInput += value
        } else if name.hasPrefix("output_") {
          otherOutput += value
        }
      }
    }
    try cursor.expectEnd()
    settle(
      input: input, output: output, whole: whole, isWithin: details, within: within,
      other: (otherInput, otherOutput), reasoningBeside: reasoningBeside)
  }

  private mutating func settle(
    input: Int64?, output: Int64?, whole: (input: Int64?, output: Int64?), isWithin: Bool,
    within: TokenCounts,
    other: (input: Int64, output: Int64), reasoningBeside: Int64?
  ) {
    if isWithin || input == nil && output == nil {
      let cached = (within.cacheRead ?? 0) + (within.cacheWrite5m ?? 0)
      counts.input = (whole.input ?? input).map { max($0 - cached, 0) }
      counts.cacheRead = within.cacheRead ?? counts.cacheRead
      counts.cacheWrite5m = within.cacheWrite5m ?? counts.cacheWrite5m
      counts.output = whole.output ?? output
      counts.reasoning = within.reasoning.map { min($0, counts.output ?? $0) }
    } else {
      counts.input = input
      counts.output = output
    }
    if other.input > 0 { counts.input = (counts.input ?? 0) + other.input }
    if other.output > 0 { counts.output = (counts.output ?? 0) + other.output }
    if let reasoningBeside {
      counts.output = (counts.output ?? 0) + reasoningBeside
      counts.reasoning = (counts.reasoning ?? 0) + reasoningBeside
    }
  }

  private mutating func count(_ cursor: inout JSONCursor) throws(JSONScanError) -> Int64? {
    guard cursor.nextKind() == .number else {
      let isNull = cursor.nextKind() == .null
      try cursor.skipValue()
      if !isNull { hasImpossible = true }
      return nil
    }
    let number = try cursor.double()
    guard let value = Int64(exactly: number), (0...TelemetryLimits.tokens).contains(value) else {
      hasImpossible = true
      return nil
    }
    return value
  }
}
