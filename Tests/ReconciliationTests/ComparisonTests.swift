import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Reconciliation

@Suite("The ledger against the bill")
struct ComparisonTests {
  private let scope: LedgerScope
  private let first = BillFixtures.day("2025-11-03")

  init() throws { scope = LedgerScope(try PriceCatalogue.builtIn()) }

  private func use(
    _ day: CalendarDay, model: String? = "claude-opus-4-8", tool: Tool = .claudeCode, output: Int64?,
    input: Int64? = 0, records: Int64 = 1, cost: Int64? = 0, subscription: Int64? = nil
  ) -> DayUse {
    let counts = TokenCounts(input: input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: output)
    return DayUse(
      day: day, account: .local, tool: tool, model: model,
      totals: Totals(
        counts: output == nil ? TokenCounts() : counts, cost: cost.map { NanoDollars($0) }, records: records,
        unknownRecords: output == nil ? records : 0, unpricedRecords: cost == nil ? records : 0),
      subscription: subscription.map { Totals(counts: TokenCounts(input: 0, output: $0), records: 1) }
        ?? Totals())
  }

  private func line(
    _ day: CalendarDay, _ model: String?, _ figures: [BillMeasure: Int64],
    _ report: BillReport = .anthropicUsage
  ) -> BillLine {
    BillLine(report: report, day: day, model: model, figures: BillFigures(figures))
  }

  private func compare(
    _ days: [CalendarDay], _ lines: [BillLine], _ use: [DayUse], report: BillReport = .anthropicUsage,
    through last: CalendarDay? = nil, whole: Bool = true
  ) throws -> Reconciliation.Part {
    let taken = days.map {
      BillDay(report: report, day: $0, takenAt: $0.end + .days(3), isWhole: whole)
    }
    let found = Reconciliation(
      first...(last ?? days.max() ?? first), bills: (taken, lines), use: use, scope: scope)
    return try #require(found.parts.first)
  }

  @Test("What is there, what is missing and what is beyond, by model")
  func figures() throws {
    let part = try compare(
      [first],
      [line(first, "claude-opus-4-8", [.output: 100]), line(first, "claude-sonnet-4-5", [.output: 50])],
      [
        use(first, model: "claude-opus-4-8-20251001", output: 93),
        use(first, model: "claude-sonnet-4-5", output: 60),
      ])
    let total = try #require(part.total?.measures[.output])
    #expect(total.reported == 150 && total.captured == 153)
    // Too much of one model does not hide what is missing of another.
    #expect(total.matched == 143 && total.missing == 7 && total.beyond == 10)
    #expect(total.capturedThousandths == 953)
    #expect(part.rows.count == 2)
  }

  @Test("Models on one side only: zero on the other, and said so")
  func oneSide() throws {
    let part = try compare(
      [first], [line(first, "claude-opus-4-8", [.output: 100])],
      [use(first, model: "claude-sonnet-4-5", output: 60)])
    #expect(part.rows.allSatisfy { $0.isOnOneSideOnly })
    let total = try #require(part.total?.measures[.output])
    #expect(total.missing == 100 && total.beyond == 60 && total.capturedThousandths == 0)
  }

  @Test("Tokens that the ledger does not know are compared with nothing, and not taken for zero")
  func unknown() throws {
    let part = try compare(
      [first], [line(first, "claude-opus-4-8", [.output: 100])], [use(first, output: nil, records: 4)])
    let total = try #require(part.total?.measures[.output])
    #expect(total.captured == nil && total.uncompared == 100 && total.missing == 0)
    #expect(total.capturedThousandths == nil)
    #expect(part.total?.unknownRecords == 4)
  }

  @Test("A day that the export does not cover is compared with nothing")
  func uncovered() throws {
    let second = first.next
    let part = try compare(
      [first], [line(first, "claude-opus-4-8", [.output: 100])],
      [use(first, output: 100), use(second, output: 70)], through: second)
    #expect(part.uncovered == [second])
    #expect(part.outside[.output] == 70)
    #expect(part.total?.measures[.output]?.beyond == 0)
    // A day that is covered and has no lines is a day on which nothing was used.
    let empty = try compare(
      [first, second], [line(first, "claude-opus-4-8", [.output: 100])],
      [use(first, output: 100), use(second, output: 70)])
    #expect(empty.total?.measures[.output]?.beyond == 70)
  }

  @Test("Use on a subscription is left out of an API's bill, and held against Claude Code's analytics")
  func subscription() throws {
    let all = use(first, output: 100, records: 3, subscription: 40)
    let api = try compare([first], [line(first, "claude-opus-4-8", [.output: 60])], [all])
    #expect(api.total?.measures[.output]?.captured == 60)
    #expect(api.total?.subscriptionRecords == 1)
    let analytics = try compare(
      [first], [line(first, "claude-opus-4-8", [.output: 100], .claudeCode)], [all], report: .claudeCode)
    #expect(analytics.total?.measures[.output]?.capturedThousandths == 1000)
  }

