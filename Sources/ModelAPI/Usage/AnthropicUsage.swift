import JSONScan
import Ledger

/// The `usage` object of the Messages API. Its four classes of tokens are disjoint, `output_tokens` includes thinking,
/// and of a stream the last count stated stands (`lib/streaming/_messages.py` in Anthropic's Python SDK).
struct AnthropicUsage {
  struct Iteration {
    var model: String?
    /// Whether it is a part of the message's own tokens if it ran on the same model.
    var isPart: Bool
    var counts: TokenCounts
  }

  /// Every count but those of cache writes, which are placed when read.
  private var plain = TokenCounts()
  private var cacheWrite: Int64?
  private var cacheWrite5m: Int64?
  private var cacheWrite1h: Int64?
  /// Whether `cacheWrite` was stated after the split, and alone.
  private var isSplitOlder = false
  private var webSearches: Int64?
  private var tier: UsageRecord.Service.Tier?
  private var isFast: Bool?
  private var iterations: [Iteration]?
  private(set) var hasImpossible = false

  init() {}

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    var numbers = TokenNumbers()
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 27 where cursor.text(key, equals: "cache_creation_input_tokens"):
        cacheWrite = try numbers.next(&cursor)
      case 15 where cursor.text(key, equals: "server_tool_use") && cursor.nextKind() == .object:
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "web_search_requests") {
            webSearches = try numbers.next(&cursor)
          } else {
            try cursor.skipValue()
          }
        }
      case 12 where cursor.text(key, equals: "service_tier"):
        guard let name = try cursor.stringIfPresent() else { continue }
        tier = ServiceTier.tier(cursor.rawBytes(name))
      case 5 where cursor.text(key, equals: "speed"):
        guard let speed = try cursor.stringIfPresent() else { continue }
        isFast = cursor.text(speed, equals: "fast")
      case 10 where cursor.text(key, equals: "iterations") && cursor.nextKind() == .array:
        iterations = try Self.iterations(&cursor, &numbers)
      default:
        if try !readCounts(key, &cursor, &numbers) { try cursor.skipValue() }
      }
    }
    hasImpossible = numbers.hasImpossible
  }

  /// What a later event states replaces what an earlier one did, count by count; what it leaves out or states as
  /// `null` stands. Zero is a count.
  ///
  /// Servers that only imitate the API (some state the whole prompt as input first, and later how much of it was
  /// cached) are the one exception: where input changes and cache counts stand beside it, the prompt was divided
  /// anew, and no count of the old division stands.
  mutating func overwrite(with later: AnthropicUsage) {
    let statesCache = later.plain.cacheRead != nil || later.cacheWrite != nil
    if let input = later.plain.input, let old = plain.input, input != old, statesCache {
      plain.cacheRead = nil
      if later.cacheWrite == nil { (cacheWrite, cacheWrite5m, cacheWrite1h) = (nil, nil, nil) }
    }
    plain.input = later.plain.input ?? plain.input
    plain.cacheRead = later.plain.cacheRead ?? plain.cacheRead
    plain.output = later.plain.output ?? plain.output
    plain.reasoning = later.plain.reasoning ?? plain.reasoning
    if later.cacheWrite5m != nil || later.cacheWrite1h != nil {
      (cacheWrite5m, cacheWrite1h) = (later.cacheWrite5m, later.cacheWrite1h)
      isSplitOlder = false
    } else if later.cacheWrite != nil {
      isSplitOlder = true
    }
    cacheWrite = later.cacheWrite ?? cacheWrite
    webSearches = later.webSearches ?? webSearches
    tier = later.tier ?? tier
    isFast = later.isFast ?? isFast
    iterations = later.iterations ?? iterations
    hasImpossible = hasImpossible || later.hasImpossible
  }

  /// First the message, then what was done beyond it: compaction, advisors, attempts at another model.
  func calls(model: String?) -> [CallUsage] {
    var counts = plain
    (counts.cacheWrite5m, counts.cacheWrite1h) = Self.placed(
      cacheWrite, cacheWrite5m, cacheWrite1h, isSplitOlder: isSplitOlder)
    let service = UsageRecord.Service(
      tier: tier ?? .standard, isFast: isFast ?? false, webSearches: webSearches ?? 0)
    var calls = [CallUsage(model: model, counts: counts, service: service)]
    for iteration in iterations ?? [] where !iteration.isPart || (iteration.model ?? model) != model {
      calls.append(CallUsage(model: iteration.model ?? model, counts: iteration.counts))
    }
    return calls
  }

  // MARK: Inside

  /// Cache writes by lifetime. Without a split they live five minutes, the API's default; with one, what it leaves
  /// over does.
  private static func placed(
    _ total: Int64?, _ short: Int64?, _ long: Int64?, isSplitOlder: Bool
  ) -> (Int64?, Int64?) {
    guard let total else { return (short, long) }
    if short == nil, long == nil { return (total, 0) }
    let split = (short ?? 0) + (long ?? 0)
    if total > split { return ((short ?? 0) + (total - split), long) }
    guard isSplitOlder, total < split else { return (short, long) }
    let stillLong = min(long ?? 0, total)
    return (total - stillLong, stillLong)
  }

  /// Reads the value of `key` if it is one of the plain counts; says whether it was.
  private mutating func readCounts(
    _ key: Range<Int>, _ cursor: inout JSONCursor, _ numbers: inout TokenNumbers
  ) throws(JSONScanError) -> Bool {
    switch key.count {
    case 12 where cursor.text(key, equals: "input_tokens"):
      plain.input = try numbers.next(&cursor)
    case 13 where cursor.text(key, equals: "output_tokens"):
      plain.output = try numbers.next(&cursor)
    case 23 where cursor.text(key, equals: "cache_read_input_tokens"):
      plain.cacheRead = try numbers.next(&cursor)
    case 14 where cursor.text(key, equals: "cache_creation") && cursor.nextKind() == .object:
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "ephemeral_5m_input_tokens") {
          cacheWrite5m = try numbers.next(&cursor)
        } else if cursor.text(key, equals: "ephemeral_1h_input_tokens") {
          cacheWrite1h = try numbers.next(&cursor)
        } else {
          try cursor.skipValue()
        }
      }
    case 21 where cursor.text(key, equals: "output_tokens_details") && cursor.nextKind() == .object:
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "thinking_tokens") {
          plain.reasoning = try numbers.next(&cursor)
        } else {
          try cursor.skipValue()
        }
      }
    default:
      return false
    }
    return true
  }

  private static func iterations(
    _ cursor: inout JSONCursor, _ numbers: inout TokenNumbers
  ) throws(JSONScanError) -> [Iteration] {
    var iterations: [Iteration] = []
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var usage = AnthropicUsage()
      var model: String?
      var isPart = true
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "type") {
          guard let type = try cursor.stringIfPresent() else { continue }
          isPart = !(cursor.text(type, equals: "compaction") || cursor.text(type, equals: "advisor_message"))
        } else if cursor.text(key, equals: "model") {
          model = try cursor.stringIfPresent().map { cursor.decoded($0) }
        } else if cursor.text(key, equals: "cache_creation_input_tokens") {
          usage.cacheWrite = try numbers.next(&cursor)
        } else if try !usage.readCounts(key, &cursor, &numbers) {
          try cursor.skipValue()
        }
      }
      var counts = usage.plain
      (counts.cacheWrite5m, counts.cacheWrite1h) = placed(
        usage.cacheWrite, usage.cacheWrite5m, usage.cacheWrite1h, isSplitOlder: false)
      iterations.append(Iteration(model: model, isPart: isPart, counts: counts))
    }
    return iterations
  }
}
