import Foundation
import Ledger
import Testing

@Suite("The built-in prices")
struct PricesCatalogueTests {
  let catalogue: PriceCatalogue
  init() throws { catalogue = try PriceCatalogue.builtIn() }

  @Test("Every file of the catalogue is compiled in")
  func files() throws {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Ledger/Prices/Catalogue").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    #expect(Set(names) == Set(catalogue.prices.map(\.provider)))
    #expect(Set(catalogue.prices.map(\.model)).count >= 100)
  }

  @Test("Every price is plausible: read ≤ input ≤ write, input ≤ output, no lower price for a longer context")
  func plausible() {
    for price in catalogue.prices {
      for tariff in [price.standard] + price.modes.values {
        var floor: Rates?
        for rates in [tariff.rates] + tariff.longContext.map(\.rates) {
          #expect(rates.cacheRead <= rates.input, "\(price.model)")
          #expect(
            rates.input <= rates.cacheWrite5m && rates.cacheWrite5m <= rates.cacheWrite1h, "\(price.model)")
          #expect(rates.input <= rates.output, "\(price.model)")
          for (_, path) in Rates.classes {
            #expect((floor?[keyPath: path] ?? 0) <= rates[keyPath: path], "\(price.model)")
          }
          floor = rates
        }
        #expect(tariff.longContext.allSatisfy { $0.threshold >= 32_000 }, "\(price.model)")
      }
    }
  }

  @Test("Anthropic's cache writes cost 1.25 and 2 times the input")
  func anthropicWrites() {
    for price in catalogue.prices where price.provider == "anthropic" && price.model != "claude-3-haiku" {
      for rates in [price.standard.rates] + price.standard.longContext.map(\.rates) {
        #expect(
          rates.cacheWrite5m * 4 == rates.input * 5 && rates.cacheWrite1h == rates.input * 2, "\(price.model)"
        )
      }
    }
  }

  @Test("The periods of a model leave no gap and do not overlap")
  func periods() throws {
    for (model, prices) in Dictionary(grouping: catalogue.prices, by: \.model) {
      let sorted = prices.sorted {
        ($0.validity.from?.start.milliseconds ?? 0) < ($1.validity.from?.start.milliseconds ?? 0)
      }
      #expect(sorted.first?.validity.from == nil && sorted.last?.validity.until == nil, "\(model)")
      for (earlier, later) in zip(sorted, sorted.dropFirst()) {
        #expect(earlier.validity.until?.end == later.validity.from?.start, "\(model)")
      }
    }
  }

  @Test("No model is known by two names that lead apart")
  func names() {
    for model in Set(catalogue.prices.map(\.model)) {
      for name in [model] + catalogue.aliases(of: model) {
        #expect(catalogue.canonicalName(of: name) == model)
      }
    }
  }

  /// Every model that the samples name, by tool, and the model it is priced as; `nil` with a reason below.
  static let sampleModels: [(name: String, model: String?)] = [
    // Claude Code, real and lab
    ("claude-haiku-4-5-20251001", "claude-haiku-4-5"), ("claude-opus-4-5-20251101", "claude-opus-4-5"),
    ("claude-opus-4-6", "claude-opus-4-6"), ("claude-opus-4-8", "claude-opus-4-8"),
    ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"), ("claude-sonnet-4-5", "claude-sonnet-4-5"),
    ("claude-sonnet-4-20250514", "claude-sonnet-4"), ("claude-sonnet-4-6", "claude-sonnet-4-6"),
    ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"), ("claude-fable-5", "claude-fable-5"),
    // Made up by the client, not a model
    ("<synthetic>", nil),
    // Codex, Copilot CLI, OpenCode
    ("gpt-5.5", "gpt-5.5"), ("gpt-5-codex", "gpt-5-codex"), ("gpt-5.1-codex", "gpt-5.1-codex"),
    ("gpt-5.6-sol", "gpt-5.6-sol"), ("gpt-5.4-mini", "gpt-5.4-mini"), ("gpt-5", "gpt-5"),
    ("gpt-4.1", "gpt-4.1"),
    ("gpt-5.2", "gpt-5.2"), ("gpt-5.2-codex", "gpt-5.2-codex"), ("gpt-5.3-codex", "gpt-5.3-codex"),
    ("gpt-5.4", "gpt-5.4"), ("gpt-5-mini", "gpt-5-mini"),
    // A preview inside subscriptions; OpenAI publishes no price for its tokens
    ("gpt-5.3-codex-spark", nil),
    // Gemini CLI
    ("gemini-2.5-flash", "gemini-2.5-flash"), ("gemini-3.0-pro", "gemini-3-pro-preview"),
    // Copilot's and Cursor's spellings
    ("claude-haiku-4.5", "claude-haiku-4-5"), ("claude-4.5-haiku", "claude-haiku-4-5"),
    ("claude-opus-4.5", "claude-opus-4-5"), ("claude-opus-4.6", "claude-opus-4-6"),
    ("claude-opus-4.6-1m", "claude-opus-4-6"), ("claude-opus-4.7", "claude-opus-4-7"),
    ("claude-sonnet-4.5", "claude-sonnet-4-5"), ("claude-4.5-sonnet", "claude-sonnet-4-5"),
    ("claude-sonnet-4.6", "claude-sonnet-4-6"), ("claude-4.6-sonnet", "claude-sonnet-4-6"),
    ("claude-4.5-opus-high-thinking", "claude-opus-4-5"), ("claude-4.5-sonnet-thinking", "claude-sonnet-4-5"),
    ("claude-4.6-opus-max-thinking", "claude-opus-4-6"), ("copilot/claude-sonnet-4", "claude-sonnet-4"),
    ("copilot/gpt-4o", "gpt-4o"), ("composer-2", "composer-2"),
    // Whatever the router took; its price is not that of a model
    ("auto", nil), ("copilot/auto", nil),
    // Of organisations' own deployments, and of rows that sum up others
    ("custom:BYOK-GPT-5-MINI-0", nil), ("others", nil), ("unknown", nil),
    // Display names in Copilot's metrics, which have no tokens
    ("Claude Haiku 4.5", nil), ("Claude Opus 4.5", nil), ("Claude Opus 4.6", nil), ("Claude Opus 4.7", nil),
    ("Claude Opus 4.7 (1M context)(Internal only)", nil), ("Claude Opus 4.8", nil),
    ("Claude Sonnet 4.5", nil),
    ("Claude Sonnet 4.6", nil), ("GPT-4o mini", nil), ("GPT-5 mini", nil), ("GPT-5.4 mini", nil),
    ("GPT-5.4 nano", nil), ("Gemini 3 Flash (Preview)", nil), ("MAI-Code-1-Flash", nil),
    ("Code Review model", nil),
    ("Coding Agent model", nil), ("Auto: Claude Haiku 4.5", nil), ("Auto: GPT-5.4", nil),
    // Display names that differ from the model's own only in case
    ("GPT-4.1", "gpt-4.1"), ("GPT-4o", "gpt-4o"), ("GPT-5.2", "gpt-5.2"), ("GPT-5.3-Codex", "gpt-5.3-codex"),
    ("GPT-5.4", "gpt-5.4"), ("GPT-5.5", "gpt-5.5"),
  ]

  @Test("Every model in the samples is priced, or known not to be", arguments: sampleModels)
  func samples(name: String, model: String?) throws {
    #expect(try catalogue.onCheckDay(name)?.model == model)
  }
}
