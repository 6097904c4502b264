import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("The leaderboard") struct LeaderboardTests {
  private static let week = Week(containing: WeekTests.then)

  private static func switchOn(_ server: ServerUnderTest, until: Week) throws {
    try server.control.decide(
      VisibilityDecision(
        at: WeekTests.now, by: nil,
        settings: VisibilitySettings(leaderboard: .init(since: week, until: until))))
  }

  private static func fill(_ server: ServerUnderTest) async throws -> Staff {
    let staff = try Staff(of: server)
    try await WeekTests.fill(server)
    let end = try #require(week.bounds()).upperBound
    try await WeekTests.closing(server).close(at: end + .days(2))
    return staff
  }

  private static func visitor(_ name: String, _ server: ServerUnderTest) throws -> Visitor {
    let person = try #require(try server.control.snapshot().contents.people.first { $0.name == name })
    return .browser(try server.control.beginSession(of: person.id, at: Instant(Date())))
  }

  @Test("It is off, and the page says why; nobody has a place") func off() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try await Self.fill(server)
      let page = try await server.ask(.GET, "/leaderboard", as: try Self.visitor("Quay3@example.org", server))
      #expect(page.status == 200 && page.body.contains("There is no leaderboard"))
      #expect(!page.body.contains("Your place</h2>") && !page.body.contains("$"))
      let manager = try Self.visitor("Harbourmaster", server)
      #expect(try await server.ask(.GET, "/leaderboard/reports", as: manager).status == 404)
      #expect(try await server.ask(.GET, "/leaderboard", as: staff.visitor("token read")).status == 403)
    }
  }

  @Test(
    "Each sees their own place, with what it does to use above it; a manager that of each report, who is told"
  )
  func on() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try await Self.fill(server)
      try Self.switchOn(server, until: Week(containing: WeekTests.now))
      // The more one has of tokens, the more one costs: Quay13 comes first, then Quay12, and Quay0 shares the last place
      // with Dock0.
      let costs = try server.ledger.cells(in: Instant(milliseconds: 0)..<WeekTests.now, of: nil)
      #expect(Set(costs.map(\.totals.cost)).count == 14)
      for (name, place) in [
        ("Quay13@example.org", 1), ("Quay12@example.org", 2), ("Quay0@example.org", 16),
        ("Dock0@example.org", 16),
      ] {
        let page = try await server.ask(.GET, "/leaderboard", as: try Self.visitor(name, server)).body
        #expect(page.contains("<th role=\"rowheader\" scope=\"row\">\(place)</th>"), "\(name)")
        let effect = try #require(page.range(of: "What it does to use"))
        let own = try #require(page.range(of: "Your place</h2>"))
        #expect(effect.lowerBound < own.lowerBound)
        for other in ["Quay1@", "Quay2@", "Dock1@"] { #expect(!page.contains(other)) }
      }
      let manager = try Self.visitor("Harbourmaster", server)
      let page = try await server.ask(.GET, "/leaderboard/reports", as: manager)
      #expect(page.status == 200 && page.body.contains("Dock0@example.org"))
      #expect(!page.body.contains("Quay") && !page.body.contains("Output"))
      let people = try server.control.snapshot().contents.people
      for name in ["Dock0@example.org", "Dock1@example.org", "Dock2@example.org"] {
        let person = try #require(people.first { $0.name == name })
        #expect(try server.control.accesses(to: person.id).map(\.page) == [.leaderboardPlace])
      }
      let other = try #require(people.first { $0.name == "Quay0@example.org" })
      #expect(try server.control.accesses(to: other.id).isEmpty)
      #expect(
        try await server.ask(.GET, "/leaderboard/reports", as: staff.visitor("colleague")).status == 404)
    }
  }

  @Test("It ends by itself") func ends() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      _ = try await Self.fill(server)
      try Self.switchOn(server, until: Self.week)
      let page = try await server.ask(.GET, "/leaderboard", as: try Self.visitor("Quay3@example.org", server))
      #expect(page.body.contains("There is no leaderboard"))
    }
  }
}
