import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Reconciliation

@Suite("What providers' exports say")
struct ImportTests {
  private typealias Fixtures = BillFixtures

  private func figures(_ found: BillImport, _ day: String, _ model: String?) -> BillFigures {
    found.lines.filter { $0.day.description == day && $0.model == model }
      .reduce(BillFigures()) { $0 + $1.figures }
  }

  private static let third = ("2025-11-03T00:00:00Z", "2025-11-04T00:00:00Z")

  @Test("Anthropic's usage: every class in its own place, by day and model")
  func anthropicUsage() {
    let found = Fixtures.read(
      Fixtures.anthropicUsage([
        (Self.third.0, Self.third.1, Fixtures.anthropicResult("claude-opus-4-8")),
        ("2025-11-04T00:00:00Z", "2025-11-05T00:00:00Z", ""),
      ]))
    #expect(found.problems.isEmpty)
    #expect(found.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
    #expect(found.days.allSatisfy { $0.isWhole && $0.report == .anthropicUsage })
    #expect(found.lines.count == 1)
    #expect(
      figures(found, "2025-11-03", "claude-opus-4-8")
        == BillFigures([
          .input: 1500, .cacheRead: 200, .cacheWrite5m: 500, .cacheWrite1h: 1000, .output: 500,
        ]))
  }

  @Test("Hours are added to days, and a day of which an hour is missing is not whole")
  func hours() {
    func hours(_ range: Range<Int>) -> String {
      Fixtures.anthropicUsage(
        range.map { hour in
          let start = Fixtures.day("2025-11-03").start + .hours(Int64(hour))
          func text(_ instant: Instant) -> String { instant.date.formatted(.iso8601) }
          return (text(start), text(start + .hours(1)), Fixtures.anthropicResult("m", output: 10))
        })
    }
    let whole = Fixtures.read(hours(0..<12), hours(12..<24))
    #expect(figures(whole, "2025-11-03", "m")[.output] == 240)
    #expect(whole.days.map(\.isWhole) == [true])
    #expect(Fixtures.read(hours(0..<23)).days.map(\.isWhole) == [false])
    // A day stated as a whole and by the hour is one day.
    let both = Fixtures.read(
      hours(0..<24),
      Fixtures.anthropicUsage([
        (Self.third.0, Self.third.1, Fixtures.anthropicResult("m", output: 240))
      ]))
    #expect(figures(both, "2025-11-03", "m")[.output] == 240)
  }

  @Test("Anthropic's costs are cents, exactly")
  func anthropicCost() {
    let found = Fixtures.read(Fixtures.anthropicCost)
    #expect(found.problems.isEmpty)
    #expect(figures(found, "2025-11-03", "claude-opus-4-8")[.amount] == 1_237_891_200)
    #expect(figures(found, "2025-11-03", nil)[.amount] == 10_000_000_000)
  }

  @Test("Claude Code analytics: people are added up, and nothing is left of them")
  func claudeCode() {
    let pages = [
      Fixtures.claudeCode("2025-11-03", [("a@example.invalid", 10), ("b@example.invalid", 20)], more: true),
      Fixtures.claudeCode("2025-11-03", [("c@example.invalid", 30)]),
    ]
    let found = BillImport((pages + [pages[0]]).map { Fixtures.file($0) })
    #expect(found.problems.isEmpty)
    #expect(figures(found, "2025-11-03", "claude-opus-4-8")[.output] == 60)
    #expect(figures(found, "2025-11-03", "claude-opus-4-8")[.cacheWrite] == 15)
    #expect(figures(found, "2025-11-03", "claude-opus-4-8")[.amount] == 30_750_000_000)
    #expect(!String(describing: found).contains("example.invalid"))
  }

  @Test("An answer that says that there are more, without them, is not whole, and that is said")
  func missingPages() {
    let found = Fixtures.read(Fixtures.claudeCode("2025-11-03", [("a@example.invalid", 10)], more: true))
    #expect(found.days.map(\.isWhole) == [false])
    #expect(found.problems.contains { $0.reason.contains("more") })
  }

  @Test("OpenAI's input includes what was cached; it is taken apart")
  func openAIUsage() {
    let found = Fixtures.read(Fixtures.openAIUsage)
    #expect(found.problems.isEmpty)
    #expect(
      figures(found, "2025-11-03", "gpt-5.5")
        == BillFigures([.input: 350, .cacheRead: 900, .cacheWrite: 50, .output: 507, .requests: 6]))
    #expect(found.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
  }

  @Test("OpenAI's costs are dollars; what is of no model stays apart")
  func openAICosts() {
    let found = Fixtures.read(Fixtures.openAICosts)
    #expect(figures(found, "2025-11-03", "gpt-5.5")[.amount] == 61_234_568)
    #expect(figures(found, "2025-11-03", nil)[.amount] == 2_500_000)
  }

  @Test("Copilot: by day, or by user a line, comes to the same; together they are not added")
  func copilot() {
    let expected = BillFigures([.requests: 218, .prompt: 23_845_646, .output: 748_058])
    let users = Fixtures.read(Fixtures.copilotUsers)
    #expect(users.problems.isEmpty)
    #expect(figures(users, "2025-11-03", nil) == expected)
    let days = Fixtures.read(Fixtures.copilotDays)
    #expect(days.days.count == 3)
    #expect(figures(days, "2025-11-03", nil) == expected)
    #expect(figures(days, "2025-11-04", nil)[.output] == 0)
    #expect(
      figures(Fixtures.read(Fixtures.copilotUsers, Fixtures.copilotDays), "2025-11-03", nil) == expected)
  }

  @Test("Cursor: CSV and API")
  func cursor() {
    let csv = Fixtures.read(Fixtures.cursorCSV, Fixtures.cursorCSV)
    #expect(csv.problems.isEmpty)
    #expect(csv.days.map(\.day.description) == ["2025-11-03", "2025-11-04", "2025-11-05"])
    let codex = BillFigures([
      .input: 8263, .cacheRead: 66_964, .cacheWrite: 0, .output: 1612, .requests: 1, .amount: 30_000_000,
    ])
    #expect(figures(csv, "2025-11-03", "gpt-5-codex") == codex)
    #expect(figures(csv, "2025-11-05", "auto")[.amount] == 0)
    let api = Fixtures.read(Fixtures.cursorEvents)
    #expect(api.problems.isEmpty)
    #expect(figures(api, "2025-11-03", "gpt-5-codex")[.amount] == 35_000_000)
    #expect(figures(api, "2025-11-03", "gpt-5-codex")[.output] == 1612)
    #expect(api.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
  }

  @Test("JSON lines: a broken line is said, and the rest is read")
  func brokenLine() {
    let page = Fixtures.anthropicUsage([
      (Self.third.0, Self.third.1, Fixtures.anthropicResult("m"))
    ]).replacing("\n", with: "")
    let found = Fixtures.read("{\"data\": [\n\(page)\n")
    #expect(found.problems.map(\.place) == ["line 1"])
    #expect(figures(found, "2025-11-03", "m")[.output] == 500)
    #expect(found.days.map(\.isWhole) == [false])
  }

  @Test(
    "What is no report says so, and what is known and not read says why",
    arguments: [
      ("", "none of the reports"), ("hello", "not JSON"), ("{}", "none of the reports"), ("[]", "none of"),
      ("{\"download_links\": []}", "download"),
      ("{\"date\": \"2024-06-24\", \"copilot_ide_chat\": {}}", "closed"),
      ("{\"error\": {\"type\": \"authentication_error\"}}", "refusal"), ("{\"data\": []}", "nothing in it"),
      ("{\"data\": [{\"start_time\": 1762128000, \"end_time\": 1762214400, \"results\": []}]}", "--report"),
    ])
  func refused(_ text: String, _ word: String) {
    let found = Fixtures.read(text)
    #expect(found.days.isEmpty)
    #expect(found.problems.contains { $0.reason.contains(word) }, "\(found.problems)")
  }

  @Test(
    "A field of the wrong kind is unknown, and its day not whole",
    arguments: ["\"7\"", "-1", "1.5", "1e30", "true", "[]", "99999999999999999999999"])
  func wrongKinds(_ value: String) {
    let text = Fixtures.anthropicUsage([(Self.third.0, Self.third.1, Fixtures.anthropicResult("m"))])
      .replacing("\"output_tokens\": 500", with: "\"output_tokens\": \(value)")
    let found = Fixtures.read(text)
    #expect(found.problems.map(\.place) == ["data[0].results[0].output_tokens"])
    #expect(figures(found, "2025-11-03", "m")[.output] == nil)
    #expect(figures(found, "2025-11-03", "m")[.input] == 1500)
    #expect(found.days.map(\.isWhole) == [false])
  }

  @Test(
    "Decimal numbers are exact",
    arguments: [
      ("123.45", 7, 1_234_500_000), ("0", 9, 0), ("-0.5", 9, -500_000_000), ("1e3", 0, 1000),
      ("2.5", 0, 2), ("3.5", 0, 4), ("0.0000000005", 9, 0), ("0.0000000015", 9, 2), ("1E-400", 9, 0),
      ("12.5e-1", 1, 12), ("9223372036854775807", 0, Int64.max),
    ] as [(String, Int, Int64)])
  func decimals(_ text: String, _ power: Int, _ expected: Int64) {
    #expect(ExactDecimal.scaled(text, by: power) == expected)
  }

  @Test(
    "What is no decimal number is none",
    arguments: ["", "-", ".5", "5.", "1e", "1e999", "0x1", "NaN", "9223372036854775808", "1 "])
  func noDecimals(_ text: String) { #expect(ExactDecimal.scaled(text, by: 0) == nil) }

  @Test("Cut off anywhere, or damaged anywhere, an export never stops the program nor adds anything")
  func damage() throws {
    var random = SeededGenerator(seed: 7)
    let texts = [
      Fixtures.anthropicUsage([(Self.third.0, Self.third.1, Fixtures.anthropicResult("m"))]),
      Fixtures.anthropicCost, Fixtures.openAIUsage, Fixtures.openAICosts, Fixtures.copilotDays,
      Fixtures.copilotUsers, Fixtures.cursorCSV, Fixtures.cursorEvents,
      Fixtures.claudeCode("2025-11-03", [("a@example.invalid", 10)]),
    ]
    for text in texts {
      let bytes = Array(text.utf8)
      let whole = BillImport([Fixtures.file(text)]).lines.reduce(BillFigures()) { $0 + $1.figures }
      for end in stride(from: 0, to: bytes.count, by: 3) {
        let cut = BillImport([
          BillImport.File(name: "cut", bytes: Array(bytes[..<end]), takenAt: Fixtures.taken)
        ])
        let sum = cut.lines.reduce(BillFigures()) { $0 + $1.figures }
        for measure in BillMeasure.allCases where measure != .prompt {
          #expect((sum[measure] ?? 0) <= (whole[measure] ?? 0))
        }
      }
      for _ in 0..<300 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        let found = BillImport([BillImport.File(name: "x", bytes: damaged, takenAt: Fixtures.taken)])
        #expect(found.problems.count < 60)
      }
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(!Fixtures.read(deep).problems.isEmpty)
  }

  @Test(
    "The examples of each API that were checked against its own library",
    .disabled(if: Samples.isMissing, "no samples: set ASSAY_SAMPLES"),
    arguments: [
      ("api/anthropic_usage_report_messages.json", BillReport.anthropicUsage),
      ("api/anthropic_cost_report.json", .anthropicCost),
      ("api/anthropic_claude_code_usage_report.json", .claudeCode),
      ("api/openai_usage_completions.json", .openAIUsage), ("api/openai_costs.json", .openAICosts),
      ("cursor-csv/tokscale-fixture-0.csv", .cursor), ("cursor-csv/tokscale-fixture-1.csv", .cursor),
      (mock + "organization-1-day-report.json", .copilot),
      (mock + "organization-users-1-day-report.json", .copilot),
      (mock + "organization-28-day-report.json", .copilot),
    ])
  func samples(_ path: String, _ report: BillReport) throws {
    let file = BillImport.File(name: path, bytes: try Samples.bytes(path), takenAt: Fixtures.taken)
    let found = BillImport([file])
    #expect(found.readings.map(\.report) == [report])
    #expect(!found.lines.isEmpty)
    #expect(found.problems.allSatisfy { $0.reason.contains("more") }, "\(found.problems)")
  }

  private static let mock =
    "fixtures/github-copilot-resources+copilot-metrics-viewer/public/mock-data/new-api/"
}
