import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import TestCorpus
import Testing
import Visibility

@testable import Server

/// The same figure wherever it is said: on a page, in what is taken away of it, by the API, in a digest, and in the ledger.
@Suite("Pages, API and ledger agree") struct AgreementTests {
  private typealias Object = [String: Any]

  private static func object(_ answer: ServerUnderTest.Answer) throws -> Object {
    #expect(answer.status == 200)
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? Object)
  }

  private static func rows(_ answer: ServerUnderTest.Answer) throws -> [Object] {
    #expect(answer.status == 200, "\(answer.body.prefix(300))")
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [Object])
  }

  private static func closed(
    _ server: ServerUnderTest, seed: UInt64
  ) async throws -> RandomOrganisation {
    let organisation = try RandomOrganisation(in: server, seed: seed)
    try await WeekTests.derive(server)
    let closing = try WeekTests.closing(server)
    try await closing.close(at: RandomOrganisation.now)
    try await closing.settle(at: RandomOrganisation.now)
    return organisation
  }

  @Test("Of groups in a closed week", arguments: 20..<24 as Range<UInt64>)
  func groups(seed: UInt64) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let organisation = try await Self.closed(server, seed: seed)
      let visitor = staff.visitor("colleague")
      var compared = 0
      for week in organisation.weeks {
        let api = try Self.object(
          try await server.ask(.GET, "/api/v1/weeks/\(week)?limit=500", as: visitor))
        let items = try #require(api["items"] as? [Object]).filter { $0["tool"] is NSNull }
        let page = try Self.rows(
          try await server.ask(.GET, "/groups?week=\(week)&table=groups&as=json", as: visitor))
        let costs = Dictionary(
          uniqueKeysWithValues: page.compactMap { row in
            (row["group"] as? String).map { ($0, row["cost_nano_usd"] as? Int64) }
          })
        #expect(costs.count == items.count)
        for item in items {
          let name = try #require(item["group"] as? String)
          #expect(costs[name] == (item["cost_nano_usd"] as? Int64), "\(week) \(name)")
          compared += 1
        }
        // Nothing of the first week came late here: what was closed is all there is.
        let bounds = try #require(week.bounds())
        let spent = try server.ledger.cells(in: bounds, of: nil).reduce(Int64(0)) {
          $0 + ($1.totals.cost?.count ?? 0)
        }
        let whole = items.first { $0["dimension"] as? String == "organisation" }
        #expect(whole?["cost_nano_usd"] as? Int64 == spent)
        // In the page itself it stands as it is taken away.
        let html = try await server.ask(.GET, "/groups?week=\(week)", as: visitor).body
        for name in costs.keys { #expect(html.contains(name)) }
        let csv = try await server.ask(.GET, "/groups?week=\(week)&table=groups&as=csv", as: visitor).body
        let dollars = Double(spent) / 1_000_000_000
        #expect(csv.contains("The organisation"))
        #expect(
          csv.split(separator: "\r\n").contains { line in
            line.split(separator: ",").contains { Double($0).map { abs($0 - dollars) < 0.01 } ?? false }
          }, "\(dollars) in \(csv.prefix(300))")
      }
      #expect(compared >= 3)
      // The overview has all that are closed, those without use included.
      let weeks = try Self.rows(
        try await server.ask(.GET, "/organisation?table=weeks&as=json", as: visitor))
      #expect(weeks.count == (try server.control.frozenWeeks().count))
    }
  }

  @Test("Of a person, on their page, by the API and in the ledger", arguments: 30..<33 as Range<UInt64>)
  func person(seed: UInt64) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let organisation = try await Self.closed(server, seed: seed)
      for person in organisation.people.prefix(6) {
        let visitor = Visitor.browser(
          try server.control.beginSession(of: person.id, at: RandomOrganisation.now))
        let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
        let spent = try server.ledger.cells(in: everything, of: person.account).reduce(Int64(0)) {
          $0 + ($1.totals.cost?.count ?? 0)
        }
        let account = try Self.object(try await server.ask(.GET, "/api/v1/me/account", as: visitor))
        let totals = try #require(account["totals"] as? Object)
        #expect(totals["cost_nano_usd"] as? Int64 ?? 0 == spent, "\(totals)")
        let sessions = try Self.object(try await server.ask(.GET, "/api/v1/me/sessions", as: visitor))
        let listed = try Self.rows(
          try await server.ask(.GET, "/me/sessions?table=sessions&as=json", as: visitor))
        #expect((sessions["items"] as? [Object])?.count == listed.count)
        let costs = listed.reduce(Int64(0)) { $0 + ($1["cost_nano_usd"] as? Int64 ?? 0) }
        #expect(costs == spent)
      }
    }
  }

  @Test("Of a team, in its digest", arguments: 40..<43 as Range<UInt64>)
  func digest(seed: UInt64) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let organisation = try await Self.closed(server, seed: seed)
      let visitor = staff.visitor("token read")
      for team in try server.control.snapshot().contents.teams {
        for week in organisation.weeks {
          let digest = try Self.object(
            try await server.ask(.GET, "/api/v1/teams/\(team.id)/digests/\(week)", as: visitor))
          let use = try #require(digest["use"] as? Object)
          let frozen = try #require(try server.control.frozenWeek(week))
          switch frozen[Cell(.team(team.id))]?.content {
          case .figures(let figures)?:
            #expect(
              use["cost_nano_usd"] as? Int64 == figures.cost.count && use["shown"] as? String == "figures")
          case .some(.none): #expect(use["shown"] as? String == "none")
          case nil: #expect(use["shown"] as? String == "withheld" && use["cost_nano_usd"] is NSNull)
          }
        }
      }
    }
  }
}
