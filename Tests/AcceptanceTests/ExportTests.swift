import Foundation
import TestCorpus
import Testing

@Suite("CSV, FOCUS and the page", .disabled(if: Samples.isMissing))
struct ExportTests {
  private let assay: Command
  private let files: [String]
  private let report: Report

  init() throws {
    assay = try Command()
    files = try ["--files"] + Samples.folders.map { try Samples.url($0).path }
    report = try assay.report(files)
  }

  private func output(_ arguments: String...) throws -> String {
    let result = try assay(["report", "--ledger", assay.ledger] + arguments + files)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    return result.output
  }

  /// Rows of RFC 4180 by column name.
  static func rows(_ text: String) throws -> [[String: String]] {
    var rows: [[String]] = [[]]
    var field = ""
    var isQuoted = false
    var characters = Array(text.unicodeScalars)[...]
    while let character = characters.popFirst() {
      switch (character, isQuoted) {
      case ("\"", true):
        if characters.first == "\"" {
          field.unicodeScalars.append(characters.removeFirst())
        } else {
          isQuoted = false
        }
      case ("\"", false): isQuoted = true
      case (",", false):
        rows[rows.count - 1].append(field)
        field = ""
      case ("\r", false): #expect(characters.first == "\n", "a line ends with CR LF")
      case ("\n", false):
        rows[rows.count - 1].append(field)
        field = ""
        rows.append([])
      default: field.unicodeScalars.append(character)
      }
    }
    #expect(rows.last == [] && !isQuoted, "the last line is ended")
    let head = try #require(rows.first)
    #expect(Set(head).count == head.count)
    return try rows.dropFirst().dropLast().map { row in
      try #require(row.count == head.count)
      return Dictionary(uniqueKeysWithValues: zip(head, row))
    }
  }

  private static func nanoDollars(_ text: String) throws -> Int64 {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    try #require(fraction.count <= 9 && parts.count <= 2)
    let whole = try #require(Int64(parts[0]))
    let rest = try #require(Int64(fraction.padding(toLength: 9, withPad: "0", startingAt: 0)))
    return whole * 1_000_000_000 + rest
  }

  @Test(
    "CSV parses, and adds up to the account",
    arguments: ["day", "project", "session", "state", "model", "window"])
  func csv(grouping: String) throws {
    let rows = try Self.rows(output("--csv", "--by", grouping))
    #expect(!rows.isEmpty)
    for (column, total) in [
      ("input", report.totals.input), ("cache_read", report.totals.cache_read),
      ("output", report.totals.output),
      ("cache_write_1h", report.totals.cache_write_1h), ("records", report.totals.records),
    ] {
      let sum = try rows.reduce(Int64(0)) { sum, row in
        let text = try #require(row[column], "no column \(column)")
        return try sum + (text.isEmpty ? 0 : #require(Int64(text)))
      }
      #expect(sum == total, "\(column)")
    }
    let costs = try rows.compactMap { $0["cost_usd"] }.filter { !$0.isEmpty }.map(Self.nanoDollars)
    #expect(costs.reduce(0, +) == report.totals.cost_nano_usd)
  }

  @Test("FOCUS rows parse, are of the columns it wants, and add up to the cost")
  func focus() throws {
    let rows = try Self.rows(output("--focus"))
    let costs = try rows.compactMap { $0["ListCost"] }.filter { !$0.isEmpty }.map(Self.nanoDollars)
    #expect(costs.reduce(0, +) == report.totals.cost_nano_usd)
    for row in rows {
      for column in [
        "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd", "ServiceCategory",
      ] {
        #expect(row[column]?.isEmpty == false, "\(column)")
      }
      #expect(row["BillingCurrency"] == "USD" && row["ChargeCategory"] == "Usage")
    }
    let billed = try Self.rows(output("--focus", "--subscription")).compactMap { $0["BilledCost"] }
    #expect(try billed.filter { !$0.isEmpty }.allSatisfy { try Self.nanoDollars($0) == 0 })
  }

  @Test("The page is one file that loads nothing and runs nothing")
  func page() throws {
    let file = assay.directory.path("page.html")
    #expect(try output("--html", file) == "Wrote \(file)\n")
    let page = try String(contentsOfFile: file, encoding: .utf8)
    #expect(page.hasPrefix("<!doctype html>") && page.contains("</html>"))
    for pattern in [
      #"(?i)<script"#, #"(?i)\son[a-z]+\s*="#, #"(?i)javascript:"#,
      #"(?i)<(link|iframe|object|embed|base)\b"#,
      #"(?i)\b(src|href|srcset|action|data|poster)\s*=\s*["']?\s*(https?:)?//"#,
      #"(?i)url\(\s*["']?(https?:)?//"#,
      #"(?i)@import"#,
    ] {
      #expect(try page.firstMatch(of: Regex(pattern)) == nil, "\(pattern)")
    }
    // Every reference inside it leads somewhere in it.
    for match in try page.matches(
      of: Regex(##"(?:href="#|url\(#|aria-labelledby="|aria-describedby=")([^")]+)"##))
    {
      for id in try #require(match.output[1].substring).split(separator: " ") {
        #expect(page.contains("id=\"\(id)\""), "\(id)")
      }
    }
    #expect(page.contains("lang=\"en\"") && page.contains("<title>") && page.contains("prefers-color-scheme"))
  }

  @Test("The text keeps to the width it is given", arguments: [60, 80, 120, 200])
  func width(columns: Int) throws {
    var assay = assay
    assay.environment["COLUMNS"] = String(columns)
    for grouping in ["project", "session", "day", "model", "window"] {
      let result = try assay(["report", "--ledger", assay.ledger, "--by", grouping] + files)
      for line in result.output.split(separator: "\n") {
        // A path that is longer than a line stands alone.
        let isWord = !line.trimmingCharacters(in: .whitespaces).contains(" ")
        #expect(line.count <= columns || isWord, "\(grouping): \(line)")
      }
      #expect(!result.output.contains("\u{1B}"), "no colour in a pipe")
    }
  }

  @Test("Every sample's JSON is what docs/report.schema.json says")
  func schema() throws {
    let validator = """
      import json, sys
      try:
          import jsonschema
      except ImportError:
          sys.exit(77)
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for name in sys.argv[2:]:
          for error in validator.iter_errors(json.load(open(name))):
              print(name, error.json_path, error.message[:200])
      """
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var documents: [String] = []
    for (number, home) in Samples.labHomes.enumerated() {
      for grouping in ["day", "window", "state"] {
        let result = try Command()("report", "--json", "--by", grouping, "--home", Samples.url(home).path)
        documents.append(try assay.directory.write(result.output.utf8, to: "\(number)-\(grouping).json"))
      }
    }
    for folder in Samples.folders + ["fixtures"] {
      let result = try Command()("report", "--json", "--files", Samples.url(folder).path)
      documents.append(try assay.directory.write(result.output.utf8, to: "\(folder).json"))
    }
    documents.append(try assay.directory.write(Command()("report", "--json").output.utf8, to: "empty.json"))
    let schema = root.appending(path: "docs/report.schema.json").path
    let result = try ChildProcess.run("/usr/bin/env", ["python3", "-c", validator, schema] + documents)
    if result.status == 77 || result.status == 127 {
      let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
      #expect(!isCI, "python3 with jsonschema is missing: pip install jsonschema")
      try Test.cancel("python3 with jsonschema is missing: pip install jsonschema")
    }
    #expect(result.status == 0 && result.output == "", "\(result.output)\(result.errors)")
  }
}
