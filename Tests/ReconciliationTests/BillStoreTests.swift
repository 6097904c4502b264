import Derivation
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import Reconciliation

@Suite("Bills in the ledger")
struct BillStoreTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteLedger
  private let first = BillFixtures.day("2025-11-03")

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteLedger(path: directory.path("ledger.sqlite"))
  }

  private func take(_ text: String, account: String = "") throws {
    let found = BillFixtures.read(text, account: account)
    try store.replaceBills(found.days, lines: found.lines)
  }

  private func usage(_ output: Int64, day: String = "2025-11-03") -> String {
    BillFixtures.anthropicUsage([
      (
        "\(day)T00:00:00Z", "\(BillFixtures.day(day).next)T00:00:00Z",
        BillFixtures.anthropicResult("claude-opus-4-8", output: output)
      )
    ])
  }

  @Test("What is stored comes back as it was")
  func roundTrip() throws {
    let found = BillFixtures.read(
      usage(500), BillFixtures.anthropicCost, BillFixtures.openAIUsage, BillFixtures.copilotDays,
      BillFixtures.cursorCSV)
    try store.replaceBills(found.days, lines: found.lines)
    let stored = try store.bills(in: BillFixtures.day("2025-11-01")...BillFixtures.day("2025-11-30"))
    #expect(Set(stored.days) == Set(found.days))
    #expect(Set(stored.lines) == Set(found.lines))
    #expect(stored.lines.count == found.lines.count)
    #expect(try store.billedDays() == first...BillFixtures.day("2025-11-05"))
  }

  @Test("Imported again a day is replaced, whether it grew or not; other days, reports and accounts stay")
  func again() throws {
    try take(usage(500))
    try take(usage(500))
    try take(usage(40, day: "2025-11-04"))
    try take(usage(7), account: "emea")
    try take(BillFixtures.anthropicCost)
    try take(usage(600))
    let stored = try store.bills(in: first...first.next)
    let outputs = stored.lines.filter { $0.report == .anthropicUsage }
      .map { "\($0.account) \($0.day) \($0.figures[.output] ?? 0)" }
    #expect(outputs == [" 2025-11-03 600", " 2025-11-04 40", "emea 2025-11-03 7"])
    #expect(stored.lines.contains { $0.report == .anthropicCost })
    #expect(try store.integrityProblems().isEmpty)
  }

  @Test("A day on which nothing was used is kept as one, and one that was never imported is not")
  func emptyDay() throws {
    try take(BillFixtures.openAIUsage)
    let stored = try store.bills(in: first...BillFixtures.day("2025-11-06"))
    #expect(stored.days.map(\.day.description) == ["2025-11-03", "2025-11-04"])
  }

  @Test(
    "Random ledgers with gaps, double reports and records at midnight: what is captured and missing is the bill",
    arguments: 0..<6 as Range<UInt64>)
  func wholeWay(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let days = first.days(through: BillFixtures.day("2025-11-08"))
    let models = ["claude-opus-4-8", "claude-haiku-4-5"]
    var batch = FactBatch()
    var bill: [CalendarDay: [String: TokenCounts]] = [:]
    var kept: [CalendarDay: [String: TokenCounts]] = [:]
    var number = 0
    for day in days {
      for model in models {
        for _ in 0..<Int.random(in: 0...6, using: &random) {
          number += 1
          // The first and last millisecond of a day in UTC are other days elsewhere.
          let at = [
            day.start, day.end - .milliseconds(1),
            day.start + .milliseconds(Int64.random(in: 0..<86_400_000, using: &random)),
          ][Int.random(in: 0..<3, using: &random)]
          func count() -> Int64 { Int64.random(in: 0...5000, using: &random) }
          let counts = TokenCounts(
            input: count(), cacheRead: count(), cacheWrite5m: count(), cacheWrite1h: count(), output: count())
          bill[day, default: [:]][model, default: TokenCounts()] += counts
          guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
          kept[day, default: [:]][model, default: TokenCounts()] += counts
          let session = SessionID(space: "test/session", "\(number / 3)")
          batch.sessions.append(
            SessionFact(id: session, tool: .claudeCode, name: "\(number / 3)", started: at, ended: at))
          let record = UsageRecord(
            id: EventID(space: "test/event", "\(number)"), session: session, ownerRank: .stated, at: at,
            tool: .claudeCode, model: model, counts: counts, requestID: "r\(number)")
          batch.usage.append(record)
          if Bool.random(using: &random) { batch.usage.append(record) }
        }
      }
    }
    try store.append([batch], surviving: .crash)
    try store.append([batch], surviving: .crash)
    let prices = try PriceCatalogue.builtIn()
    try await Derivation(store: store, prices: prices, isServing: true, cacheDirectory: nil)
      .run(now: BillFixtures.taken)

    for day in days {
      let results = (bill[day] ?? [:]).sorted { $0.key < $1.key }.map { model, counts in
        BillFixtures.anthropicResult(
          model, input: counts.input ?? 0, read: counts.cacheRead ?? 0, short: counts.cacheWrite5m ?? 0,
          long: counts.cacheWrite1h ?? 0, output: counts.output ?? 0)
      }
      try take(
        BillFixtures.anthropicUsage([
          ("\(day)T00:00:00Z", "\(day.next)T00:00:00Z", results.joined(separator: ","))
        ]))
    }
    let period = first...BillFixtures.day("2025-11-08")
    let found = Reconciliation(
      period, bills: try store.bills(in: period), use: try store.use(on: period), scope: LedgerScope(prices))
    let part = try #require(found.parts.first)
    for (measure, path) in [
      (BillMeasure.input, \TokenCounts.input), (.cacheRead, \.cacheRead), (.cacheWrite5m, \.cacheWrite5m),
      (.cacheWrite1h, \.cacheWrite1h), (.output, \.output),
    ] as [(BillMeasure, KeyPath<TokenCounts, Int64?>)] {
      for row in part.rows {
        guard case .model(let model) = row.subject else {
          Issue.record("a row of no model")
          continue
        }
        let day = row.days.lowerBound
        let measured = try #require(row.measures[measure])
        #expect(measured.reported == bill[day]?[model]?[keyPath: path] ?? 0)
        #expect(measured.captured == kept[day]?[model]?[keyPath: path] ?? 0)
        #expect(measured.beyond == 0)
        #expect(measured.matched + measured.missing == measured.reported)
      }
    }
  }

  @Test("The gateway's calls are told apart, and those that a subscription paid for")
  func gateway() async throws {
    func call(_ number: UInt64, isSubscription: Bool) -> CallFact {
      var call = CallFact(
        call: Key128(high: 7, low: number), attempt: 1, account: AccountID(rawValue: 3),
        scopes: ChargeScopes(key: 1, person: 2, team: nil, project: nil), tool: .claudeCode,
        dialect: "anthropic", endpoint: "messages", upstream: "u", requestedModel: "claude-opus-4-8",
        responseSpace: .anthropicMessage, opened: first.start + .hours(Int64(number)),
        reserved: NanoDollars(1000), reservedTokens: 50)
      call.model = "claude-opus-4-8"
      call.settled = call.opened + .seconds(5)
      call.status = 200
      call.ending = .completed
      call.usageSource = .provider
      call.responseID = "msg_\(number)"
      call.usage = [CallUsage(model: nil, counts: TokenCounts(input: 10, output: 100))]
      call.isSubscription = isSubscription
      call.isBilled = true
      return call
    }
    try store.append(
      CallBatch(
        spool: Key128(high: 1, low: 1),
        settled: [call(1, isSubscription: false), call(2, isSubscription: true)]), surviving: .crash)
    let prices = try PriceCatalogue.builtIn()
    try await Derivation(store: store, prices: prices, isServing: true, cacheDirectory: nil)
      .run(now: BillFixtures.taken)
    let use = try store.use(on: first...first)
    #expect(use.count == 1)
    let one = try #require(use.first)
    #expect(one.totals.records == 2 && one.gateway.records == 2 && one.subscription.records == 1)
    #expect(one.account == AccountID(rawValue: 3) && one.tool == .claudeCode)
    #expect(one.subscription.counts.output == 100)
    try take(usage(100))
    let found = Reconciliation(
      first...first, bills: try store.bills(in: first...first), use: use, scope: LedgerScope(prices))
    #expect(found.parts.first?.total?.measures[.output]?.capturedThousandths == 1000)
    #expect(found.parts.first?.total?.measures[.output]?.beyond == 0)
  }
}
