package import Ledger

/// The smallest piece an account is built from: what one session spent on one model within one quarter of an
/// hour, in one outcome state. Every usage record is in exactly one cell, or divided among several whose
/// integers add up to it.
package struct AccountCell: Hashable, Sendable {
  /// The start of a quarter of an hour of UTC, from which the days of every time zone can be built.
  package var slot: Instant
  package var session: SessionID
  /// As the source names it; `nil` if it does not.
  package var model: String?
  package var state: OutcomeState
  /// How far the outcome got; `nil` where nothing landed.
  package var tier: OutcomeTier?
  package var totals: Totals
  /// The part of the cost that each billed class carries, where the pricing knows it. What these do not
  /// explain of `totals.cost` (web searches, rounding) is exported as a charge of its own.
  package var classCosts: ClassCosts?

  package init(
    slot: Instant, session: SessionID, model: String?, state: OutcomeState, tier: OutcomeTier? = nil,
    totals: Totals, classCosts: ClassCosts? = nil
  ) {
    self.slot = slot
    self.session = session
    self.model = model
    self.state = state
    self.tier = tier
    self.totals = totals
    self.classCosts = classCosts
  }

  /// The length of a slot.
  package static let slotLength = Duration.minutes(15)

  /// The slot that `instant` falls into.
  package static func slot(of instant: Instant) -> Instant {
    let length = slotLength.wholeMilliseconds
    let into = instant.milliseconds % length
    return Instant(milliseconds: instant.milliseconds &- (into < 0 ? into + length : into))
  }
}

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

  /// The cost of one class; `nil` for `reasoning`, which is priced as output.
  package func cost(of tokenClass: TokenClass) -> NanoDollars? {
    switch tokenClass {
    case .input: input
    case .cacheRead: cacheRead
    case .cacheWrite5m: cacheWrite5m
    case .cacheWrite1h: cacheWrite1h
    case .output: output
    case .reasoning: nil
    }
  }
}
