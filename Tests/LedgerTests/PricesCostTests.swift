import Foundation
import Ledger
import Testing

@Suite("What a call costs")
struct PricesCostTests {
  let catalogue: PriceCatalogue
  init() throws { catalogue = try PriceCatalogue.builtIn() }

  @Test(
    "Decimal strings are read exactly",
    arguments: [
      ("0", 0), ("2.50", 2_500_000_000), ("0.0028", 2_800_000), ("0.000000001", 1), ("15", 15_000_000_000),
      ("999999.999999999", 999_999_999_999_999),
    ] as [(String, Int64)])
  func amounts(text: String, expected: Int64) {
    #expect(PriceAmount.nanoDollars(text) == expected)
  }

  @Test(
    "What is not a plain price is refused",
    arguments: [
      "", ".", ".5", "5.", "-1", "+1", "1e3", "1,5", " 1", "1.2.3", "0.0000000001", "1000000", "½", "٣",
      "99999999999999999999999999",
    ])
  func refusedAmounts(text: String) {
    #expect(PriceAmount.nanoDollars(text) == nil)
  }

  @Test(
    "Amounts are written as they are read", arguments: ["0", "2.5", "0.0028", "0.000000001", "15", "1.25"])
  func roundTrip(text: String) throws {
    #expect(PriceAmount.dollars(try #require(PriceAmount.nanoDollars(text))) == text)
  }

  // Worked by hand from the providers' price pages; the first is what LiteLLM's proxy charged in a measured run.
  @Test(
    "Calls cost what the price pages say",
    arguments: [
      // 25 × 3 + 60 × 3.75 + 40 × 6 + 2000 × 0.3 + 7 × 15 = 1,245 millionths of a dollar
      Case(
        "claude-sonnet-4-5", .init(input: 25, cacheRead: 2000, cacheWrite5m: 60, cacheWrite1h: 40, output: 7),
        1_245_000),
      // 1 × 5 + 3 × 25 = 80
      Case("claude-opus-4-8", .init(input: 1, output: 3), 80_000),
      Case("claude-opus-4-8", .init(input: 1, output: 3), as: .init(isFast: true), 160_000),
      Case("claude-opus-4-8", .init(input: 1, output: 3), as: .init(tier: .batch), 40_000),
      Case("claude-opus-4-8", .init(input: 1, output: 3), as: .init(tier: .priority), 80_000),
      // 80 + 2 searches at a cent each
      Case("claude-opus-4-8", .init(input: 1, output: 3), as: .init(webSearches: 2), 20_080_000),
      // 100 × 5 + 900 × 0.5 + 50 × 30 = 2,450; priority is 2.5 times
      Case("gpt-5.5", .init(input: 100, cacheRead: 900, output: 50, reasoning: 20), 2_450_000),
      Case("gpt-5.5", .init(input: 100, cacheRead: 900, output: 50), as: .init(tier: .priority), 6_125_000),
      Case("gpt-5.5", .init(input: 100, cacheRead: 900, output: 50), as: .init(tier: .flex), 1_225_000),
      Case("gemini-2.5-flash", .init(input: 10, output: 10), 28_000),
    ])
  func workedExamples(example: Case) throws {
    let price = try #require(try catalogue.onCheckDay(example.model))
    #expect(price.cost(of: example.counts, service: example.service) == NanoDollars(example.expected))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var counts: TokenCounts
    var service: UsageRecord.Service
    var expected: Int64

    init(_ model: String, _ counts: TokenCounts, as service: UsageRecord.Service = .init(), _ expected: Int64)
    {
      (self.model, self.counts, self.service, self.expected) = (model, counts, service, expected)
    }

    var testDescription: String { "\(model) \(service.tier) \(expected)" }
  }

  @Test("Above the threshold the whole request has the long-context price, cached input included")
  func longContext() throws {
    let price = try #require(try catalogue.onCheckDay("gpt-5.5"))
    let at = TokenCounts(input: 2000, cacheRead: 270_000, output: 10)
    let above = TokenCounts(input: 2001, cacheRead: 270_000, output: 10)
    // 2000 × 5 + 270,000 × 0.5 + 10 × 30, and 2001 × 10 + 270,000 × 1 + 10 × 45
    #expect(price.cost(of: at) == NanoDollars(145_300_000))
    #expect(price.cost(of: above) == NanoDollars(290_460_000))
    // The same tokens as the total of several requests: 2001 × 5 + 270,000 × 0.5 + 10 × 30
    #expect(price.cost(of: above, isOneRequest: false) == NanoDollars(145_305_000))
    // Flex halves whichever price applies.
    #expect(price.cost(of: above, service: .init(tier: .flex)) == NanoDollars(145_230_000))
  }

  @Test("The highest threshold that is passed decides")
  func severalThresholds() throws {
    let price = try #require(try catalogue.onCheckDay("qwen3-coder-plus"))
    let costs = [32_000, 32_001, 128_001, 256_001].map { price.cost(of: TokenCounts(input: $0)) }
    #expect(costs == [32_000_000, 57_601_800, 384_003_000, 1_536_006_000].map { NanoDollars($0) })
  }

