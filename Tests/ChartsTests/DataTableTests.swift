import Charts
import Foundation
import Ledger
import TestCorpus
import Testing

@Suite("Tables as data")
struct DataTableTests {
  static let table = DataTable(
    id: "groups", caption: "Cost at list price.",
    columns: [
      DataColumn("Group"), DataColumn("Cost", .money), DataColumn("Held", .share),
      DataColumn("Lead time", .number(unit: "hours", decimals: 1), hasIntervals: true, reference: 5),
      DataColumn("Quarter", .trend), DataColumn("What came of it", .parts(.dollars)),
    ],
    rows: [
      DataTable.Row(
        [
          .text("Harbour, \"east\""), .money(NanoDollars(12_345_000_000_001)), .share(0.314),
          .interval(Interval(4.5, from: 3, to: 6.25)), .trend([.count(1), .missing, .count(3)]),
          .parts([
            TonedPart("held", .state(.held), 10_000_000_000),
            TonedPart("not linked", .notLinked, 5_000_000_000),
          ]),
        ], link: "/groups/1"),
      DataTable.Row([.text("Dock"), .withheld, .missing, .withheld, .trend([]), .missing]),
    ], empty: "Nothing.")

  @Test(
    "CSV has units in its head, decimal dollars, nothing where nothing is known, and says what is withheld")
  func csv() {
    #expect(
      Self.table.csv.components(separatedBy: "\r\n") == [
        "Group,Cost (USD),Held (share of 1),Lead time (hours),Lead time (hours) low,Lead time (hours) high,Quarter,What came of it: held (USD),What came of it: not linked (USD)",
        "\"Harbour, \"\"east\"\"\",12345.000000001,0.314,4.5,3.0,6.25,1 - 3,10,5",
        "Dock,withheld,,withheld,withheld,withheld,,,", "",
      ])
  }

  @Test("JSON has whole nano-dollars, null where nothing is known, and says what is withheld")
  func json() {
    #expect(
      Self.table.json.compact
        == #"[{"group":"Harbour, \"east\"","cost_nano_usd":12345000000001,"held_share":0.314,"#
        + #""lead_time_hours":{"estimate":4.5,"low":3.0,"high":6.25},"quarter":[1,null,3],"#
        + #""what_came_of_it":{"held":10000000000,"not_linked":5000000000}},"#
        + #"{"group":"Dock","cost_nano_usd":{"withheld":true},"held_share":null,"#
        + #""lead_time_hours":{"withheld":true},"quarter":[],"what_came_of_it":null}]"#)
  }

  @Test("On a page, what is missing is not zero, and what is withheld is said")
  func html() {
    let html = Self.table.html(Downloads(query: "week=2026-W21"))
    #expect(html.contains("<a href=\"/groups/1\">Harbour, &quot;east&quot;</a>"))
    #expect(html.contains(">not shown</td>") && html.contains(">–</td>"))
    #expect(html.contains("4.5\u{A0}hours (3.0 to 6.3)"))
    #expect(html.contains("?week=2026-W21&amp;table=groups&amp;as=csv"))
    #expect(html.contains("held\u{A0}67\u{A0}%"))
    #expect(!Self.table.html().contains("as=csv"))
    var empty = Self.table
    empty.rows = []
    #expect(empty.html(Downloads()) == "<p class=\"quiet\">Nothing.</p>\n")
  }

  @Test(
    "A text that a spreadsheet would run is one that it shows; a number stays a number",
    arguments: ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "  =cmd", "＝1"])
  func formulas(text: String) {
    let table = DataTable(
      id: "t", caption: "", columns: [DataColumn("A"), DataColumn("B", .count)],
      rows: [[.text(text), .count(-3)]])
    let line = table.csv.components(separatedBy: "\r\n")[1]
    #expect(line == "'\(text),-3")
  }

  @Test("Whatever is in it, it is well-formed markup, JSON and CSV", arguments: 0..<40)
  func arbitrary(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let table = Self.anyTable(&random)
    let html = table.html(Downloads(query: "a=<b>"))
    #expect(!html.contains("<script") && !html.contains("nan") && !html.contains("inf"))
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(table.json.compact.utf8)) as? [[String: Any]])
    #expect(rows.count == table.rows.count)
    #expect(table.csv.hasSuffix("\r\n"))
  }

  static func anyTable(_ random: inout SeededGenerator) -> DataTable {
    let kinds: [DataColumn.Kind] = [
      .text, .words, .code, .count, .tokens, .money, .share, .number(unit: "h", decimals: 9), .trend,
      .parts(.dollars), .parts(.calls),
    ]
    let columns = (0..<Int.random(in: 1...9, using: &random)).map { index in
      DataColumn(
        index == 0 ? "Name" : "c\(index % 3)", kinds.randomElement(using: &random) ?? .text,
        hasIntervals: Bool.random(using: &random), reference: anyValue(&random).magnitude)
    }
    let rows = (0..<Int.random(in: 0...6, using: &random)).map { _ in
      columns.map { _ in anyValue(&random) }
    }
    return DataTable(id: "t", caption: "<script>", columns: columns, rows: rows)
  }

  static func anyValue(_ random: inout SeededGenerator) -> DataValue {
    let doubles = [0, -1, 0.5, 1e300, -1e300, .nan, .infinity, 1e-300, 123.456]
    let integers: [Int64] = [0, 1, -5, .max, .min, 1_000_000_007]
    let double = doubles.randomElement(using: &random) ?? 0
    let integer = integers.randomElement(using: &random) ?? 0
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .text("<script>alert(\"'&\u{1B}\u{202E}")
    case 1: return .toned("a,b\r\n\"", .untold)
    case 2: return .count(integer)
    case 3: return .money(NanoDollars(integer))
    case 4: return .share(double)
    case 5: return .number(double)
    case 6: return .interval(Interval(double, from: doubles.randomElement(using: &random) ?? 0, to: 1))
    case 7: return .trend([.count(integer), .missing, .number(double), .withheld])
    case 8: return .parts([TonedPart("<x>", .notLinked, integer), TonedPart("<x>", .linked, 3)])
    default: return Bool.random(using: &random) ? .missing : .withheld
    }
  }
}
