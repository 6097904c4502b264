import ControlSQLite
import Directory
import Foundation
import Keeping
import Ledger
import LedgerSQLite
import NIOHTTP1
import ServiceSettings
import TestCorpus
import Testing

@testable import Server

@Suite("Taking away and letting go over HTTP") struct KeepingTests {
  private static func facts(_ name: String, at instant: Instant) throws -> [UInt8] {
    var batch = FactBatch()
    let session = SessionID.ofCodex(name)
    batch.sessions = [SessionFact(id: session, tool: .codex, name: name, started: instant, ended: instant)]
    batch.usage = [
      UsageRecord(
        id: EventID(space: "test/usage", name), session: session, ownerRank: .stated, at: instant,
        tool: .codex,
        model: "gpt-5.1", counts: TokenCounts(input: 5, output: 1))
    ]
    let shipment = FactShipment(tool: .codex, shape: .lines, source: "abc", fromStart: true, batch: batch)
    return Array(try JSONEncoder().encode([shipment]))
  }

  private static func send(
    _ body: [UInt8], to server: ServerUnderTest, as visitor: Visitor
  ) async throws -> ServerUnderTest.Answer {
    try await server.ask(
      .POST, "/api/v1/facts", as: visitor, headers: [("content-type", "application/json")], body: body)
  }

  @Test("Everybody takes away their own and nobody else's, and sees that it was taken")
  func everything() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      #expect(
        try await Self.send(Self.facts("ada's", at: staff.now), to: server, as: staff.visitor("token ingest"))
          .status == 200)
      let page = try await server.ask(.GET, "/me", as: staff.visitor("ada"))
      #expect(page.body.contains("/me/everything.json") && page.body.contains("for 90 days"))
      let answer = try await server.ask(.GET, "/me/everything.json", as: staff.visitor("ada"))
      #expect(answer.status == 200)
      #expect(answer.headers.first(name: "cache-control") == "no-store")
      let whole = try #require(
        try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
      let usage = try #require(whole["usage"] as? [[String: Any]])
      #expect(usage.count == 1 && usage.first?["input"] as? Int == 5)
      #expect(answer.body.contains("ada@example.org") && !answer.body.contains("colleague@example.org"))
      let looked = try await server.ask(.GET, "/me/who-looked", as: staff.visitor("ada"))
      #expect(looked.body.contains("ada@example.org"))
      let other = try await server.ask(.GET, "/me/everything.json", as: staff.visitor("colleague"))
      #expect(other.status == 200 && !other.body.contains("ada's"))
      // A program cannot take what is a person's; nobody is told nothing.
      for (name, status) in [("token read", 403), ("token ingest", 403), ("nobody", 401)] {
        #expect(
          try await server.ask(.GET, "/me/everything.json", as: staff.visitor(name)).status == status,
          "\(name)")
      }
    }
  }

  @Test("Erased while the server serves: nothing opens, nothing comes in, and others go on")
  func erased() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let ada = staff.visitor("token ingest")
      #expect(try await Self.send(Self.facts("first", at: staff.now), to: server, as: ada).status == 200)
      // Somebody else sends all the while.
      let colleague = try server.control.createToken(
        TokenRequest(name: "c", holder: .person(staff.id("colleague")), scopes: [.ingest]), at: staff.now
      ).secret
      async let others: Int = {
        var taken = 0
        for number in 0..<20 {
          let body = try Self.facts("other \(number)", at: staff.now)
          if try await Self.send(body, to: server, as: .program(colleague)).status == 200 { taken += 1 }
        }
        return taken
      }()
      let outcome = try PersonErasure(ledger: server.ledger, control: server.control)
        .erase(staff.id("ada"), at: staff.now)
      #expect(outcome.isScrubbed)
      #expect(try await others == 20)
      let late = try await Self.send(Self.facts("late", at: staff.now), to: server, as: ada)
      #expect(late.status == 410 && late.body.contains("person-erased"))
      #expect(try await server.ask(.GET, "/me", as: staff.visitor("ada")).status == 401)
      #expect(try server.ledger.sessions().count == 20)

      // Telemetry that names the address, under the organisation's token, is acknowledged and dropped.
      let telemetry = TelemetryIntakeTests.call(session: "s-9", request: "req_9", mail: "ada@example.org")
      let answer = try await server.ask(
        .POST, "/v1/logs", as: staff.visitor("token ingest-for-others"),
        headers: [("content-type", "application/json")], body: telemetry)
      #expect(answer.status == 200)
      #expect(try server.ledger.sessions().count == 20)
      #expect(try server.control.unmatchedIdentities().isEmpty)
      #expect(try server.ledger.keptOut().erased > 0)
    }
  }

  @Test("What is older than what is kept is counted in the answer")
  func older() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let visitor = staff.visitor("token ingest")
      _ = try server.ledger.letGo(before: staff.now - .days(90), calls: staff.now - .days(90))
      let old = try await Self.send(Self.facts("old", at: staff.now - .days(100)), to: server, as: visitor)
      #expect(old.status == 200 && old.body.contains("\"older\":2"))
      #expect(try server.ledger.sessions().isEmpty)
      let new = try await Self.send(Self.facts("new", at: staff.now - .days(80)), to: server, as: visitor)
      #expect(new.body.contains("\"older\":0"))
      let page = try await server.ask(.GET, "/sources", as: staff.visitor("platform"))
      #expect(page.status == 200 && page.body.contains("2 facts older than what is kept"))
    }
  }

  @Test(
    "Retention is set in days, or to never, and nothing else is understood",
    arguments: [
      ("retention: {person_facts: 60d}", Retention.days(60)), ("retention: {person_facts: never}", .never),
      ("organisation: Example", .days(90)),
    ])
  func settings(text: String, expected: Retention) throws {
    let base = "sign_in: {issuer: 'https://id.example.org', client_id: assay}\n"
    var settings = try ServerSettings(SettingsFields.root(ofYAML: base + text))
    #expect(settings.retention == expected)
    settings.signIn = nil
    #expect(settings.retention == .never)
  }

  @Test(
    "What is no retention is refused with what would be one",
    arguments: ["3d", "90", "-90d", "soon", "99999d", "{}"])
  func wrongSettings(text: String) {
    #expect(throws: ConfigurationError.self) {
      try ServerSettings(SettingsFields.root(ofYAML: "retention: {person_facts: \(text)}"))
    }
  }
}
