import Foundation
import Ledger
import Testing

/// Holds the catalogue against a price table that others keep (LiteLLM's, MIT), and against calls whose tokens a
/// mock provider booked itself.
@Suite(
  "The built-in prices against the samples", .enabled(if: PricesSamples.areExpected, PricesSamples.absence))
struct PricesSamplesTests {
  typealias Entry = [String: Any]

  let catalogue: PriceCatalogue
  let table: [String: Any]

  init() throws {
    catalogue = try PriceCatalogue.builtIn()
    table = try #require(
      JSONSerialization.jsonObject(with: PricesSamples.data("prices/litellm_model_prices.json"))
        as? [String: Any])
  }

  /// Where we differ on purpose, and why.
  static let intended: [String: String] = [
    "claude-opus-4-7 fast": "Fast mode existed until 2026-07-24; the table has forgotten it.",
    "claude-opus-4-6 fast": "Fast mode existed until mid-2026; the table has forgotten it.",
    "claude-sonnet-4-5 long_context":
      "The 1M beta is over; the table's Bedrock and Vertex entries still have it.",
    "claude-haiku-4-5 web_search": "The price of searches is the same for all of Anthropic's models.",
    "gpt-5-nano priority": "The table has 50 times the input price and no output price: an error.",
  ]

  static let fields: [(ours: String, theirs: String)] = [
    ("input", "input_cost_per_token"), ("cache_read", "cache_read_input_token_cost"),
    ("cache_write_5m", "cache_creation_input_token_cost"),
    ("cache_write_1h", "cache_creation_input_token_cost_above_1hr"), ("output", "output_cost_per_token"),
  ]
  static let prefixes = [
    "anthropic": "", "openai": "", "google": "gemini/", "xai": "xai/", "deepseek": "deepseek/",
    "mistral": "mistral/", "qwen": "dashscope/", "moonshot": "moonshot/", "zai": "zai/",
  ]

  @Test("No price differs from LiteLLM's table, class by class, but those that are meant to")
  func liteLLM() throws {
    var compared = 0
    var models: Set<String> = []
    var differences: Set<String> = []
    for price in catalogue.prices where price.validity.until == nil {
      guard let prefix = Self.prefixes[price.provider] else { continue }
      for name in [price.model] + catalogue.aliases(of: price.model) {
        guard let theirs = table[prefix + name] as? Entry else { continue }
        models.insert(price.model)
        compared += compare(price, theirs, isSnapshot: name != price.model, &differences)
      }
    }
    #expect(differences.subtracting(Self.intended.keys) == [])
    #expect(Set(Self.intended.keys).subtracting(differences) == [], "no difference any more")
    #expect(models.count >= 100 && compared >= 700, "\(models.count) models, \(compared) prices")
  }

  private func compare(
    _ price: ModelPrice, _ theirs: Entry, isSnapshot: Bool, _ differences: inout Set<String>
  ) -> Int {
    var compared = 0
    func check(_ what: String, _ ours: Int64?, _ amount: Int64?) {
      compared += 1
      if ours != amount { differences.insert("\(price.model) \(what)") }
    }
    func check(_ what: String, _ ours: Tariff?, suffix: String) {
      for (index, field) in Self.fields.enumerated() {
        let path = Rates.classes[index].path
        // No class of tokens is free where the model is not: a zero there means that storing them is free.
        if let amount = amount(theirs, field.theirs + suffix), amount > 0 || ours?.rates.input == 0 {
          check(suffix.isEmpty ? field.ours : what, ours?.rates[keyPath: path], amount)
        }
        for thousand in [100, 128, 200, 272, 512] {
          guard let amount = amount(theirs, "\(field.theirs)_above_\(thousand)k_tokens\(suffix)") else {
            continue
          }
          let tier = ours?.longContext.first { $0.threshold == thousand * 1000 }
          check("\(what) long_context", tier?.rates[keyPath: path], amount)
        }
      }
    }
    let tiers = theirs["tiered_pricing"] as? [Entry]
    if let tiers { compared += compare(price.standard, tiers: tiers, price.model, &differences) }
    check("standard", price.standard, suffix: "")
    check("batch", price.modes[.batch], suffix: "_batches")
    check("flex", price.modes[.flex], suffix: "_flex")
    check("priority", price.modes[.priority], suffix: "_priority")
    let hasLong = tiers != nil || theirs.keys.contains { $0.hasPrefix("input_cost_per_token_above_") }
    if !price.standard.longContext.isEmpty && !hasLong { differences.insert("\(price.model) long_context") }
    let fast = (theirs["provider_specific_entry"] as? Entry)?["fast"] as? Double
    let searches =
      (theirs["search_context_cost_per_query"] as? Entry)?["search_context_size_medium"] as? Double
    // The table leaves these out of most entries of snapshots.
    if fast != nil || !isSnapshot {
      check(
        "fast", price.modes[.fast]?.rates.input,
        fast.map { Int64(($0 * Double(price.standard.rates.input)).rounded()) })
    }
    if searches != nil || !isSnapshot {
      check("web_search", price.webSearch, searches.map { Int64(($0 * 1e12).rounded()) })
    }
    return compared
  }

  private func compare(
    _ tariff: Tariff, tiers: [Entry], _ model: String, _ differences: inout Set<String>
  ) -> Int {
    let ours = [tariff.rates] + tariff.longContext.map(\.rates)
    let starts = [0] + tariff.longContext.map(\.threshold)
    if ours.count != tiers.count { differences.insert("\(model) tiers") }
    var compared = 0
    for (tier, (start, rates)) in zip(tiers, zip(starts, ours)) {
      compared += 3
      if (tier["range"] as? [Double])?.first != Double(start)
        || amount(tier, "input_cost_per_token") != rates.input
        || amount(tier, "output_cost_per_token") != rates.output
        || amount(tier, "cache_read_input_token_cost") ?? rates.input != rates.cacheRead
      {
        differences.insert("\(model) tiers")
      }
    }
    return compared
  }

  /// Dollars per token as nano-dollars per million tokens; the table's numbers have at most a dozen digits.
  private func amount(_ entry: Entry, _ key: String) -> Int64? {
    (entry[key] as? Double).map { Int64(($0 * 1e15).rounded()) }
  }

  @Test(
    "The lab's calls cost what its provider's own books make at LiteLLM's prices",
    arguments: [
      "claude-code-2.1.1", "claude-code-2.1.59", "claude-code-2.1.142", "claude-code-2.1.257",
      "claude-code-2.1.329",
      "codex-0.133.0", "codex-0.163.0", "copilot-cli-1.0.36",
    ])
  func lab(run: String) throws {
    let ledger = try PricesSamples.data("lab/\(run)/cap/ledger.jsonl")
    let at = try instant("2026-11-20")
    var calls = 0
    for line in ledger.split(separator: UInt8(ascii: "\n")) {
      let call = try #require(JSONSerialization.jsonObject(with: Data(line)) as? Entry)
      guard call["kind"] as? String == "billed", let model = call["model"] as? String else { continue }
      func tokens(_ key: String) -> Int64 { (call[key] as? NSNumber)?.int64Value ?? 0 }
      // OpenAI's input includes what was cached.
      let counts = TokenCounts(
        input: tokens("input_tokens") - tokens("cached"),
        cacheRead: tokens("cache_read_input_tokens") + tokens("cached"), cacheWrite5m: tokens("c5"),
        cacheWrite1h: tokens("c1"), output: tokens("output_tokens"))
      let theirs = try #require(table[model] as? Entry, "\(model)")
      var expected = Decimal(0)
      for (index, field) in Self.fields.enumerated() {
        guard let rate = theirs[field.theirs] as? Double, let exact = Decimal(string: "\(rate)") else {
          continue
        }
        expected += exact * Decimal(counts[keyPath: TokenCounts.classes[index]] ?? 0) * 1_000_000_000
      }
      let price = try #require(catalogue.price(model: model, at: at))
      let ours = try #require(price.cost(of: counts))
      // Both prices are whole nano-dollars a token here, so no rounding is between them.
      #expect(Decimal(ours.count) == expected, "\(model) \(counts)")
      calls += 1
    }
    #expect(calls >= 5)
  }
}
