import Account
import Foundation
import Ledger
import Testing

@Suite("The sum law")
struct SumLawTests {
  @Test("States, sessions and every grouping add up to the total in every class", arguments: 0..<60)
  func addsUp(seed: Int) {
    let zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "GMT"]
    let zone = TimeZone(identifier: zones[seed % zones.count]) ?? .gmt
    let account = Example.arbitrary(seed: UInt64(seed), zone: zone)
    #expect(account.states.map(\.state) == OutcomeState.allCases)
    #expect(account.states.map(\.totals).reduce(.zero, +) == account.totals)
    #expect(account.sessions.map(\.totals).reduce(.zero, +) == account.totals)
    for session in account.sessions {
      #expect(session.states.map(\.totals).reduce(.zero, +) == session.totals)
    }
    for grouping in Grouping.allCases {
      let groups = account.groups(by: grouping)
      #expect(groups.map(\.totals).reduce(.zero, +) == account.totals, "\(grouping)")
      #expect(Set(groups.map(\.key)).count == groups.count || grouping == .session, "\(grouping)")
      for group in groups {
        #expect(group.states.map(\.totals).reduce(.zero, +) == group.totals)
        #expect(group.states.map(\.state) == OutcomeState.allCases)
      }
    }
  }

  @Test("A state's tiers never hold more than the state")
  func tiersAreParts() {
    for state in Example.month().states {
      let tiers = state.tiers.map(\.totals).reduce(.zero, +)
      #expect(tiers.records <= state.totals.records)
      if state.state == .held { #expect(tiers == state.totals) }
    }
  }

  @Test("A period leaves out what is before and after it, by the slot")
  func periodCuts() {
    let id = SessionID(high: 0, low: 0)
    let cells = [0, 15, 30, 45].map { minute in
      RollupCell(
        slot: Example.instant(2026, 5, 1, hour: 9, minute: minute), session: id, model: nil, state: .held,
        totals: Totals(counts: TokenCounts(input: Int64(minute)), records: 1))
    }
    let period = ReportPeriod(
      since: Example.instant(2026, 5, 1, hour: 9, minute: 20),
      until: Example.instant(2026, 5, 1, hour: 9, minute: 45))
    let account = Account.build(cells: cells, sessions: [], period: period, timeZone: .gmt)
    #expect(account.totals == Totals(counts: TokenCounts(input: 45), records: 2))
  }

  @Test("Nothing is zero tokens, and something unknown is not")
  func missingIsNotZero() {
    #expect(Totals.zero.tokens(.input) == 0)
    #expect(Totals.zero.knownCost == .zero)
    let unknown = Totals(records: 1, unknownRecords: 1)
    #expect(unknown.tokens(.input) == nil)
    #expect(unknown.knownCost == nil)
    let both = unknown + Totals(counts: TokenCounts(output: 5), cost: NanoDollars(7), records: 1)
    #expect(both.tokens(.input) == nil)
    #expect(both.tokens(.output) == 5)
    #expect(both.knownCost == NanoDollars(7))
    #expect(both.unknownRecords == 1)
  }

  @Test("A session is in the state that cost most, whatever the number of records")
  func costliestState() {
    let id = SessionID(high: 0, low: 0)
    let slot = Example.instant(2026, 5, 1)
    func cell(_ state: OutcomeState, _ cost: Int64?, records: Int64) -> RollupCell {
      RollupCell(
        slot: slot, session: id, model: nil, state: state,
        totals: Totals(cost: cost.map { NanoDollars($0) }, records: records))
    }
    let account = Account.build(
      cells: [cell(.unexplained, nil, records: 90), cell(.open, 5, records: 9), cell(.held, 6, records: 1)],
      sessions: [], timeZone: .gmt)
    #expect(account.sessions.map(\.state) == [.held])
    #expect(account.sessions.first?.states.map(\.state) == [.held, .open, .unexplained])
  }

  @Test(
    "Use of an unpriced model that is known from a total only is no unpriced record, and is named all the same"
  )
  func unpricedTotal() {
    let cell = RollupCell(
      slot: Example.now, session: SessionID(high: 0, low: 0), model: "m", state: .open,
      totals: Totals(counts: TokenCounts(output: 5), unitemisedRecords: 1))
    let priced = RollupCell(
      slot: Example.now, session: SessionID(high: 0, low: 0), model: "n", state: .open,
      totals: Totals(counts: TokenCounts(output: 5), cost: NanoDollars(2_000_000_000), records: 1))
    let account = Account.build(cells: [cell, priced], sessions: [], timeZone: .gmt)
    #expect(account.totals.unpricedRecords == 0 && account.totals.unitemisedRecords == 1)
    #expect(
      account.coverage.unpriced == [
        UnpricedModel(model: "m", records: 0, unitemisedRecords: 1, counts: TokenCounts(output: 5))
      ])
    #expect(account.coverageSentences.contains("Unpriced: m, 1 unitemised, 5 output tokens."))
    #expect(account.costText == "At least $2.00")
    #expect(account.focus(basis: .metered).contains("unpriced"))
  }

  @Test(
    "For each class it is said how many records state it, and the two add up to all",
    arguments: 0..<4 as Range<UInt64>)
  func classCoverage(seed: UInt64) throws {
    let account = Example.arbitrary(seed: seed)
    #expect(account.coverage.classes.map(\.tokenClass) == TokenClass.allCases)
    for part in account.coverage.classes {
      #expect(part.known + part.unknown == account.totals.records)
      let stating = account.sessions.isEmpty ? 0 : part.known
      #expect((account.totals.tokens(part.tokenClass) != nil) || stating == 0)
    }
    let gap = account.coverage.classes.first { $0.unknown > account.totals.unknownRecords }
    if gap?.tokenClass != .reasoning {
      #expect(gap == nil || account.coverageSentences.contains { $0.contains("tokens are known for") })
    }
  }

  @Test("Models without a price and flagged sessions are found in the period's own cells")
  func coverageIsCompleted() {
    let sessions = [
      AccountSession(id: SessionID(high: 0, low: 0), tool: .codex, name: "a", flags: [.totalsMissing]),
      AccountSession(id: SessionID(high: 0, low: 1), tool: .codex, name: "b", flags: [.usageOnly]),
    ]
    let cells = [(0, 1, "m"), (0, 2, "n"), (1, 9, "o")].map { session, day, model in
      RollupCell(
        slot: Example.instant(2026, 5, day), session: SessionID(high: 0, low: UInt64(session)), model: model,
        state: .open,
        totals: Totals(
          counts: TokenCounts(input: Int64(day)), cost: model == "n" ? .zero : nil, records: 1,
          unpricedRecords: model == "n" ? 0 : 1))
    }
    let period = ReportPeriod(until: Example.instant(2026, 5, 5))
    let account = Account.build(cells: cells, sessions: sessions, period: period, timeZone: .gmt)
    #expect(
      account.coverage.unpriced == [UnpricedModel(model: "m", records: 1, counts: TokenCounts(input: 1))])
    #expect(account.coverage.totalsMissingSessions == 1)
    #expect(account.coverage.usageOnlySessions == 0)
  }
}
