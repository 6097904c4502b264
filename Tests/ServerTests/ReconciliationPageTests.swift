import ControlSQLite
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import Reconciliation
import TestCorpus
import Testing
import Visibility

@testable import Server

@Suite("Reconciliation, as it is shown") struct ReconciliationPageTests {
  /// What OpenAI says of the day on which everybody in ``WeekTests`` worked.
  private static func take(_ server: ServerUnderTest, output: Int64) throws {
    let day = CalendarDay(containing: WeekTests.then)
    let start = day.start.milliseconds / 1000
    let page = """
      {"object": "page", "data": [{"object": "bucket", "start_time": \(start), "end_time": \(start + 86400), "results": [
        {"object": "organization.usage.completions.result", "input_tokens": 2000000, "input_cached_tokens": 0,
         "output_tokens": \(output), "num_model_requests": 20, "model": "gpt-5.1"}]}], "has_more": false, "next_page": null}
      """
    let found = BillImport([
      BillImport.File(name: "page", bytes: Array(page.utf8), takenAt: day.end + .days(2))
    ])
    #expect(found.problems.isEmpty)
    try server.ledger.replaceBills(found.days, lines: found.lines)
  }

  @Test("Finance and platform see what is missing of the bill; others are told who does")
  func page() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      try await WeekTests.fill(server)
      try Self.take(server, output: 20_000)
      let staff = try Staff(of: server)
      for name in ["finance", "platform"] {
        let page = try await server.ask(.GET, "/reconciliation", as: staff.visitor(name))
        #expect(page.status == 200)
        // Seventeen people with a thousand each.
        #expect(page.body.contains("85.0\u{A0}%") && page.body.contains("3,000"))
        #expect(page.body.contains("/reconciliation\""))
        #expect(!page.body.contains("@example.org"))
      }
      for (name, visitor) in staff.visitors where name != "finance" && name != "platform" {
        let status = try await server.ask(.GET, "/reconciliation", as: visitor).status
        #expect([401, 403].contains(status), "\(name): \(status)")
      }
      let api = try await server.ask(
        .GET, "/api/v1/reconciliation?provider=openai", as: staff.visitor("finance"))
      #expect(api.status == 200 && api.body.contains("\"captured\":17000"))
      let tag = try #require(api.headers.first(name: "etag"))
      let again = try await server.ask(
        .GET, "/api/v1/reconciliation?provider=openai", as: staff.visitor("finance"),
        headers: [("if-none-match", tag)])
      #expect(again.status == 304)
    }
  }

  @Test(
    "What is no day, no provider or no closed week is refused in words",
    arguments: [
      "from=yesterday", "provider=acme", "from=2026-11-03&to=2026-11-01", "from=2025-11-04&to=2025-11-05",
    ])
  func badQuestions(_ query: String) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let answer = try await server.ask(
        .GET, "/api/v1/reconciliation?\(query)", as: staff.visitor("finance"))
      #expect(answer.status == 400 && answer.body.contains("detail"))
    }
  }

  @Test("Of a few people the ledger's figures are kept back, on the page and by the API")
  func few() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      try await WeekTests.fill(server)
      // Seventeen are too few for this organisation.
      try server.control.decide(
        VisibilityDecision(
          at: staff.now, by: nil, settings: VisibilitySettings(floors: Floors(others: 20, manager: 20))))
      try Self.take(server, output: 20_000)
      let page = try await server.ask(.GET, "/reconciliation", as: staff.visitor("finance"))
      #expect(page.status == 200 && page.body.contains("too few people"))
      #expect(!page.body.contains("17,000") && !page.body.contains("20,000"))
      let api = try await server.ask(.GET, "/api/v1/reconciliation", as: staff.visitor("finance"))
      #expect(api.body.contains("\"withheld\":true") && !api.body.contains("20000"))
    }
  }

  @Test("Whoever is alone at this machine sees all of it")
  func local() async throws {
    try await ServerUnderTest.run(isLocal: true) { server in
      let empty = try await server.ask(.GET, "/reconciliation")
      #expect(empty.status == 200 && empty.body.contains("assay reconcile import"))
      try Self.take(server, output: 20_000)
      let page = try await server.ask(.GET, "/reconciliation")
      #expect(page.body.contains("20,000") && page.body.contains("0.0\u{A0}%"))
    }
  }
}
