/// A cost split by billed token class.
package struct ClassCosts: Hashable, Sendable {
  package var input: NanoDollars
  package var cacheRead: NanoDollars
  package var cacheWrite5m: NanoDollars
  package var cacheWrite1h: NanoDollars
  package var output: NanoDollars

  package init(
    input: NanoDollars = .zero, cacheRead: NanoDollars = .zero, cacheWrite5m: NanoDollars = .zero,
    cacheWrite1h: NanoDollars = .zero, output: NanoDollars = .zero
  ) {
    self.input = input
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.output = output
  }

  package static func + (a: ClassCosts, b: ClassCosts) -> ClassCosts {
    ClassCosts(
      input: a.input + b.input, cacheRead: a.cacheRead + b.cacheRead,
      cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m, cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
      output: a.output + b.output)
  }
}
