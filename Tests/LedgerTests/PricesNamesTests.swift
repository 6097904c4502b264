import Foundation
import Ledger
import Testing

@Suite("Which price a name leads to")
struct PricesNamesTests {
  let catalogue: PriceCatalogue
  init() throws { catalogue = try PriceCatalogue.builtIn() }

  @Test(
    "Names as tools, gateways and clouds write them",
    arguments: [
      ("claude-haiku-4-5-20251001", "claude-haiku-4-5"), ("claude-opus-4-8-20270101", "claude-opus-4-8"),
      ("anthropic/claude-opus-4-8", "claude-opus-4-8"),
      ("claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5"),
      ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
      ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6"), ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
      ("vertex_ai/claude-opus-4-8@default", "claude-opus-4-8"),
      ("openrouter/anthropic/claude-opus-4.6", "claude-opus-4-6"),
      ("claude-4.5-opus-high-thinking", "claude-opus-4-5"), ("CLAUDE-OPUS-4-8", "claude-opus-4-8"),
      ("openai/gpt-5.5-2026-04-23", "gpt-5.5"), ("gpt-5.3-codex-xhigh", "gpt-5.3-codex"),
      ("gpt-5.1-codex-max", "gpt-5.1-codex-max"), ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
      ("openai/gpt-4o-2024-05-13", "gpt-4o-2024-05-13"), ("models/gemini-2.5-pro", "gemini-2.5-pro"),
      ("moonshotai/kimi-k2.5", "kimi-k2.5"), ("github_copilot/gpt-5-mini", "gpt-5-mini"),
    ])
  func known(name: String, model: String) throws {
    #expect(catalogue.canonicalName(of: name) == model)
    #expect(try catalogue.onCheckDay(name)?.model == model)
  }

  @Test(
    "A name that no rule explains is unknown, however much it looks like a known one",
    arguments: [
      "claude-opus-9", "claude-opus-4-9", "claude-opus", "claude", "opus", "", "-", "<synthetic>", "gpt-5.55",
      "gpt-5.5x",
      "xgpt-5.5", "gpt-5.5-mini", "gpt-5.3-codex-spark", "gpt-5-codex-high-fast", "claude-opus-4-8-20261399",
      "claude-opus-4-8-2026", "claude-opus-4-8-20250101-20250101", "openai/claude-opus-4-8",
      "anthropic/gpt-5.5",
      "gpt-5.5[1m]", "anthropic/", "anthropic/anthropic/claude-opus-4-8", "auto", "unknown", "gpt-5.5\u{0}",
      String(repeating: "anthropic/", count: 50_000), "claude-opus-4-8 ",
    ])
  func unknown(name: String) throws {
    #expect(catalogue.canonicalName(of: name) == nil)
    #expect(try catalogue.onCheckDay(name) == nil)
  }

  @Test("The price is the one of the day")
  func days() throws {
    func input(_ model: String, _ day: String) throws -> String? {
      try catalogue.price(model: model, at: instant(day)).map { PriceAmount.dollars($0.standard.rates.input) }
    }
    #expect(try input("gpt-5.6-sol", "2026-08-20") == "5" && input("gpt-5.6-sol", "2026-08-21") == "4")
    #expect(try input("gpt-5.6-luna", "2026-07-29") == "1" && input("gpt-5.6-luna", "2026-07-30") == "0.2")
    let change = try instant("2026-03-13")
    let before = try #require(catalogue.price(model: "claude-opus-4-6", at: change - .milliseconds(1)))
    let after = try #require(catalogue.price(model: "claude-opus-4-6", at: change))
    #expect(before.standard.longContext.count == 1 && after.standard.longContext.isEmpty)
  }

  @Test(
    "Days are days of the calendar",
    arguments: [
      ("1999-12-31", nil), ("2026-02-29", nil), ("2026-2-01", nil), ("2026-11-21x", nil),
      ("2000-01-01", 946_684_800), ("2024-02-29", 1_709_164_800), ("2026-11-21", 1_795_219_200),
    ] as [(String, Int64?)])
  func calendar(text: String, seconds: Int64?) {
    #expect(CalendarDay(text)?.start.milliseconds == seconds.map { $0 * 1000 })
  }

  @Test("Many lookups of one catalogue at once agree")
  func concurrent() async throws {
    let catalogue = catalogue
    let at = try instant("2026-11-21")
    let found = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<1000).count { _ in
            catalogue.price(model: "us.anthropic.claude-opus-4-8", at: at)?.model == "claude-opus-4-8"
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(found == 8000)
  }
}
