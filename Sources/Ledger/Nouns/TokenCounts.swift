/// The tokens of one or more model calls, each in its own class (law 1: never summed into one headline).
///
/// The five billed classes are disjoint: `input` is uncached input only, whatever a source calls input.
/// `reasoning` is an *of which* of `output`. `nil` means that the source did not say, which is not zero.
package struct TokenCounts: Hashable, Sendable, Codable {
  package var input: Int64?
  package var cacheRead: Int64?
  /// Cache writes that live five minutes, and those of providers that state no lifetime.
  package var cacheWrite5m: Int64?
  package var cacheWrite1h: Int64?
  package var output: Int64?
  package var reasoning: Int64?

  package init(
    input: Int64? = nil, cacheRead: Int64? = nil, cacheWrite5m: Int64? = nil,
    cacheWrite1h: Int64? = nil, output: Int64? = nil, reasoning: Int64? = nil
  ) {
    self.input = input
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.output = output
    self.reasoning = reasoning
  }

  /// Every class, in the order in which they are printed.
  package static let classes: [any WritableKeyPath<TokenCounts, Int64?> & Sendable] = [
    \.input, \.cacheRead, \.cacheWrite5m, \.cacheWrite1h, \.output, \.reasoning,
  ]

  /// Whether the source said nothing at all.
  package var isUnknown: Bool {
    input == nil && cacheRead == nil && cacheWrite5m == nil && cacheWrite1h == nil && output == nil
      && reasoning == nil
  }

  /// How two reports of the same call become one, in any order, any number of times: field-wise maximum.
  ///
  /// Cache writes are compared as a pair, by their sum and then by their one-hour part: a report without the
  /// split has all in `cacheWrite5m`, and must not be counted on top of one that has it.
  package func merged(with other: TokenCounts) -> TokenCounts {
    var merged = zip(other) { max($0, $1) }
    // Of equal pairs the one that states more, so that the order of the two makes no difference.
    func weight(_ counts: TokenCounts) -> (Int64, Int64, Int) {
      let (short, long) = (counts.cacheWrite5m, counts.cacheWrite1h)
      return ((short ?? 0) &+ (long ?? 0), long ?? 0, (short == nil ? 0 : 2) + (long == nil ? 0 : 1))
    }
    let greater = weight(self) >= weight(other) ? self : other
    merged.cacheWrite5m = greater.cacheWrite5m
    merged.cacheWrite1h = greater.cacheWrite1h
    return merged
  }

  /// Field-wise sum; unknown plus known is known, so keep count of the unknowns beside it.
  package static func + (a: TokenCounts, b: TokenCounts) -> TokenCounts {
    a.zip(b) { $0 &+ $1 }
  }

  package static func += (a: inout TokenCounts, b: TokenCounts) { a = a + b }

  /// Whether any class is negative, which no source may claim.
  package var hasNegative: Bool {
    Self.classes.contains { (self[keyPath: $0] ?? 0) < 0 }
  }

  private func zip(_ other: TokenCounts, _ combine: (Int64, Int64) -> Int64) -> TokenCounts {
    func both(_ a: Int64?, _ b: Int64?) -> Int64? {
      guard let a else { return b }
      guard let b else { return a }
      return combine(a, b)
    }
    return TokenCounts(
      input: both(input, other.input),
      cacheRead: both(cacheRead, other.cacheRead),
      cacheWrite5m: both(cacheWrite5m, other.cacheWrite5m),
      cacheWrite1h: both(cacheWrite1h, other.cacheWrite1h),
      output: both(output, other.output),
      reasoning: both(reasoning, other.reasoning))
  }
}
