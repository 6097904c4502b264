import JSONScan
import Ledger

/// A `TokenUsage` object as Codex writes it: `input` includes cached tokens and cache writes, `output`
/// includes reasoning. Used for one response and, added up, for a whole thread.
struct CodexTotals: Codable, Sendable, Hashable {
  var input: Int64 = 0
  var cached: Int64 = 0
  var cacheWrite: Int64 = 0
  /// Whether the version names cache writes at all; before 0.149 none did.
  var statesCacheWrite = false
  var output: Int64 = 0
  var reasoning: Int64 = 0

  /// No thread has used more of one class; a larger number is no count, and sums stay far from overflow.
  static let maximum: Int64 = 1 << 52

  init() {}

  /// - Throws: If a count is no integer, is negative or absurd.
  init(_ bytes: Span<UInt8>, at offset: Int) throws(JSONScanError) {
    var cursor = JSONCursor(bytes, at: offset)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "input_tokens") {
        input = try Self.count(&cursor)
      } else if cursor.text(key, equals: "cached_input_tokens") {
        cached = try Self.count(&cursor)
      } else if cursor.text(key, equals: "cache_write_input_tokens") {
        cacheWrite = try Self.count(&cursor)
        statesCacheWrite = true
      } else if cursor.text(key, equals: "output_tokens") {
        output = try Self.count(&cursor)
      } else if cursor.text(key, equals: "reasoning_output_tokens") {
        reasoning = try Self.count(&cursor)
      } else {
        try cursor.skipValue()
      }
    }
  }

  private static func count(_ cursor: inout JSONCursor) throws(JSONScanError) -> Int64 {
    let value = try cursor.integer() ?? 0
    guard (0...maximum).contains(value) else {
      throw JSONScanError(reason: .notAnInteger, offset: cursor.position)
    }
    return value
  }

  static let zero = CodexTotals()

  private func zip(_ other: CodexTotals, _ combine: (Int64, Int64) -> Int64) -> CodexTotals {
    var result = CodexTotals()
    result.input = combine(input, other.input)
    result.cached = combine(cached, other.cached)
    result.cacheWrite = combine(cacheWrite, other.cacheWrite)
    result.statesCacheWrite = statesCacheWrite
    result.output = combine(output, other.output)
    result.reasoning = combine(reasoning, other.reasoning)
    return result
  }

  /// Capped, so that no number of calls overflows.
  static func + (a: CodexTotals, b: CodexTotals) -> CodexTotals { a.zip(b) { min($0 &+ $1, maximum) } }

  /// What is left of `a` in each class, at least zero.
  static func - (a: CodexTotals, b: CodexTotals) -> CodexTotals { a.zip(b) { max($0 &- $1, 0) } }

  /// Whether no class of this is above that of `other`.
  func isWithin(_ other: CodexTotals) -> Bool {
    input <= other.input && cached <= other.cached && cacheWrite <= other.cacheWrite
      && output <= other.output && reasoning <= other.reasoning
  }

  var isZero: Bool { input == 0 && cached == 0 && cacheWrite == 0 && output == 0 && reasoning == 0 }

  /// Whether the parts fit into the whole: cached and written tokens into input, reasoning into output.
  var isConsistent: Bool { cached &+ cacheWrite <= input && reasoning <= output }

  /// The disjoint classes of the ledger. Codex states no lifetime of cache writes.
  var counts: TokenCounts {
    TokenCounts(
      input: max(input &- cached &- cacheWrite, 0), cacheRead: cached,
      cacheWrite5m: statesCacheWrite ? cacheWrite : nil, output: output,
      reasoning: min(reasoning, output))
  }

  /// A name for a thread's total, the same in every copy of the record.
  var name: String { "\(input)/\(cached)/\(cacheWrite)/\(output)/\(reasoning)" }
}

/// Turns a thread's running totals into what each record adds, once.
///
/// Totals are re-emitted (equal: nothing), carried over into forks and subagents (the first one's increment
/// is its last call's use), and begin anew when they fall. What `token_usage_record`s have itemised since the
/// last total is not counted again.
struct CodexIncrements: Codable, Sendable {
  /// The thread began with another's history, so that its first total is not its own.
  var carriesTotals = false
  private var previous: CodexTotals?
  private var itemised = CodexTotals.zero

  mutating func itemise(_ usage: CodexTotals) { itemised = itemised + usage }

  var hasTotal: Bool { previous != nil }

  /// What `total` adds to the totals before, less what was itemised meanwhile.
  mutating func take(total: CodexTotals, last: CodexTotals?) -> CodexTotals {
    defer {
      previous = total
      itemised = .zero
    }
    let base: CodexTotals
    if let previous, previous.isWithin(total) {
      base = previous
    } else if previous != nil || carriesTotals, let last, last.isWithin(total) {
      base = total - last
    } else {
      base = .zero
    }
    return total - base - itemised
  }
}
