import ControlSQLite
import Derivation
import Directory
import Foundation
import Ledger
import LedgerSQLite
import Logging
import NIOHTTP1
import TestCorpus
import Testing
import Visibility

@testable import Server

@Suite("Weeks, closed and shown") struct WeekTests {
  private static let remote = "https://git.example.org/harbour/tidebook"
  static let now = Instant(Date())
  /// In the middle of the week three weeks ago.
  static let then = now - .days(21)

  /// Fourteen people in a large team and three in a small one, each with a session of their own in one repository.
  static func fill(_ server: ServerUnderTest) async throws {
    let control = server.control
    let began = then - .days(60)
    let manager = try control.addPerson(name: "Harbourmaster", mail: "harbourmaster@example.org", at: began)
    let project = try control.addProject(name: "tidebook", at: began)
    _ = try control.addRepository(remote, to: project.id, at: began)
    for (team, count) in [("Quay", 14), ("Dock", 3)] {
      let team = try control.addTeam(name: team, at: began)
      for number in 0..<count {
        let mail = "\(team.name)\(number)@example.org"
        let person = try control.addPerson(name: mail, mail: mail, team: team.id, at: began)
        if team.name == "Dock" { try control.setManager(of: person.id, to: manager.id, at: began) }
        var batch = FactBatch()
        batch.account = person.account
        let session = SessionID.ofCodex(mail)
        let turn = TurnID(space: "codex/turn", mail)
        batch.sessions = [
          SessionFact(id: session, tool: .codex, name: mail, remote: remote, started: then, ended: then)
        ]
        batch.turns = [TurnFact(id: turn, session: session, started: then, ended: then, trigger: .person)]
        batch.usage = [
          UsageRecord(
            id: EventID(space: "test", mail), session: session, ownerRank: .stated, turn: turn, at: then,
            tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 100_000 + Int64(number), output: 1000))
        ]
        try server.ledger.append([batch], surviving: .crash)
      }
    }
    try await derive(server)
  }

  static func derive(_ server: ServerUnderTest) async throws {
    let prices = try PriceCatalogue.builtIn(withFileAt: nil)
    try await Derivation(store: server.ledger, prices: prices, isServing: true, cacheDirectory: nil).run(
      now: now)
  }

  static func closing(_ server: ServerUnderTest) throws -> WeekClosing {
    WeekClosing(
      ledger: server.ledger, control: server.control, timeZone: .gmt, judging: try JudgementBasis(),
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  @Test("A closed week shows large groups, keeps small ones back, and never changes")
  func closing() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      try await Self.fill(server)
      let closing = try Self.closing(server)
      let week = Week(containing: Self.then)
      let end = try #require(week.bounds()).upperBound
      // Machines may still have something to send.
      try await closing.close(at: end + .days(1))
      #expect(try server.control.frozenWeeks().isEmpty)
      try await closing.close(at: end + .days(2))
      let frozen = try #require(try server.control.frozenWeeks().first)
      #expect(frozen.week == week)
      guard case .figures(let all)? = frozen[Cell(.organisation)]?.content else {
        Issue.record("the organisation as a whole is not shown")
        return
      }
      #expect(all.people == .from10)
      let teams = try server.control.snapshot().contents.teams
      let dock = try #require(teams.first { $0.name == "Dock" })
      let quay = try #require(teams.first { $0.name == "Quay" })
      #expect(frozen[Cell(.team(dock.id))] == nil)
      // Shown, it would give away the three that are the rest of the organisation.
      #expect(frozen[Cell(.team(quay.id))] == nil)

      // What comes later changes nothing that was published.
      var late = FactBatch()
      late.usage = [
        UsageRecord(
          id: .random(), session: .ofCodex("late"), ownerRank: .stated, at: Self.then, tool: .codex,
          model: "gpt-5.1", counts: TokenCounts(input: 1_000_000, output: 1))
      ]
      try server.ledger.append([late], surviving: .crash)
      try await closing.close(at: end + .days(3))
      #expect(try server.control.frozenWeeks().first == frozen)

      let staff = try Staff(of: server)
      let page = try await server.ask(.GET, "/groups", as: staff.visitor("colleague"))
      #expect(page.status == 200 && page.body.contains(week.description) && page.body.contains("10–19"))
      #expect(!page.body.contains("Dock") && !page.body.contains("@example.org"))
      #expect(try await server.ask(.GET, "/groups", as: staff.visitor("hr")).status == 403)
      // Whoever manages the small team is told what to look at instead.
      let manager = try #require(
        try server.control.snapshot().contents.people.first { $0.name == "Harbourmaster" })
      let visitor = Visitor.browser(try server.control.beginSession(of: manager.id, at: staff.now))
      let own = try await server.ask(.GET, "/groups", as: visitor).body
      #expect(own.contains("Dock is not shown by itself") && own.contains("What works: The organisation"))
    }
  }

  @Test("Who manages somebody in an application manages the application's cell")
  func managedByAnyRoute() async throws {
    try await ServerUnderTest.run { server in
      try await Self.fill(server)
      let people = try server.control.peopleReading()
      let reading = WeekReading(
        ledger: server.ledger, people: people, settings: VisibilitySettings(), timeZone: .gmt)
      let use = try #require(try reading.use(of: Week(containing: Self.then))).use
      let manager = try #require(people.snapshot.contents.people.first { $0.name == "Harbourmaster" })
      let project = try #require(people.snapshot.contents.projects.first)
      #expect(use.contributions.count == 17)
      #expect(use.managed[.application(project.id)] == [manager.id])
    }
  }

  @Test(
    "Four weeks on a week takes in what came late, is split by what came of it, and forgets who made it"
  )
  func settling() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      try await Self.fill(server)
      let closing = try Self.closing(server)
      let week = Week(containing: Self.then)
      let end = try #require(week.bounds()).upperBound
      try await closing.close(at: end + .days(2))
      let closed = try #require(try server.control.frozenWeeks().first)
      #expect(try server.control.closedUse(of: week)?.use.contributions.count == 17)

      // Twelve of the seventeen bring something late, from sessions that nobody knew of.
      let people = try server.control.snapshot().contents.people.filter { $0.mail.hasPrefix("Quay") }.prefix(
        12)
      for person in people {
        var late = FactBatch()
        late.account = person.account
        let session = SessionID.ofCodex("late " + person.mail)
        late.sessions = [
          SessionFact(id: session, tool: .codex, name: "late", started: Self.then, ended: Self.then)
        ]
        late.usage = [
          UsageRecord(
            id: .random(), session: session, ownerRank: .stated, at: Self.then, tool: .codex,
            model: "gpt-5.1", counts: TokenCounts(input: 50_000, output: 1))
        ]
        try server.ledger.append([late], surviving: .crash)
      }
      try await Self.derive(server)
      try await closing.settle(at: end + .days(27))
      #expect(try server.control.frozenWeeks() == [closed])
      try await closing.settle(at: end + .days(28))
      let settled = try #require(try server.control.frozenWeeks().first)
      #expect(settled.isSettled && settled.version == 2)
      #expect(Array(settled.published.prefix(closed.published.count)) == Array(closed.published))
      #expect(try server.control.closedUse(of: week) == nil)
      // Nothing of it led to anything, and that all of them did the same would say it of each.
      #expect(settled.settled.isEmpty)
      try await closing.settle(at: end + .days(40))
      #expect(try server.control.frozenWeeks() == [settled])
    }
  }
}
