import JSONScan
import Ledger

/// The `tokens` of a message or of a finished step: `{total?, input, output, reasoning, cache: {read, write}}`.
///
/// `input` leaves the cache out. Whether `output` holds `reasoning` changed: OpenCode wrote the provider's own
/// count until 1.3.15 and takes the reasoning out since (anomalyco/opencode#21047). `total`, which later versions
/// write, decides; without it the version does, and before 1.3.16 the provider, since Google counts thoughts
/// beside its output and the others within. The recorded cost is never taken: it bills reasoning on top of an
/// output that holds it (anomalyco/opencode#17566).
struct OpenCodeTokens: Hashable {
  var total = TokenNumber.missing
  var input = TokenNumber.missing
  var output = TokenNumber.missing
  var reasoning = TokenNumber.missing
  var cacheRead = TokenNumber.missing
  var cacheWrite = TokenNumber.missing

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "total") {
        total = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "input") {
        input = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "output") {
        output = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "reasoning") {
        reasoning = try cursor.tokenNumber()
      } else if cursor.text(key, equals: "cache"), cursor.nextKind() == .object {
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
          if cursor.text(key, equals: "read") {
            cacheRead = try cursor.tokenNumber()
          } else if cursor.text(key, equals: "write") {
            cacheWrite = try cursor.tokenNumber()
          } else {
            try cursor.skipValue()
          }
        }
      } else {
        try cursor.skipValue()
      }
    }
  }

  enum Counts: Hashable {
    case known(TokenCounts)
    /// Not stated: all zeros stand from the message's beginning until the provider reports.
    case missing
    case impossible
  }

  /// - Parameters:
  ///   - version: The OpenCode that began the session.
  ///   - provider: Such as `google` or `openai`.
  func counts(version: OpenCodeVersion?, provider: String?) -> Counts {
    let classes = [input, output, reasoning, cacheRead, cacheWrite]
    if classes.contains(.impossible) { return .impossible }
    if classes.allSatisfy({ $0.value ?? 0 == 0 }) { return .missing }
    var all = output.value
    if let reasoning = reasoning.value, reasoning > 0, isReasoningApart(version: version, provider: provider)
    {
      all = (output.value ?? 0) + reasoning
    }
    return .known(
      TokenCounts(
        input: input.value, cacheRead: cacheRead.value, cacheWrite5m: cacheWrite.value, output: all,
        reasoning: reasoning.value))
  }

  private func isReasoningApart(version: OpenCodeVersion?, provider: String?) -> Bool {
    let reasoning = reasoning.value ?? 0
    let output = output.value ?? 0
    let withinOutput = (input.value ?? 0) + output + (cacheRead.value ?? 0) + (cacheWrite.value ?? 0)
    if let total = total.value {
      if total == withinOutput + reasoning { return true }
      if total == withinOutput { return false }
    }
    if reasoning > output { return true }
    if let version, version >= .reasoningApart { return true }
    return provider?.hasPrefix("google") ?? false
  }
}

/// A version such as `1.3.16`.
struct OpenCodeVersion: Hashable, Comparable, Codable {
  var numbers: [Int]

  static let reasoningApart = OpenCodeVersion(numbers: [1, 3, 16])

  init(numbers: [Int]) { self.numbers = numbers }

  /// `nil` for a build that has no number.
  init?(_ text: String) {
    let release = text.drop { $0 == "v" }.prefix { $0.isNumber || $0 == "." }
    let parts = release.split(separator: ".").map { Int($0) }
    guard parts.count >= 2, !parts.contains(nil) else { return nil }
    numbers = parts.prefix(3).compactMap(\.self)
  }

  static func < (a: OpenCodeVersion, b: OpenCodeVersion) -> Bool {
    a.numbers.lexicographicallyPrecedes(b.numbers)
  }
}
