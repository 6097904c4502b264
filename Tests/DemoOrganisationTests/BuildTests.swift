import Arena
import ControlSQLite
import DemoOrganisation
import Directory
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing
import Visibility

@Suite("A small organisation, built into a server's databases")
struct BuildTests {
  /// A Thursday noon, so that the last week is under way.
  static let now = Instant(milliseconds: 1_795_089_600_000)

  struct Built: Sendable {
    let place: TemporaryDirectory
    let organisation: Organisation
    let sessions: [Organisation.Session]
    let ledger: SQLiteLedger
    let control: ControlStore

    init() async throws {
      place = try TemporaryDirectory()
      organisation = .small(endingAt: BuildTests.now)
      let directory = URL(filePath: place.path(""))
      sessions = try await DemoBuild(organisation, in: directory) { _ in }.run()
      ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
      control = try ControlStore(path: place.path("control.sqlite"))
    }
  }

  private struct Use: Hashable {
    var account: AccountID
    var week: Int
    var tool: Tool
  }

  @Test("The ledger holds of each person, week and tool what the generator says, in every token class")
  func tokens() async throws {
    let built = try await Built()
    let organisation = built.organisation
    let contents = try built.control.snapshot().contents
    let accounts = Dictionary(contents.people.map { ($0.mail, $0.account) }, uniquingKeysWith: { $1 })
    let agents = Dictionary(contents.agents.map { ($0.name, $0.account) }, uniquingKeysWith: { $1 })
    let spenders = organisation.labels.map { label in
      accounts[label.mail] ?? agents[String(label.mail.prefix { $0 != "@" })]
    }
    var expected: [Use: TokenCounts] = [:]
    for session in built.sessions {
      let account = try #require(spenders[session.spender])
      let use = Use(account: account, week: session.week, tool: session.tool)
      expected[use] = expected[use].map { $0 + session.counts } ?? session.counts
    }
    let tools = Dictionary(
      try built.ledger.sessions().map { ($0.id, $0.tool) }, uniquingKeysWith: { first, _ in first })
    var found: [Use: TokenCounts] = [:]
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    for cell in try built.ledger.cells(in: everything) {
      let use = Use(
        account: cell.account, week: organisation.week(of: cell.slot), tool: try #require(tools[cell.session])
      )
      found[use] = found[use].map { $0 + cell.totals.counts } ?? cell.totals.counts
    }
    #expect(expected.count > 80)
    #expect(Set(found.keys) == Set(expected.keys))
    for (use, counts) in expected {
      for path in TokenCounts.classes {
        #expect(
          found[use]?[keyPath: path] ?? 0 == counts[keyPath: path] ?? 0, "\(use), class \(path)")
      }
    }
  }

  @Test(
    "Attribution finds what came of it: of sessions whose outcome leaves no doubt nearly all, by their repositories"
  )
  func outcomes() async throws {
    let built = try await Built()
    let last = built.organisation.weeks - 1
    let ids = Dictionary(
      try built.ledger.sessions().map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    var costs: [SessionID: [OutcomeState: Int64]] = [:]
    let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    for cell in try built.ledger.cells(in: everything) {
      costs[cell.session, default: [:]][cell.state, default: 0] += cell.totals.counts.output ?? 0
    }
    var right = 0
    var wrong: [String] = []
    var states: Set<OutcomeState> = []
    for session in built.sessions where session.isFirm && session.week < last - 1 {
      let found = ids[session.name].flatMap { costs[$0] }?.max { $0.value < $1.value }?.key
      states.insert(session.state)
      if found == session.state {
        right += 1
      } else {
        wrong.append(
          "\(session.tool) \(session.behaviour): \(session.state), found \(found.map { "\($0)" } ?? "–")")
      }
    }
    #expect(states.isSuperset(of: [.held, .unexplained, .unknown]))
    #expect(right >= 100)
    #expect(wrong.count * 20 <= right, "\(wrong)")
  }

  @Test("Weeks are closed, the organisation is shown, and a small team is not")
  func weeks() async throws {
    let built = try await Built()
    let frozen = try built.control.frozenWeeks()
    #expect(frozen.count == built.organisation.weeks - 1)
    let teams = try built.control.snapshot().contents.teams
    let small = try #require(teams.first { $0.name == "Reliability" })
    #expect(frozen.allSatisfy { $0[Cell(.team(small.id))] == nil })
    #expect(frozen.contains { $0[Cell(.organisation)] != nil })
    #expect(!(try built.ledger.events(in: Instant(milliseconds: 0)..<Self.now, kinds: [.deployment])).isEmpty)
  }

  @Test("The directory knows who came, went and moved, and who leads whom")
  func directory() async throws {
    let built = try await Built()
    let organisation = built.organisation
    let reading = try built.control.peopleReading()
    let people = Dictionary(
      reading.snapshot.contents.people.map { ($0.mail, $0) }, uniquingKeysWith: { $1 })
    #expect(people.count == organisation.members.count)
    let teams = Dictionary(
      reading.snapshot.contents.teams.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
    for (index, member) in organisation.members.enumerated() {
      let person = try #require(people[organisation.mail(of: index)])
      for week in 0..<organisation.weeks where member.isThere(in: week) {
        let at = organisation.monday(of: week) + .days(2)
        #expect(
          reading.snapshot.team(of: person.account, at: at).flatMap { teams[$0] }
            == organisation.teams[member.team(in: week)].name)
        let manager = organisation.manager(of: index, week: week).map { organisation.mail(of: $0) }
        #expect(reading.manager(of: person.id, at: at) == manager.flatMap { people[$0]?.id })
      }
      #expect(person.ended == member.leaves.map { organisation.monday(of: $0) })
    }
  }
}
