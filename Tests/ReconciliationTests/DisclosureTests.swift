import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Reconciliation

/// What is shown of an organisation's weeks, attacked with what is known of how it is made.
@Suite("Reconciliation shows sums of enough people only")
struct DisclosureTests {
  private static let week = BillFixtures.day("2025-11-03")...BillFixtures.day("2025-11-09")
  private let scope: LedgerScope
  private let rules = DisclosureRules(
    floor: 5, person: { account, _ in account.rawValue > 1000 ? nil : account.rawValue },
    isDominated: { parts in
      let sorted = parts.sorted(by: >)
      let total = parts.reduce(0, +)
      return sorted[0] * 2 > total || sorted.prefix(2).reduce(0, +) * 4 > total * 3
    })

  init() throws { scope = LedgerScope(try PriceCatalogue.builtIn()) }

  private static let offers: [(Tool, String)] = [
    (.claudeCode, "claude-opus-4-8"), (.claudeCode, "claude-haiku-4-5"), (.openCode, "claude-opus-4-8"),
    (.codex, "gpt-5"), (.cursor, "auto"), (.copilotCLI, "gpt-5"), (.geminiCLI, "gemini-2.5-pro"),
    (.claudeCode, "us.anthropic.claude-opus-4-8"),
  ]

  private func random(_ random: inout SeededGenerator) -> [DayUse] {
    let people = Int64.random(in: 1...25, using: &random)
    var use: [DayUse] = []
    for (tool, model) in Self.offers {
      // Some tools are a few people's only.
      let share = Int.random(in: 0...3, using: &random)
      for day in Self.week.lowerBound.days(through: Self.week.upperBound) {
        for person in 1...people where Int.random(in: 0...3, using: &random) < share {
          let heavy: Int64 = Int.random(in: 0..<20, using: &random) == 0 ? 50 : 1
          let output = Int64.random(in: 80...120, using: &random) * heavy
          use.append(
            DayUse(
              day: day, account: AccountID(rawValue: person), tool: tool, model: model,
              isByProgram: Int.random(in: 0..<10, using: &random) == 0,
              totals: Totals(
                counts: TokenCounts(input: output, output: output), cost: NanoDollars(output), records: 1)))
        }
      }
    }
    return use
  }

  private func bills(_ use: [DayUse]) -> (days: [BillDay], lines: [BillLine]) {
    var days: [BillDay] = []
    var lines: [BillLine] = []
    for report in BillReport.allCases {
      for day in Self.week.lowerBound.days(through: Self.week.upperBound) {
        days.append(BillDay(report: report, day: day, takenAt: day.end + .days(3), isWhole: true))
        var sums: [String?: Int64] = [:]
        for one in use where one.day == day && scope.contains(one, in: report) {
          sums[report == .copilot ? nil : one.model, default: 0] += one.totals.counts.output ?? 0
        }
        lines += sums.map {
          BillLine(report: report, day: day, model: $0.key, figures: BillFigures([.output: $0.value]))
        }
      }
    }
    return (days, lines)
  }

  @Test(
    "Every part of what is shown is enough people's, what is left of the whole is too, and no part is shown twice",
    arguments: 0..<60 as Range<UInt64>)
  func parts(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let use = self.random(&random)
    let plan = WeekDisclosure(of: use, scope: scope, rules: rules)
    var seen: Set<DayUse> = []
    for block in plan.blocks {
      let own = use.filter { one in
        BillReport.allCases.first { scope.contains(one, in: $0) }?.provider == block.provider
          && block.keys.contains(.init(day: one.day, model: one.model.map { scope.name(of: $0) } ?? ""))
      }
      #expect(seen.isDisjoint(with: own))
      seen.formUnion(own)
      // What each report has of the block, and what one has more than another.
      for part in Dictionary(
        grouping: own,
        by: { one in
          Set(BillReport.allCases.filter { scope.contains(one, in: $0) })
        }
      ).values {
        #expect(Set(part.filter { !$0.isByProgram }.map(\.account)).count >= 5)
      }
    }
    let left = use.filter { !seen.contains($0) }
    let people = Set(left.filter { !$0.isByProgram }.map(\.account)).count
    #expect(left.isEmpty || people >= 5 || plan.blocks.isEmpty)
  }

