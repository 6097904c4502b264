import Foundation
import Ledger
import Testing

@Suite("An organisation's own prices")
struct PricesFileTests {
  static let five =
    #""input": "1", "cache_read": "0.1", "cache_write_5m": "1", "cache_write_1h": "1", "output": "2""#

  static func file(_ models: String, head: String = "") -> String {
    """
    {"format": "assay.prices/1", "currency": "USD", "provider": "anthropic", "source": "contract",
     "checked": "2026-11-01", \(head) "models": [\(models)]}
    """
  }

  static func entry(_ model: String, _ more: String = "") -> String {
    #"{"model": "\#(model)", \#(five)\#(more.isEmpty ? "" : ", " + more)}"#
  }

  private func catalogue(with text: String) throws -> PriceCatalogue {
    var catalogue = try PriceCatalogue.builtIn()
    catalogue.add(try PriceFile(named: "ours.json", bytes: Array(text.utf8)))
    return catalogue
  }

  private func input(_ catalogue: PriceCatalogue, _ model: String, _ day: String = "2026-11-21") throws
    -> String?
  {
    try catalogue.price(model: model, at: instant(day)).map { PriceAmount.dollars($0.standard.rates.input) }
  }

  @Test("Comes before the built-in price, under every name of the model")
  func override() throws {
    let catalogue = try catalogue(with: Self.file(Self.entry("claude-opus-4-8")))
    for name in [
      "claude-opus-4-8", "claude-opus-4.8", "us.anthropic.claude-opus-4-8", "claude-opus-4-8-20260501",
    ] {
      #expect(try input(catalogue, name) == "1")
    }
    #expect(try input(catalogue, "claude-opus-4-7") == "5")
  }

  @Test("May name the model by an alias that is already known")
  func overrideByAlias() throws {
    let catalogue = try catalogue(with: Self.file(Self.entry("claude-opus-4.8")))
    #expect(try input(catalogue, "claude-opus-4-8") == "1")
    #expect(catalogue.canonicalName(of: "claude-opus-4.8") == "claude-opus-4-8")
  }

  @Test("Holds for its period only, and gives way to the built-in price outside of it")
  func period() throws {
    let dates = #""valid_from": "2026-06-01", "valid_until": "2026-06-30""#
    let catalogue = try catalogue(with: Self.file(Self.entry("claude-opus-4-8", dates)))
    #expect(try input(catalogue, "claude-opus-4-8", "2026-05-31") == "5")
    #expect(try input(catalogue, "claude-opus-4-8", "2026-06-01") == "1")
    #expect(try input(catalogue, "claude-opus-4-8", "2026-06-30") == "1")
    #expect(try input(catalogue, "claude-opus-4-8", "2026-07-01") == "5")
  }

  @Test("The newest of several valid prices is taken, in whatever order they stand")
  func newest() throws {
    let newer =
      #"{"model": "m", "input": "3", "cache_read": "3", "cache_write_5m": "3", "cache_write_1h": "3", "output": "3", "valid_from": "2026-06-01"}"#
    for models in [[newer, Self.entry("m")], [Self.entry("m"), newer]] {
      let catalogue = try catalogue(with: Self.file(models.joined(separator: ",")))
      #expect(try input(catalogue, "m", "2026-05-31") == "1")
      #expect(try input(catalogue, "m", "2026-06-01") == "3")
    }
  }

