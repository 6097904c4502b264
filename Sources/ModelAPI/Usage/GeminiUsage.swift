import JSONScan
import Ledger

/// Gemini's `usageMetadata`: the prompt includes what was cached, thoughts stand beside the candidates, and what
/// tools put into the prompt beside the prompt (`types.py` in Google's Python SDK). Counts of zero are left out.
struct GeminiUsage {
  var counts = TokenCounts()
  var tier: UsageRecord.Service.Tier?
  private(set) var hasImpossible = false

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    var numbers = TokenNumbers()
    var prompt: Int64?
    var cached: Int64?
    var toolUse: Int64?
    var candidates: Int64?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 16 where cursor.text(key, equals: "promptTokenCount"):
        prompt = try numbers.next(&cursor)
      case 23 where cursor.text(key, equals: "cachedContentTokenCount"):
        cached = try numbers.next(&cursor)
      case 23 where cursor.text(key, equals: "toolUsePromptTokenCount"):
        toolUse = try numbers.next(&cursor)
      case 20 where cursor.text(key, equals: "candidatesTokenCount"):
        candidates = try numbers.next(&cursor)
      case 18 where cursor.text(key, equals: "thoughtsTokenCount"):
        counts.reasoning = try numbers.next(&cursor)
      case 11 where cursor.text(key, equals: "trafficType"), 11 where cursor.text(key, equals: "serviceTier"):
        guard let name = try cursor.stringIfPresent() else { continue }
        tier = ServiceTier.tier(cursor.rawBytes(name))
      default:
        try cursor.skipValue()
      }
    }
    if let prompt {
      counts.input = numbers.rest(of: prompt, without: cached ?? 0) + (toolUse ?? 0)
      counts.cacheRead = cached.map { min($0, prompt) }
    } else {
      counts.input = toolUse
    }
    if candidates != nil || counts.reasoning != nil {
      counts.output = (candidates ?? 0) + (counts.reasoning ?? 0)
    }
    hasImpossible = numbers.hasImpossible
  }
}
