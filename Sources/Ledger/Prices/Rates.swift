/// What a token of each billed class costs: integer nano-dollars per million tokens, so that $0.0028 per million
/// is exact (2,800,000).
package struct Rates: Hashable, Sendable {
  package var input: Int64
  package var cacheRead: Int64
  package var cacheWrite5m: Int64
  package var cacheWrite1h: Int64
  /// Reasoning is part of the output and costs the same.
  package var output: Int64

  package init(input: Int64, cacheRead: Int64, cacheWrite5m: Int64, cacheWrite1h: Int64, output: Int64) {
    self.input = input
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.output = output
  }

  /// The billed classes under the names they have in price files and reports, in the order of printing.
  package static let classes: [(name: String, path: any WritableKeyPath<Rates, Int64> & Sendable)] = [
    ("input", \.input), ("cache_read", \.cacheRead), ("cache_write_5m", \.cacheWrite5m),
    ("cache_write_1h", \.cacheWrite1h), ("output", \.output),
  ]

  /// Each class's price times its tokens, in nano-dollars × 10⁻⁶. Unknown and negative counts are left out.
  /// Cannot overflow: prices are below ``PriceAmount/limit`` (2⁵⁰) and counts below 2⁶³.
  func total(of counts: TokenCounts) -> Int128 {
    func part(_ tokens: Int64?, _ rate: Int64) -> Int128 { Int128(max(tokens ?? 0, 0)) * Int128(rate) }
    return part(counts.input, input) + part(counts.cacheRead, cacheRead)
      + part(counts.cacheWrite5m, cacheWrite5m) + part(counts.cacheWrite1h, cacheWrite1h)
      + part(counts.output, output)
  }

  /// Every price times `factor`, or `nil` if one of them is then no whole number of nano-dollars, or too large.
  func multiplied(by factor: PriceAmount.Factor) -> Rates? {
    var result = self
    for (_, path) in Self.classes {
      guard let product = factor.applied(to: self[keyPath: path]) else { return nil }
      result[keyPath: path] = product
    }
    return result
  }
}

/// The prices of one way of being served: those of ordinary requests, and those that take their place when a
/// request's input is long.
package struct Tariff: Hashable, Sendable {
  package var rates: Rates
  /// Ascending by threshold.
  package var longContext: [LongContext]

  package init(rates: Rates, longContext: [LongContext] = []) {
    self.rates = rates
    self.longContext = longContext
  }

  /// The prices of every token, the first included, of a request whose whole input (uncached, read from and
  /// written to the cache) is more than `threshold` tokens.
  package struct LongContext: Hashable, Sendable {
    package var threshold: Int64
    package var rates: Rates

    package init(threshold: Int64, rates: Rates) {
      self.threshold = threshold
      self.rates = rates
    }
  }

  /// The prices that hold for one request with these counts.
  func rates(forRequest counts: TokenCounts) -> Rates {
    guard !longContext.isEmpty else { return rates }
    func known(_ tokens: Int64?) -> Int128 { Int128(max(tokens ?? 0, 0)) }
    let inputs =
      known(counts.input) + known(counts.cacheRead) + known(counts.cacheWrite5m) + known(counts.cacheWrite1h)
    return longContext.last { inputs > Int128($0.threshold) }?.rates ?? rates
  }

  func multiplied(by factor: PriceAmount.Factor) -> Tariff? {
    guard let rates = rates.multiplied(by: factor) else { return nil }
    var long: [LongContext] = []
    for tier in longContext {
      guard let product = tier.rates.multiplied(by: factor) else { return nil }
      long.append(LongContext(threshold: tier.threshold, rates: product))
    }
    return Tariff(rates: rates, longContext: long)
  }
}