  @Test("Prices what was unpriced, and one region or deployment apart from the model")
  func additions() throws {
    let catalogue = try catalogue(
      with: Self.file(
        Self.entry("auto", #""provider": "router", "aliases": ["copilot/auto"]"#) + ","
          + Self.entry("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        head: #""prefixes": ["eu-gateway/"], "suffixes": ["-internal"],"#))
    #expect(try input(catalogue, "auto") == "1" && input(catalogue, "copilot/auto") == "1")
    #expect(catalogue.aliases(of: "auto") == ["copilot/auto"])
    #expect(try input(catalogue, "us.anthropic.claude-haiku-4-5-20251001-v1:0") == "1")
    #expect(try input(catalogue, "claude-haiku-4-5-20251001") == "1.0".replacing(".0", with: ""))
    #expect(catalogue.canonicalName(of: "claude-haiku-4-5-20251001") == "claude-haiku-4-5")
    #expect(catalogue.canonicalName(of: "eu-gateway/claude-opus-4-8-internal") == "claude-opus-4-8")
  }

  @Test("Changes the version, as does any change of it; the same files have the same version")
  func version() throws {
    let plain = try PriceCatalogue.builtIn().version
    let once = try catalogue(with: Self.file(Self.entry("m"))).version
    #expect(try PriceCatalogue.builtIn().version == plain && plain.utf8.count == 32)
    #expect(try catalogue(with: Self.file(Self.entry("m"))).version == once)
    #expect(try Set([plain, once, catalogue(with: Self.file(Self.entry("n"))).version]).count == 3)
  }

  @Test("Modes by factor and by price, with long contexts of their own")
  func modes() throws {
    let long =
      #""long_context": [{"above": 1000, "input": "2", "cache_read": "2", "cache_write_5m": "2", "cache_write_1h": "2", "output": "4"}]"#
    let file = Self.file(
      Self.entry(
        "m", "\(long), \"modes\": {\"batch\": \"0.5\", \"priority\": {\(Self.five)}}, \"web_search\": \"7.5\""
      ))
    let price = try #require(try catalogue(with: file).onCheckDay("m"))
    let call = TokenCounts(input: 1001)
    #expect(price.cost(of: call) == NanoDollars(2_002_000))
    #expect(price.cost(of: call, service: .init(tier: .batch)) == NanoDollars(1_001_000))
    #expect(price.cost(of: call, service: .init(tier: .priority)) == NanoDollars(1_001_000))
    #expect(price.cost(of: TokenCounts(), service: .init(webSearches: 2)) == NanoDollars(15_000_000))
  }

  @Test(
    "What is wrong is said with file, entry, field and what to do",
    arguments: [
      ("", ["ours.json: is not a JSON object"]), ("[]", ["is not a JSON object"]),
      ("{\"a\":", ["is not a JSON object"]),
      (
        "{}",
        ["format: must be \"assay.prices/1\"", "currency: is missing", "models: is missing; add a list"]
      ),
      (file("").replacing("prices/1", with: "prices/2"), ["format: must be \"assay.prices/1\""]),
      (file("").replacing("USD", with: "EUR"), ["currency: must be \"USD\"; convert"]),
      (file("3"), ["models[0]: must be an object"]),
      (
        file("{}"), ["models[0]: model: is missing; add it", "models[0]: output: is missing; give its price"]
      ),
      (
        file(entry("m").replacing("\"0.1\"", with: "\"0,1\"")),
        ["ours.json: models[0] (m): cache_read: “0,1” is not a price; write"]
      ),
      (
        file(entry("m").replacing("\"0.1\"", with: "0.1")),
        ["cache_read: a value that is not a string is not a price"]
      ),
      (
        file(entry("m").replacing("cache_read", with: "cache_reed")),
        ["cache_reed: is not a field of the format", "cache_read: is missing"]
      ),
      (
        file(entry("m") + "," + entry("m")),
        ["models[1] (m): valid_from: another entry of this model also begins at the beginning"]
      ),
      (
        file(entry("m", "\"aliases\": [\"x\"]") + "," + entry("n", "\"aliases\": [\"x\"]")),
        ["models[1] (n): aliases: “x” is also a name of m"]
      ),
      (file(entry("m", "\"valid_from\": \"2026-13-01\"")), ["valid_from: “2026-13-01” is not a day"]),
      (
        file(entry("m", "\"valid_from\": \"2026-02-01\", \"valid_until\": \"2026-01-01\"")),
        ["valid_until: is before valid_from"]
      ),
      (
        file(entry("m", "\"modes\": {\"turbo\": \"2\"}")),
        ["modes.turbo: is not a mode of service; use one of batch"]
      ),
      (file(entry("m", "\"modes\": {\"fast\": 2}")), ["modes.fast: must be a factor as a string"]),
      (file(entry("m", "\"modes\": {\"fast\": \"-1\"}")), ["modes.fast: must be a factor"]),
      (
        file(entry("m", "\"modes\": {\"fast\": \"0.001\"}").replacing("\"0.1\"", with: "\"0.000000001\"")),
        ["modes.fast: multiplying by 0.001 gives no whole"]
      ),
      (file(entry("m", "\"modes\": {\"fast\": {}}")), ["modes.fast.input: is missing"]),
      (
        file(entry("m", "\"long_context\": [{\"above\": \"200k\"}]")),
        ["long_context[0].above: must be a whole number"]
      ),
      (file(entry("m", "\"long_context\": {}")), ["long_context: must be a list of objects"]),
      (file(entry("m", "\"aliases\": \"x\"")), ["aliases: must be a list of strings"]),
      (file(entry("m", "\"checked\": \"yesterday\"")), ["checked: “yesterday” is not a day"]),
      (
        file(entry("m")).replacing("\"provider\": \"anthropic\",", with: ""),
        ["models[0] (m): provider: is missing; add it"]
      ),
    ])
  func problems(text: String, expected: [String]) throws {
    let error = try #require(throws: PriceFileError.self) {
      try PriceFile(named: "ours.json", bytes: Array(text.utf8))
    }
    for part in expected { #expect(error.description.contains(part), "\(error)") }
  }

  @Test("A file that is not there is said to be so")
  func missingFile() throws {
    let error = try #require(throws: PriceFileError.self) {
      try PriceCatalogue.builtIn(withFileAt: "/no/such/prices.json")
    }
    #expect(error.description.hasPrefix("/no/such/prices.json: cannot be read; check"))
  }

  @Test("Broken, truncated and altered files are errors or prices, and never a crash")
  func fuzz() throws {
    let bytes = Array(
      Self.file(Self.entry("m", "\"modes\": {\"batch\": \"0.5\"}, \"valid_from\": \"2026-01-01\"")).utf8)
    var random = SeededGenerator(state: 7)
    var refused = 0
    for length in 0..<bytes.count
    where (try? PriceFile(named: "f", bytes: Array(bytes.prefix(length)))) == nil { refused += 1 }
    #expect(refused == bytes.count)
    for _ in 0..<2000 {
      var altered = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        altered[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do throws(PriceFileError) {
        _ = try PriceFile(named: "f", bytes: altered)
      } catch {
        #expect(!error.problems.isEmpty && !error.description.isEmpty)
      }
    }
    let deep = Array((String(repeating: "[", count: 100_000)).utf8)
    #expect(throws: PriceFileError.self) { try PriceFile(named: "deep", bytes: deep) }
  }
}
