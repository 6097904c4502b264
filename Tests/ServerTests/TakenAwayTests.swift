import Foundation
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("Tables, taken away") struct TakenAwayTests {
  @Test("A page's table is had as CSV and as JSON at the page's own address, by whoever may read the page")
  func taken() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let week = Week(containing: WeekTests.then)
      let end = try #require(week.bounds()).upperBound
      try await WeekTests.closing(server).close(at: end + .days(2))
      let colleague = staff.visitor("colleague")
      let page = try await server.ask(.GET, "/groups", as: colleague).body
      #expect(page.contains("?table=groups&amp;as=csv"))
      let csv = try await server.ask(.GET, "/groups?week=\(week)&table=groups&as=csv", as: colleague)
      #expect(csv.status == 200 && csv.headers["content-type"].first?.hasPrefix("text/csv") == true)
      #expect(csv.headers["content-disposition"].first == "attachment; filename=\"groups.csv\"")
      #expect(csv.body.hasPrefix("Group,Cost (USD),Quarter,Active people,Known\r\n"))
      #expect(csv.body.contains("The organisation,"))
      let json = try await server.ask(.GET, "/groups?table=groups&as=json", as: colleague)
      let rows = try #require(
        try JSONSerialization.jsonObject(with: Data(json.body.utf8)) as? [[String: Any]])
      #expect(rows.first?["group"] as? String == "The organisation")
      #expect(rows.first?["cost_nano_usd"] is Int)
      #expect(rows.count == csv.body.components(separatedBy: "\r\n").count - 2)
      // Whoever may not read the page gets none of it in any form.
      #expect(
        try await server.ask(.GET, "/groups?table=groups&as=csv", as: staff.visitor("hr")).status == 403)
    }
  }

  @Test(
    "What is not there, or is another person's, is not had",
    arguments: [
      ("/groups?table=nothing&as=csv", "colleague", 404), ("/me?table=kept&as=json", "ada", 404),
      ("/me/seen-by-others?table=decisions&as=xml", "ada", 400),
      ("/me/seen-by-others?table=decisions", "ada", 400),
      ("/me/seen-by-others?table=decisions&as=csv", "ada", 200),
      ("/people?table=people&as=csv", "admin", 404), ("/groups?week=2026-W99", "colleague", 400),
    ])
  func refused(path: String, visitor: String, status: Int) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let end = try #require(Week(containing: WeekTests.then).bounds()).upperBound
      try await WeekTests.closing(server).close(at: end + .days(2))
      #expect(try await server.ask(.GET, path, as: staff.visitor(visitor)).status == status)
    }
  }
}
