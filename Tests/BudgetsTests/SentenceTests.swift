import Budgets
import Directory
import Ledger
import Testing

@Suite("What a refused person reads")
struct SentenceTests {
  /// Nano-dollars, tokens or requests that are used, and reserved, before `asked` is refused.
  struct Case: Sendable, CustomTestStringConvertible {
    var limit: Limit
    var used: [Int64]
    var reserved: [Int64]
    var asked: Int64
    var sentence: String
    var testDescription: String { sentence }

    init(
      _ measure: Limit.Measure, a window: Limit.Window = .day, of scope: Limit.Scope = .team(3),
      used: [Int64] = [], reserved: [Int64] = [], asked: Int64 = 1, _ sentence: String
    ) {
      limit = Example.limit(measure, a: window, of: scope)
      (self.used, self.reserved, self.asked, self.sentence) = (used, reserved, asked, sentence)
    }
  }

  static let dollar = NanoDollars.perDollar

  static let cases = [
    Case(
      .money(NanoDollars(50 * dollar)), used: [49_800_000_000], reserved: [150_000_000], asked: 400_000_000,
      "Budget reached: team Platform may spend $50.00 a day; $49.80 is used and $0.15 reserved, and this call "
        + "could cost up to $0.40. It resets at 2026-11-22 00:00 UTC."),
    Case(
      .money(NanoDollars(1_250_000 * dollar)), a: .month, of: .organisation, used: [1_250_000 * dollar],
      asked: 2_000_000,
      "Budget reached: the organisation may spend $1,250,000.00 a month; $1,250,000.00 is used, and this call "
        + "could cost up to $0.002. It resets at 2026-12-01 00:00 UTC."),
    // As many decimals as show that it does not fit.
    Case(
      .money(NanoDollars(50 * dollar)), a: .week, used: [49_999_999_600], asked: 415_700,
      "Budget reached: team Platform may spend $50.00 a week; $50.00 is used, and this call could cost up to "
        + "$0.0004. It resets at 2026-11-23 00:00 UTC."),
    Case(
      .money(NanoDollars(50 * dollar)), used: [10 * dollar], reserved: [39 * dollar], asked: 2 * dollar,
      "Budget reached: team Platform may spend $50.00 a day; $10.00 is used and $39.00 reserved, and this call "
        + "could cost up to $2.00. It may fit when calls under way have ended; the limit resets at "
        + "2026-11-22 00:00 UTC."),
    Case(
      .money(NanoDollars(50 * dollar)), used: [10 * dollar], asked: 50 * dollar + 1_000_000,
      "Above the budget: team Platform may spend $50.00 a day, and this call alone could cost up to $50.001. "
        + "Ask for less in one call."),
    Case(.money(.zero), "No budget: team Platform may spend nothing."),
    Case(
      .tokens(1_000_000), of: .person(2), used: [990_000], reserved: [5000], asked: 12_000,
      "Token limit reached: Ada may use 1,000,000 tokens a day; 990,000 are used and 5,000 reserved, and this call "
        + "could use up to 12,000. It resets at 2026-11-22 00:00 UTC."),
    Case(
      .tokens(1000), a: .minute, of: .key(1), used: [900], asked: 200,
      "Token limit reached: key ci may use 1,000 tokens a minute; 900 are used, and this call could use up to 200. "
        + "Try again in 51 s."),
    Case(
      .tokens(1000), a: .minute, of: .key(1), reserved: [900], asked: 200,
      "Token limit reached: key ci may use 1,000 tokens a minute; 0 are used and 900 reserved, and this call could "
        + "use up to 200. Try again when calls under way have ended."),
    Case(
      .tokens(1000), a: .minute, of: .key(1), asked: 2000,
      "Above the token limit: key ci may use 1,000 tokens a minute, and this call alone could use up to 2,000. "
        + "Ask for less in one call."),
    Case(.tokens(0), of: .key(1), "Token limit reached: key ci may use no tokens."),
    Case(
      .requests(2), a: .minute, of: .key(1), used: [0, 0],
      "Call limit reached: key ci may make 2 calls a minute; 2 made. Try again in 51 s."),
    Case(
      .requests(1), a: .month, of: .agent(5), reserved: [0],
      "Call limit reached: agent Triage may make 1 call a month; 1 made, 1 of them under way. It resets at "
        + "2026-12-01 00:00 UTC."),
    Case(.requests(0), of: .project(4), "Call limit reached: project Shop may make no calls."),
    Case(
      .concurrency(1), of: .key(1), reserved: [0],
      "Too many calls at once: key ci may have 1 call under way, and has 1. Try again when one has ended."),
    Case(.concurrency(0), of: .key(1), "Call limit reached: key ci may make no calls."),
  ]

  static func name(_ scope: Limit.Scope) -> String {
    switch scope {
    case .organisation: "the organisation"
    case .key: "key ci"
    case .person: "Ada"
    case .team: "team Platform"
    case .project: "project Shop"
    case .agent: "agent Triage"
    }
  }

  @Test("A refusal says which limit, how much is gone, what was asked and when it resets", arguments: cases)
  func sentence(_ example: Case) throws {
    let book = BudgetBook()
    let now = try Example.at("2026-11-21T09:30:00Z")
    func reserve(_ amount: Int64, limits: [Limit] = [], at instant: Instant) -> Result<ReservationID, Refusal>
    {
      if case .money = example.limit.measure {
        return book.reserve(cost: NanoDollars(amount), limits: limits, at: instant)
      }
      return book.reserve(tokens: amount, limits: limits, at: instant)
    }
    for amount in example.used {
      let id = try reserve(amount, at: now - .seconds(10)).get()
      #expect(try book.settle(id, cost: NanoDollars(amount), tokens: amount).get().excessTokens >= 0)
    }
    for amount in example.reserved { _ = try reserve(amount, at: now).get() }
    let refusal = try #require(reserve(example.asked, limits: [example.limit], at: now).refusal)
    #expect(refusal.sentence(naming: Self.name) == example.sentence)
  }

  @Test("A model without a price and a loop have sentences of their own")
  func others() throws {
    let book = BudgetBook(policy: BudgetPolicy(repeats: RepeatPolicy(limit: 2)))
    let now = try Example.at("2026-11-21T09:30:00Z")
    let limit = Example.limit(.money(NanoDollars(Self.dollar / 2)), a: .week)
    let unpriced = try #require(book.reserve(cost: nil, limits: [limit], at: now).refusal)
    #expect(
      unpriced.sentence(naming: Self.name)
        == "No price is known for this model, so its cost cannot be held to a budget: team Platform may spend "
        + "$0.50 a week. Use a model that has a price.")
    for _ in 0..<2 { _ = try book.reserve(limits: [], at: now, fingerprint: 5).get() }
    let loop = try #require(book.reserve(limits: [], at: now, fingerprint: 5).refusal)
    #expect(
      loop.sentence(naming: Self.name)
        == "Stopped as a runaway loop: key ci made the same request 3 times within 5 minutes. It passes again at "
        + "2026-11-21 09:35 UTC if it is not made before.")
  }
}