  @Test(
    "The rows that come of it add up to their blocks, whatever report", arguments: 0..<30 as Range<UInt64>)
  func rows(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let use = self.random(&random)
    let plan = WeekDisclosure(of: use, scope: scope, rules: rules)
    let shown = disclosed(bills(use), use)
    for part in shown.parts {
      let allowed = plan.blocks.filter { $0.provider == part.report.provider }.map { block in
        use.filter { one in
          scope.contains(one, in: part.report)
            && block.keys.contains(.init(day: one.day, model: one.model.map { scope.name(of: $0) } ?? ""))
        }.reduce(Int64(0)) { $0 + ($1.totals.counts.output ?? 0) }
      }.filter { $0 > 0 }.sorted()
      let figures = part.rows.filter { !$0.isWithheld }.compactMap { $0.measures[.output]?.captured }
        .filter { $0 > 0 }.sorted()
      #expect(figures == allowed, "\(part.report)")
      #expect(part.rows.allSatisfy { $0.use.isEmpty })
      #expect(part.outside.isEmpty)
    }
  }

  @Test("Days that are not taken in do not change how the others are put together")
  func missingDays() throws {
    var random = SeededGenerator(seed: 4)
    let use = self.random(&random)
    let all = bills(use)
    let without = Self.week.lowerBound.next
    let fewer = (days: all.days.filter { $0.day != without }, lines: all.lines.filter { $0.day != without })
    func shown(_ bills: (days: [BillDay], lines: [BillLine])) -> Set<ReconciliationRow> {
      let found = disclosed(bills, use)
      return Set(found.parts.flatMap(\.rows).filter { !$0.isWithheld })
    }
    #expect(shown(fewer).isSubset(of: shown(all)))
  }

  @Test("Of four people nothing is shown but what the provider says by itself")
  func few() throws {
    let use = (1...4).map { person in
      DayUse(
        day: Self.week.lowerBound, account: AccountID(rawValue: person), tool: .claudeCode,
        model: "claude-opus-4-8", totals: Totals(counts: TokenCounts(output: 10), records: 1))
    }
    let found = disclosed(bills(use), use)
    let part = try #require(found.parts.first { $0.report == .anthropicUsage })
    #expect(part.rows.map(\.isWithheld) == [true])
    #expect(part.total == nil)
  }

  private func disclosed(_ bills: (days: [BillDay], lines: [BillLine]), _ use: [DayUse]) -> Reconciliation {
    .disclosed(
      Self.week, reports: BillReport.allCases, bills: bills,
      weeks: [(Self.week, FrozenUse(of: use, scope: scope, rules: rules))], scope: scope)
  }

  @Test("What one person's subscription paid for cannot be had by subtracting one report from another")
  func subscription() throws {
    let use = (1...9).map { (person: Int64) in
      let totals = Totals(counts: TokenCounts(output: 10), records: 1)
      return DayUse(
        day: Self.week.lowerBound, account: AccountID(rawValue: person), tool: .claudeCode,
        model: "claude-opus-4-8", totals: totals, gateway: totals,
        subscription: person == 1 ? totals : Totals())
    }
    let found = disclosed(bills(use), use)
    for report in [BillReport.anthropicUsage, .claudeCode] {
      let part = try #require(found.parts.first { $0.report == report })
      #expect(part.rows.allSatisfy { $0.isWithheld }, "\(report)")
    }
    // Where nobody's was paid for otherwise there is nothing to subtract.
    let same = use.map { one in
      var one = one
      one.subscription = Totals()
      return one
    }
    let part = try #require(disclosed(bills(same), same).parts.first { $0.report == .anthropicUsage })
    #expect(part.rows.contains { !$0.isWithheld && $0.measures[.output]?.captured == 90 })
    #expect(part.rows.allSatisfy { !$0.saysKinds || $0.isWithheld })
  }

  @Test("A week that was frozen says the same after it was kept, and nothing of whose it was")
  func kept() throws {
    var random = SeededGenerator(seed: 9)
    let use = self.random(&random)
    let frozen = FrozenUse(of: use, scope: scope, rules: rules)
    let text = try JSONEncoder().encode(frozen)
    let read = try JSONDecoder().decode(FrozenUse.self, from: text)
    #expect(read == frozen)
    #expect(frozen.use.allSatisfy { $0.account == AccountID(rawValue: 0) })
  }
}
