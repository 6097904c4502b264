import ControlSQLite
import Ledger
import NIOHTTP1
import Testing
import Visibility

@testable import Server

@Suite("What is made of sessions, for oneself and of all together") struct FindingsPageTests {
  @Test("Findings are one's own, and there is no way to another's")
  func findings() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let page = try await server.ask(.GET, "/me/findings", as: staff.visitor("colleague"))
      #expect(page.status == 200 && page.body.contains("Only you can see this page"))
      let document = try await server.ask(.GET, "/api/v1/me/findings", as: staff.visitor("colleague"))
      #expect(document.status == 200 && document.body.contains("\"unexplained\""))
      #expect(try await server.ask(.GET, "/me/findings").status == 401)
      #expect(
        try await server.ask(.GET, "/api/v1/me/findings", as: staff.visitor("token read")).status == 403)
    }
  }

  @Test("Of fewer than twenty people nothing is estimated, and that is said once and for all")
  func estimate() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      let bounds = try #require(Week(containing: WeekTests.then).bounds())
      let closing = try WeekTests.closing(server)
      try await closing.close(at: bounds.upperBound + .days(2))
      try await closing.estimate(at: bounds.upperBound + .days(2))
      #expect(try server.control.estimates().isEmpty)
      try await closing.settle(at: bounds.upperBound + .days(29))
      try await closing.estimate(at: bounds.upperBound + .days(29))
      let known = try server.control.estimates()
      #expect(!known.isEmpty && known.values.allSatisfy { $0 == nil })
      let page = try await server.ask(.GET, "/organisation/estimate", as: staff.visitor("colleague"))
      #expect(page.status == 200 && page.body.contains("Nothing is estimated yet"))
      #expect(try await server.ask(.GET, "/organisation/estimate").status == 401)
    }
  }
}
