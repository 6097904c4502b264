import ControlSQLite
import Directory
import Foundation
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("Weekly digests") struct DigestPageTests {
  @Test("Figures are what everybody may read of the team; its words are its own")
  func digest() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let week = Week(containing: WeekTests.then)
      let bounds = try #require(week.bounds())
      try await WeekTests.closing(server).close(at: bounds.upperBound + .days(2))
      let people = try server.control.snapshot()
      let quay = try #require(people.contents.teams.first { $0.name == "Quay" })
      let member = try #require(people.contents.people.first { $0.name == "Quay3@example.org" })
      let given = try server.control.answer(
        .costTime, on: .tool(.codex), words: RemarkText("It never reads our docs"), by: member.account,
        at: bounds.lowerBound + .days(1))
      let path = "/digests/\(quay.id)/\(week)"
      let inside = Visitor.browser(try server.control.beginSession(of: member.id, at: staff.now))
      // Said, and not shared.
      #expect(try await !server.ask(.GET, path, as: inside).body.contains("never reads our docs"))
      try server.control.share(
        given.id, by: member.account,
        with: Feedback.Sharing(team: quay.id, since: bounds.lowerBound + .days(1)))
      for shape in ["", "?as=mail", "?as=markdown", "?as=json"] {
        let mine = try await server.ask(.GET, path + shape, as: inside)
        #expect(mine.status == 200 && mine.body.contains("It never reads our docs"), "\(shape)")
        #expect(!mine.body.contains(member.mail), "\(shape)")
        let theirs = try await server.ask(.GET, path + shape, as: staff.visitor("colleague"))
        #expect(theirs.status == 200 && !theirs.body.contains("never reads our docs"), "\(shape)")
      }
      let api = try await server.ask(
        .GET, "/api/v1/teams/\(quay.id)/digests/\(week)", as: staff.visitor("token read"))
      #expect(api.status == 200 && api.body.contains(#""words":null"#))
      // Alone it would give the three others away, so that the team is not shown.
      #expect(api.body.contains(#""shown":"withheld""#))
      for (path, status) in [
        ("/digests/\(quay.id)/2026-W54", 404), ("/digests/\(quay.id)/2019-W01", 404),
        ("/digests/999999/\(week)", 404),
        ("/digests/x", 404), (path + "?as=pdf", 400), ("/digests?table=teams&as=csv", 200),
        ("/groups?page=9223372036854775807", 200), ("/groups?page=-9223372036854775808", 200),
        (path + "?table=none&as=csv", 404), ("/digests/\(quay.id)", 200), ("/digests", 200),
      ] { #expect(try await server.ask(.GET, path, as: inside).status == status, "\(path)") }
      #expect(try await server.ask(.GET, path, as: staff.visitor("hr")).status == 403)
      #expect(try await server.ask(.GET, path).status == 401)
    }
  }

  @Test("Whoever has somebody of the team below them reads its words, and nobody beside it does")
  func above() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let week = Week(containing: WeekTests.then)
      let bounds = try #require(week.bounds())
      try await WeekTests.closing(server).close(at: bounds.upperBound + .days(2))
      let people = try server.control.snapshot()
      let dock = try #require(people.contents.teams.first { $0.name == "Dock" })
      let member = try #require(people.contents.people.first { $0.name == "Dock0@example.org" })
      let given = try server.control.answer(
        .helped, on: .tool(.codex), words: RemarkText("Tides by heart"), by: member.account,
        at: bounds.lowerBound)
      try server.control.share(
        given.id, by: member.account, with: Feedback.Sharing(team: dock.id, since: bounds.lowerBound))
      for (name, reads) in [
        ("Harbourmaster", true), ("Dock1@example.org", true), ("Quay1@example.org", false),
      ] {
        let person = try #require(people.contents.people.first { $0.name == name })
        let visitor = Visitor.browser(try server.control.beginSession(of: person.id, at: staff.now))
        let page = try await server.ask(.GET, "/digests/\(dock.id)/\(week)", as: visitor).body
        #expect(page.contains("Tides by heart") == reads, "\(name)")
      }
    }
  }
}
