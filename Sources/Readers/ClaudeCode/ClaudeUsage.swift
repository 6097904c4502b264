import JSONScan
import Ledger

/// The `usage` object of Anthropic's Messages API as Claude Code logs it
/// (<https://docs.anthropic.com/en/api/messages>). Its four token classes are disjoint.
struct ClaudeUsage {
  var counts = TokenCounts()
  var service = UsageRecord.Service()
  /// Calls made within this one whose tokens are not in its own counts: compaction on the server, advisors,
  /// attempts at another model.
  var iterations: [(model: String?, counts: TokenCounts)] = []

  /// - Throws: `notAnInteger` if a count cannot be one; the caller then treats the usage as unknown.
  init(_ cursor: inout JSONCursor, model: String?) throws(JSONScanError) {
    var cacheWrite: Int64?
    var stated: [(model: String?, isPart: Bool, counts: TokenCounts)] = []
    let keys = Self.keys
    try cursor.enterObject()
    while let key = try cursor.next(keys) {
      switch key {
      case .cacheCreationInputTokens: cacheWrite = try cursor.integer()
      case .serverToolUse where cursor.nextKind() == .object:
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "web_search_requests") {
            service.webSearches = try cursor.integer() ?? 0
          } else {
            try cursor.skipValue()
          }
        }
      case .serviceTier:
        guard let tier = try cursor.stringIfPresent() else { continue }
        if cursor.text(tier, equals: "batch") { service.tier = .batch }
        if cursor.text(tier, equals: "priority") { service.tier = .priority }
      case .speed:
        guard let speed = try cursor.stringIfPresent() else { continue }
        service.isFast = cursor.text(speed, equals: "fast")
      case .iterations where cursor.nextKind() == .array:
        try cursor.enterArray()
        while try cursor.nextElement() {
          guard cursor.nextKind() == .object else {
            try cursor.skipValue()
            continue
          }
          stated.append(try Self.iteration(&cursor))
        }
      default: try Self.readCounts(key, &cursor, into: &counts)
      }
    }
    Self.placeCacheWrite(cacheWrite, in: &counts)
    for iteration in stated where !iteration.isPart || (iteration.model ?? model) != model {
      iterations.append((iteration.model ?? model, iteration.counts))
    }
  }

  private enum Key: String, CaseIterable {
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
    case cacheReadInputTokens = "cache_read_input_tokens"
    case cacheCreationInputTokens = "cache_creation_input_tokens"
    case cacheCreation = "cache_creation"
    case outputTokensDetails = "output_tokens_details"
    case serverToolUse = "server_tool_use"
    case serviceTier = "service_tier"
    case speed, iterations
    /// Of an iteration.
    case type, model
  }
  private static let keys = JSONKeys<Key>()

  /// Reads the value of `key` if it is one of the plain counts, and passes over any other.
  private static func readCounts(
    _ key: Key, _ cursor: inout JSONCursor, into counts: inout TokenCounts
  ) throws(JSONScanError) {
    switch key {
    case .inputTokens: counts.input = try cursor.integer()
    case .outputTokens: counts.output = try cursor.integer()
    case .cacheReadInputTokens: counts.cacheRead = try cursor.integer()
    case .cacheCreation where cursor.nextKind() == .object:
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "ephemeral_5m_input_tokens") {
          counts.cacheWrite5m = try cursor.integer()
        } else if cursor.text(key, equals: "ephemeral_1h_input_tokens") {
          counts.cacheWrite1h = try cursor.integer()
        } else {
          try cursor.skipValue()
        }
      }
    case .outputTokensDetails where cursor.nextKind() == .object:
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "thinking_tokens") {
          counts.reasoning = try cursor.integer()
        } else {
          try cursor.skipValue()
        }
      }
    default: try cursor.skipValue()
    }
  }

  /// Versions without the split wrote five-minute entries, the API's default.
  private static func placeCacheWrite(_ total: Int64?, in counts: inout TokenCounts) {
    guard let total else { return }
    let split = (counts.cacheWrite5m ?? 0) &+ (counts.cacheWrite1h ?? 0)
    if counts.cacheWrite5m == nil, counts.cacheWrite1h == nil {
      counts.cacheWrite5m = total
      counts.cacheWrite1h = 0
    } else if total > split {
      counts.cacheWrite5m = (counts.cacheWrite5m ?? 0) &+ (total &- split)
    }
  }

  private static func iteration(
    _ cursor: inout JSONCursor
  ) throws(JSONScanError) -> (model: String?, isPart: Bool, counts: TokenCounts) {
    var model: String?
    var isPart = true
    var cacheWrite: Int64?
    var counts = TokenCounts()
    let keys = Self.keys
    try cursor.enterObject()
    while let key = try cursor.next(keys) {
      switch key {
      case .type:
        guard let type = try cursor.stringIfPresent() else { continue }
        isPart = !(cursor.text(type, equals: "compaction") || cursor.text(type, equals: "advisor_message"))
      case .model: model = try cursor.stringIfPresent().map { cursor.decoded($0) }
      case .cacheCreationInputTokens: cacheWrite = try cursor.integer()
      default: try readCounts(key, &cursor, into: &counts)
      }
    }
    placeCacheWrite(cacheWrite, in: &counts)
    return (model, isPart, counts)
  }
}