  @Test(
    "One rounding, half to even",
    arguments: [(1, 0), (2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (7, 4)] as [(Int64, Int64)])
  func rounding(tokens: Int64, expected: Int64) {
    // Half a nano-dollar a token, so that odd counts fall on a half.
    let rates = Rates(input: 500_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0)
    let price = ModelPrice(
      model: "m", provider: "p", standard: Tariff(rates: rates), source: "s", checked: "c")
    #expect(price.cost(of: TokenCounts(input: tokens)) == NanoDollars(expected))
  }

  @Test("Unknown and negative classes count as nothing; an amount beyond money is no amount")
  func hostileCounts() throws {
    let price = try #require(try catalogue.onCheckDay("claude-opus-4-8"))
    #expect(price.cost(of: TokenCounts()) == .zero)
    #expect(price.cost(of: TokenCounts(input: .min, output: 2)) == NanoDollars(50_000))
    let huge = TokenCounts(input: .max, cacheRead: .max, cacheWrite5m: .max, cacheWrite1h: .max, output: .max)
    #expect(price.cost(of: huge, service: .init(webSearches: .max)) == nil)
    #expect(
      price.cost(of: TokenCounts(input: 1_000_000_000_000_000)) == NanoDollars(5_000_000_000_000_000_000))
  }

  @Test("It is known whether a service has prices of its own")
  func services() throws {
    let opus = try #require(try catalogue.onCheckDay("claude-opus-4-8"))
    let haiku = try #require(try catalogue.onCheckDay("claude-haiku-4-5"))
    let grok = try #require(try catalogue.onCheckDay("grok-4.6"))
    #expect(opus.hasPrices(for: .init(isFast: true)) && !haiku.hasPrices(for: .init(isFast: true)))
    #expect(haiku.hasPrices(for: .init()) && haiku.hasPrices(for: .init(tier: .batch)))
    #expect(!grok.hasPrices(for: .init(tier: .priority)) && !grok.hasPrices(for: .init(webSearches: 1)))
    #expect(haiku.cost(of: TokenCounts(output: 1), service: .init(isFast: true)) == NanoDollars(5000))
  }

  @Test("A sum costs what its parts cost, within their roundings, and more tokens never cost less")
  func laws() throws {
    var random = SeededGenerator(state: 2026)
    func counts() -> TokenCounts {
      var counts = TokenCounts()
      for path in TokenCounts.classes where Bool.random(using: &random) {
        counts[keyPath: path] =
          Int64.random(in: 0...400_000, using: &random) >> Int64.random(in: 0...18, using: &random)
      }
      return counts
    }
    for price in catalogue.prices {
      for mode in [
        UsageRecord.Service(), .init(tier: .batch), .init(tier: .priority), .init(tier: .flex),
        .init(isFast: true),
      ] {
        for _ in 0..<20 {
          let (a, b) = (counts(), counts())
          let parts =
            try #require(price.cost(of: a, service: mode, isOneRequest: false)?.count)
            + #require(price.cost(of: b, service: mode, isOneRequest: false)?.count)
          let whole = try #require(price.cost(of: a + b, service: mode, isOneRequest: false)?.count)
          #expect(abs(whole - parts) <= 1, "\(price.model) \(mode)")
          let one = try #require(price.cost(of: a, service: mode))
          let more = try #require(price.cost(of: a + b, service: mode))
          #expect(one <= more && one.count >= 0, "\(price.model) \(mode)")
        }
      }
    }
  }

  @Test("A record's cost says why it has none")
  func records() throws {
    func record(
      _ model: String?, _ counts: TokenCounts, tool: Tool = .codex, kind: UsageRecord.Kind = .itemised
    ) throws -> UsageRecord {
      UsageRecord(
        id: Key128(high: 0, low: 1), session: Key128(high: 0, low: 2), ownerRank: .stated,
        at: try instant("2026-11-21"), tool: tool, model: model, counts: counts, kind: kind)
    }
    let long = TokenCounts(input: 300_000)
    #expect(catalogue.cost(of: try record("gpt-5.5", long)) == .priced(NanoDollars(3_000_000_000)))
    #expect(
      catalogue.cost(of: try record("gpt-5.5", long, kind: .unitemised))
        == .priced(NanoDollars(1_500_000_000)))
    #expect(
      catalogue.cost(of: try record("gpt-5.5", long, tool: .cursor)) == .priced(NanoDollars(1_500_000_000)))
    #expect(catalogue.cost(of: try record("gpt-5.5", TokenCounts())) == .unknown)
    #expect(catalogue.cost(of: try record("gpt-99", long)) == .unpriced(model: "gpt-99"))
    #expect(catalogue.cost(of: try record(nil, long)) == .unpriced(model: nil))
    #expect(catalogue.cost(of: try record("<synthetic>", long, kind: .notBilled)) == .notBilled)
  }

  @Test("A pricer that remembers says what the catalogue says, in any order of models")
  func pricer() throws {
    var random = SeededGenerator(state: 3)
    var pricer = Pricer(catalogue)
    let names = [
      "gpt-5.5", "openai/gpt-5.5", "gpt-5.6-sol", "us.anthropic.claude-opus-4-6-v1", "gpt-99", "", nil,
    ]
    for id in 0..<2000 {
      let days = Duration.days(Int64.random(in: 0..<400, using: &random))
      let record = UsageRecord(
        id: Key128(high: 0, low: UInt64(id)), session: Key128(high: 0, low: 2), ownerRank: .stated,
        at: try instant("2025-11-21") + days, tool: .codex, model: names.randomElement(using: &random) ?? nil,
        counts: TokenCounts(input: Int64.random(in: 0..<400_000, using: &random), output: 7))
      let expected = record.model.flatMap {
        catalogue.price(model: $0, at: record.at)?.cost(of: record.counts)
      }
      #expect(pricer.cost(of: record) == expected.map { .priced($0) } ?? .unpriced(model: record.model))
    }
  }
}
