import Foundation
import Ledger
import Testing

@Suite("How prices are printed")
struct PricesTableTests {
  let catalogue: PriceCatalogue
  init() throws { catalogue = try PriceCatalogue.builtIn() }

  @Test("The table has a row for each price, aligned")
  func text() throws {
    let lines = PriceTable(catalogue).text.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.prefix { !$0.isEmpty }
    #expect(rows.count == catalogue.prices.count + 1)
    let heading = try #require(rows.first)
    let end = try #require(heading.range(of: "OUT")).upperBound
    let column = heading.distance(from: heading.startIndex, to: end)
    for row in rows {
      #expect(
        row.count > column && row.dropFirst(column).first == " " && row.dropFirst(column - 1).first != " ",
        "\(row)")
      #expect(row.last != " ")
    }
    let haiku = try #require(rows.first { $0.hasPrefix("claude-haiku-4-5 ") })
    #expect(
      haiku.split(separator: " ", omittingEmptySubsequences: true).prefix(9)
        == ["claude-haiku-4-5", "anthropic", "1", "0.1", "1.25", "2", "5", "–", "–"])
    #expect(lines.contains { $0.contains(">272k 10/45") })
  }

  @Test("The JSON is a price file that gives the same prices back")
  func json() throws {
    let file = try PriceFile(named: "listed.json", bytes: Array(PriceTable(catalogue).json.utf8))
    var again = catalogue
    again.add(file)
    for price in catalogue.prices {
      let periods = again.periods(of: price.model)
      #expect(periods.filter { $0 == price }.count == 2, "\(price.model)")
    }
    #expect(again.prices.count == 2 * catalogue.prices.count)
  }

  @Test("Every row of the CSV has a field for each heading, commas and quotes within included")
  func csv() throws {
    var catalogue = catalogue
    let odd = PricesFileTests.file(PricesFileTests.entry("a,\\\"b\\\"", #""note": "line\nbreak""#))
    catalogue.add(try PriceFile(named: "odd", bytes: Array(odd.utf8)))
    let csv = PriceTable(catalogue).csv
    #expect(
      csv.contains("\"a,\"\"b\"\"\",anthropic,,1,0.1,1,1,2,,,,,,,contract,2026-11-01,\"line\nbreak\"\r\n"))
    #expect(csv.contains("gpt-5.5,openai,gpt-5.5-2026-04-23,5,0.5,5,5,30,272000,10,45,10,"))
    var isQuoted = false
    var fields = 1
    var counts: Set<Int> = []
    for character in csv {
      if character == "\"" { isQuoted.toggle() }
      if character == "," && !isQuoted { fields += 1 }
      if character == "\r\n" && !isQuoted {
        counts.insert(fields)
        fields = 1
      }
    }
    #expect(counts == [17])
  }

  @Test("One model is explained with its modes, its other periods and its source")
  func explanation() throws {
    let explanation = PriceExplanation(
      of: "us.anthropic.claude-opus-4-6-v1", at: try instant("2026-11-21"), in: catalogue)
    #expect(explanation.isPriced)
    let text = explanation.text
    #expect(text.hasPrefix("us.anthropic.claude-opus-4-6-v1 is priced as claude-opus-4-6 (anthropic).\n"))
    #expect(text.contains("\nfast                  30           3      37.5        60   150\n"))
    #expect(
      text.contains("Valid from 2026-03-13.") && text.contains("Another price, until 2026-03-12: input 5"))
  }

  @Test("An unpriced model is said to be so, with a file that prices it when its dots are filled in")
  func unpriced() throws {
    let name = "my \"own\" \\ model"
    let explanation = PriceExplanation(of: name, at: try instant("2026-11-21"), in: catalogue)
    #expect(
      !explanation.isPriced && explanation.text.hasPrefix("\(name) is unpriced: no price file names it."))
    let text = explanation.text
    let start = try #require(text.firstIndex(of: "{"))
    let end = try #require(text.lastIndex(of: "}"))
    var catalogue = catalogue
    catalogue.add(try PriceFile(named: "example", bytes: Array(text[start...end].utf8)))
    #expect(try catalogue.onCheckDay(name) != nil)
  }

  @Test("A filtered list holds that model only")
  func filtered() throws {
    let json = PriceTable(catalogue, model: "gpt-5.6").json
    #expect(try modelsListed(in: json) == ["gpt-5.6-sol", "gpt-5.6-sol"])
    #expect(try modelsListed(in: PriceTable(catalogue, model: "gpt-99").json) == [])
  }

  private func modelsListed(in json: String) throws -> [String] {
    struct File: Decodable {
      struct Model: Decodable { var model: String }
      var models: [Model]
    }
    return try JSONDecoder().decode(File.self, from: Data(json.utf8)).models.map(\.model)
  }
}
