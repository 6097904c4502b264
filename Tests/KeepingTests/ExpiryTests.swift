import ControlSQLite
import Derivation
import Directory
import Foundation
import GRDB
import Ledger
import LedgerSQLite
import Logging
import TestCorpus
import Testing
import Visibility

@testable import Keeping
@testable import Server

@Suite("Facts whose time is over") struct ExpiryTests {
  private let place: TemporaryDirectory
  private let ledger: SQLiteLedger
  private let control: ControlStore
  private let person: Person
  private let now: Instant
  private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() throws {
    place = try TemporaryDirectory()
    ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
    control = try ControlStore(path: place.path("control.sqlite"))
    now = Instant(Date())
    person = try control.addPerson(name: "Ada", mail: "ada@example.org", at: now - .days(300))
  }

  /// A session of one turn, one call and one tool call at each of some days before now.
  private func batch(_ name: String, days: [Int64], parent: String? = nil) -> FactBatch {
    var batch = FactBatch()
    batch.account = person.account
    let id = SessionID.ofCodex(name)
    let instants = days.map { now - .days($0) }
    batch.sessions = [
      SessionFact(
        id: id, tool: .codex, name: name, started: instants.min(), ended: instants.max(),
        parent: parent.map { .ofCodex($0) })
    ]
    for (number, at) in instants.enumerated() {
      let turn = TurnID(space: "codex/turn", "\(name) \(number)")
      batch.turns.append(TurnFact(id: turn, session: id, started: at, ended: at, trigger: .person))
      batch.toolCalls.append(
        ToolCallFact(
          id: Key128(space: "test/call", "\(name) \(number)"), turn: turn, at: at, name: "shell",
          kind: .other,
          exit: .succeeded))
      batch.usage.append(
        UsageRecord(
          id: EventID(space: "test/usage", "\(name) \(number)"), session: id, ownerRank: .stated, turn: turn,
          at: at, tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 1000 + Int64(number), output: 10)
        ))
    }
    return batch
  }

  private func derive() async throws {
    try await Derivation(
      store: ledger, prices: try PriceCatalogue.builtIn(), isServing: true, cacheDirectory: nil
    ).run(now: now)
  }

  private func closeWeeks() async throws {
    let closing = WeekClosing(
      ledger: ledger, control: control, timeZone: .gmt, judging: try JudgementBasis(), log: log)
    try await closing.close(at: now)
    try await closing.settle(at: now)
  }

  private func expire(_ retention: Retention = .days(90)) throws -> Int {
    try ExpiryService(ledger: ledger, control: control, retention: retention, timeZone: .gmt, log: log)
      .expire(at: now)
  }

  private var names: Set<String> { get throws { Set(try ledger.sessions().map(\.name)) } }

  private func cells() throws -> Set<RollupCell> {
    Set(try ledger.cells(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max)))
  }

  @Test(
    "Sessions go by their last activity, once their weeks are closed, and what is sent again does not come back"
  )
  func expiry() async throws {
    let batches = [
      batch("old", days: [200, 150]), batch("long", days: [150, 20]), batch("parent", days: [140]),
      batch("fork", days: [10], parent: "parent"), batch("new", days: [1]),
    ]
    try ledger.append(batches, surviving: .crash)
    try await derive()
    // No week is closed: nothing goes.
    #expect(try expire() == 0)
    #expect(try names.count == 5 && ledger.keptSince() == nil)
    try await closeWeeks()
    let weeks = try control.frozenWeeks()
    #expect(weeks.count > 20)
    let kept = try cells().filter { cell in
      ["long", "parent", "fork", "new"].contains { cell.session == .ofCodex($0) }
    }
    #expect(try expire() == 1)
    #expect(try names == ["long", "parent", "fork", "new"])
    #expect(try cells() == kept)
    #expect(try control.frozenWeeks() == weeks)
    #expect(try !control.weekStamps().isEmpty)

    // Sent again, whole, as a machine does that lost its mark; and once more as telemetry.
    let keptOut = try ledger.append(batches, surviving: .crash)
    #expect(keptOut.older == 4 + 3 + 3 + 4 && keptOut.erased == 0)
    #expect(try ledger.keptOut() == keptOut)
    try await derive()
    try await closeWeeks()
    #expect(try names == ["long", "parent", "fork", "new"])
    #expect(try cells() == kept)
    #expect(try control.frozenWeeks() == weeks)
    // What has not changed does not go twice.
    #expect(try expire() == 0)
    #expect(try ledger.integrityProblems().isEmpty)
  }

  @Test("An open week holds on to what is in it and after it, however old")
  func openWeek() async throws {
    try ledger.append([batch("old", days: [200]), batch("older", days: [220])], surviving: .crash)
    try await derive()
    try await closeWeeks()
    // As if closing had stopped before the week of the younger one.
    try control.backUp(to: place.path("behind.sqlite"))
    let behind = try ControlStore(path: place.path("behind.sqlite"))
    let week = Week(containing: now - .days(200))
    try await DatabaseQueue(path: behind.path).write { db in
      try db.execute(sql: "DELETE FROM closed_use WHERE week >= ?", arguments: ["\(week)"])
      try db.execute(sql: "DELETE FROM frozen_demand WHERE week >= ?", arguments: ["\(week)"])
      try db.execute(sql: "DELETE FROM frozen_week WHERE week >= ?", arguments: ["\(week)"])
    }
    let service = ExpiryService(
      ledger: ledger, control: behind, retention: .days(90), timeZone: .gmt, log: log)
    #expect(try service.expire(at: now) == 1)
    #expect(try names == ["old"])
  }

  @Test("Whoever keeps everything keeps everything")
  func never() async throws {
    try ledger.append([batch("old", days: [3000])], surviving: .crash)
    try await derive()
    try await closeWeeks()
    #expect(try expire(.never) == 0 && names == ["old"])
  }

  @Test("Calls stay for as long as budgets of a month are made of them", arguments: [37, 90] as [Int64])
  func calls(days: Int64) async throws {
    let ages: [Int64] = [1, 20, 31, 60, 120]
    var settled: [CallFact] = []
    for (number, age) in ages.enumerated() {
      settled.append(TwoPeople.call(number, of: person, in: nil, at: now - .days(age)))
    }
    try ledger.append(CallBatch(spool: Key128(high: 1, low: 1), settled: settled), surviving: .crash)
    try await derive()
    try await closeWeeks()
    let month = (now - .days(31))..<(now + .days(1))
    let before = try ledger.charges(in: month, by: .hours(1)).reduce(0) { $0 + $1.charged.count }
    _ = try expire(.days(days))
    #expect(try ledger.charges(in: month, by: .hours(1)).reduce(0) { $0 + $1.charged.count } == before)
    let left = try ledger.calls(in: Instant(milliseconds: .min)..<Instant(milliseconds: .max), limit: 100)
      .count
    #expect(left == ages.count { $0 < max(days, 32) })
  }

  @Test("Stopped anywhere on the way, expiry is gone on with the next time")
  func stopped() async throws {
    struct Killed: Error {}
    try ledger.append((0..<200).map { batch("old \($0)", days: [100 + Int64($0 % 50)]) }, surviving: .crash)
    try await derive()
    try await closeWeeks()
    #expect(throws: Killed.self) {
      try ledger.letGo(before: now - .days(90), calls: now - .days(90)) { throw Killed() }
    }
    #expect(try !names.isEmpty && names.count < 200)
    #expect(try ledger.integrityProblems().isEmpty)
    _ = try expire()
    #expect(try names.isEmpty && cells().isEmpty)
  }
}