  @Test(
    "Which use a report should have",
    arguments: [
      (.claudeCode, "claude-opus-4-8", [.anthropicUsage, .anthropicCost, .claudeCode]),
      (.openCode, "claude-opus-4-8", [.anthropicUsage, .anthropicCost]),
      (.cursor, "claude-opus-4-8", [.cursor]), (.copilotCLI, "gpt-5", [.copilot]),
      (.codex, "gpt-5", [.openAIUsage, .openAICosts]),
      (.claudeCode, "us.anthropic.claude-opus-4-8", []), (.claudeCode, "claude-opus-4-8@20251001", []),
      (.geminiCLI, "gemini-2.5-pro", []),
    ] as [(Tool, String, Set<BillReport>)])
  func scopes(_ tool: Tool, _ model: String, _ reports: Set<BillReport>) {
    let use = use(first, model: model, tool: tool, output: 1)
    #expect(Set(BillReport.allCases.filter { scope.contains(use, in: $0) }) == reports)
  }

  @Test("The sentence says how much, and where much of the rest is")
  func sentence() throws {
    let days = first.days(through: BillFixtures.day("2025-11-12"))
    let part = try compare(
      days, days.map { line($0, "claude-opus-4-8", [.output: 1000]) },
      days.enumerated().map { use($1, output: $0 == 2 || $0 == 6 ? 600 : 990) })
    let sentence = try #require(part.sentences.first).replacing("\u{A0}", with: " ")
    #expect(
      sentence
        == "Of what Anthropic says was used from 2025-11-03 to 2025-11-12, Assay has 91.2 % of the output tokens; 90 % of what is missing is on two days, 2025-11-05 and 2025-11-09."
    )
  }

  @Test("What may still grow is said, and a report that does not divide by model is compared as a whole")
  func provisionalAndWhole() throws {
    let part = try compare(
      [first], [line(first, nil, [.output: 100])],
      [use(first, output: 60), use(first, model: "claude-sonnet-4-5", output: 40)], whole: false)
    #expect(part.rows.map(\.subject) == [.all])
    #expect(part.total?.measures[.output]?.capturedThousandths == 1000)
    #expect(part.sentences.contains { $0.contains("may still grow") })
  }

  @Test(
    "Captured and missing and what cannot be compared are what is reported, exactly, in every class",
    arguments: 0..<40 as Range<UInt64>)
  func adds(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let models = ["claude-opus-4-8", "claude-sonnet-4-5", "claude-haiku-4-5", "claude-unheard-of"]
    let days = first.days(through: BillFixtures.day("2025-11-12"))
    var lines: [BillLine] = []
    var use: [DayUse] = []
    var expected: [BillMeasure: (reported: Int64, compared: Int64, matched: Int64, beyond: Int64)] = [:]
    let measures: [BillMeasure] = [.input, .output]
    for day in days {
      for model in models {
        let truth = measures.map { _ in Int64.random(in: 0...1000, using: &random) }
        let isReported = Int.random(in: 0..<5, using: &random) > 0
        if isReported {
          // A report may come in several lines: workspaces, tiers.
          lines.append(line(day, model, [.input: truth[0] / 2, .output: truth[1]]))
          lines.append(line(day, model, [.input: truth[0] - truth[0] / 2, .output: 0]))
        }
        var captured: [Int64?] = [0, 0]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1:
          captured = [nil, nil]
          use.append(self.use(day, model: model, output: nil))
        default:
          captured = truth.map { Int64.random(in: 0...($0 + 200), using: &random) }
          use.append(self.use(day, model: model, output: captured[1], input: captured[0]))
        }
        for (index, measure) in measures.enumerated() {
          let reported = isReported ? truth[index] : 0
          expected[measure, default: (0, 0, 0, 0)].reported += reported
          if let own = captured[index] {
            expected[measure]?.compared += reported
            expected[measure]?.matched += min(own, reported)
            expected[measure]?.beyond += max(0, own - reported)
          }
        }
      }
    }
    let part = try compare(days, lines.shuffled(using: &random), use.shuffled(using: &random))
    for measure in measures {
      let total = try #require(part.total?.measures[measure])
      let wanted = try #require(expected[measure])
      #expect(total.reported == wanted.reported)
      #expect(total.compared == wanted.compared)
      #expect(total.matched == wanted.matched)
      #expect(total.beyond == wanted.beyond)
      #expect(total.matched + total.missing + total.uncompared == total.reported)
    }
  }
}
