import Account
import Foundation
import Ledger
import Testing

@Suite("CSV and FOCUS")
struct ExportTests {
  @Test("The CSV of every grouping adds up to the account", arguments: Grouping.allCases)
  func sums(grouping: Grouping) throws {
    for account in [Example.month(), Example.arbitrary(seed: 3), Example.arbitrary(seed: 4)] {
      let table = try CSVTable(account.csv(by: grouping))
      #expect(table.head.first == grouping.rawValue)
      for tokenClass in TokenClass.allCases {
        #expect(table.sum(tokenClass.rawValue) == account.totals.tokens(tokenClass) ?? 0)
      }
      #expect(table.sum("cost_nano_usd") == account.totals.cost?.count ?? 0)
      #expect(table.sum("records") == account.totals.records)
      let states = OutcomeState.allCases.map { table.sum("\($0.rawValue)_cost_nano_usd") }
      #expect(states.reduce(0, +) == account.totals.cost?.count ?? 0)
    }
  }

  @Test("Fields with commas, quotes and line breaks come back as they were")
  func quoting() throws {
    let name = "a,\"b\"\r\nc 'd' "
    let session = AccountSession(id: SessionID(high: 0, low: 0), tool: .codex, name: name, project: name)
    let cell = RollupCell(
      slot: Example.now, session: session.id, model: name, state: .held,
      totals: Totals(records: 1, unknownRecords: 1))
    let account = Account.build(cells: [cell], sessions: [session], timeZone: .gmt)
    for grouping in [Grouping.session, .project, .model] {
      let table = try CSVTable(account.csv(by: grouping))
      #expect(table.rows.map(\.first) == [name])
      #expect(table.column("input") == [""], "an unknown figure is an empty field")
    }
  }

  @Test(
    "FOCUS columns are alphabetical, Assay's own come last, and the rows add up exactly", arguments: 0..<8)
  func focus(seed: Int) throws {
    let account = seed == 0 ? Example.month() : Example.arbitrary(seed: UInt64(seed))
    let table = try CSVTable(account.focus())
    let own = table.head.drop { !$0.hasPrefix("x_") }
    let standard = table.head.dropLast(own.count)
    #expect(standard.sorted() == Array(standard))
    #expect(own.allSatisfy { $0.hasPrefix("x_") } && own.sorted() == Array(own))
    for column in ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"] {
      #expect(try table.decimalSum(column) == account.totals.cost?.count ?? 0, "\(column)")
    }
    let tokens = TokenClass.billed.compactMap { account.totals.tokens($0) }.reduce(0, +)
    #expect(table.sum("ConsumedQuantity") == tokens)
    #expect(Set(table.column("ChargeCategory")).isSubset(of: ["Usage"]))
    #expect(Set(table.column("BillingCurrency")).isSubset(of: ["USD"]))
    for tags in table.column("Tags") {
      #expect(try JSONSerialization.jsonObject(with: Data(tags.utf8)) is [String: String])
    }
  }

  @Test("A subscription's list price is a reference and nothing is billed for it")
  func subscription() throws {
    let account = Example.month()
    let table = try CSVTable(account.focus(basis: .subscription))
    #expect(try table.decimalSum("BilledCost") == 0)
    #expect(try table.decimalSum("EffectiveCost") == 0)
    #expect(try table.decimalSum("ListCost") == account.totals.cost?.count)
  }

  @Test("What has no price is exported with its tokens and an empty cost, never with zero")
  func unpriced() throws {
    let table = try CSVTable(Example.month().focus())
    let model = try #require(table.head.firstIndex(of: "x_Model"))
    let cost = try #require(table.head.firstIndex(of: "ListCost"))
    let status = try #require(table.head.firstIndex(of: "x_CostStatus"))
    let rows = table.rows.filter { $0[model] == "internal-moe-70b" }
    #expect(!rows.isEmpty)
    #expect(rows.allSatisfy { $0[cost].isEmpty && $0[status] == "unpriced" })
  }
}

/// Reads RFC 4180 strictly: every line ends with CRLF, and every row has as many fields as the head.
struct CSVTable {
  struct Malformed: Error { var why: String }
  let head: [String]
  let rows: [[String]]

  init(_ text: String) throws {
    var lines: [[String]] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if isQuoted {
        if scalar != "\"" {
          field.append(scalar)
        } else if index < scalars.count && scalars[index] == "\"" {
          field.append("\"")
          index += 1
        } else {
          isQuoted = false
        }
      } else if scalar == "\"" {
        guard field.isEmpty else { throw Malformed(why: "a quote inside a field") }
        isQuoted = true
      } else if scalar == "," {
        fields.append(String(field))
        field = String.UnicodeScalarView()
      } else if scalar == "\r" {
        guard index < scalars.count, scalars[index] == "\n" else { throw Malformed(why: "a lone CR") }
        index += 1
        lines.append(fields + [String(field)])
        fields = []
        field = String.UnicodeScalarView()
      } else {
        field.append(scalar)
      }
    }
    guard fields.isEmpty && field.isEmpty && !isQuoted else { throw Malformed(why: "no CRLF at the end") }
    guard let head = lines.first else { throw Malformed(why: "no head") }
    guard lines.allSatisfy({ $0.count == head.count }) else {
      throw Malformed(why: "rows of different lengths")
    }
    self.head = head
    rows = Array(lines.dropFirst())
  }

  func column(_ name: String) -> [String] {
    guard let index = head.firstIndex(of: name) else { return [] }
    return rows.map { $0[index] }
  }

  func sum(_ name: String) -> Int64 { column(name).compactMap { Int64($0) }.reduce(0, +) }

  /// The sum of exact decimals, in nano-dollars.
  func decimalSum(_ name: String) throws -> Int64 {
    try column(name).filter { !$0.isEmpty }.reduce(0) { sum, text in
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let fraction = parts.count > 1 ? String(parts[1]) : ""
      let digits = String(parts[0]) + fraction + String(repeating: "0", count: max(0, 9 - fraction.count))
      guard fraction.count <= 9, let nano = Int64(digits) else { throw Malformed(why: text) }
      return sum + nano
    }
  }
}
