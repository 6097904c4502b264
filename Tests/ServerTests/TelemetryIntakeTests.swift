import ControlSQLite
import Directory
import Foundation
import Gzip
import Ledger
import LedgerSQLite
import NIOHTTP1
import TestCorpus
import Testing

@testable import Server

@Suite("Telemetry over HTTP") struct TelemetryIntakeTests {
  /// One call of Claude Code, as its exporter writes it in JSON.
  static func call(session: String, request: String, mail: String = "ada@example.org") -> [UInt8] {
    let nanoseconds = Int64(Date().timeIntervalSince1970 * 1000) * 1_000_000
    func attribute(_ name: String, _ value: String) -> String {
      "{\"key\":\"\(name)\",\"value\":{\"stringValue\":\"\(value)\"}}"
    }
    func number(_ name: String, _ value: Int) -> String {
      "{\"key\":\"\(name)\",\"value\":{\"intValue\":\(value)}}"
    }
    let attributes = [
      attribute("event.name", "api_request"), attribute("session.id", session),
      attribute("user.email", mail), attribute("model", "claude-opus-4-5"),
      attribute("request_id", request), number("input_tokens", 25), number("output_tokens", 7),
      number("cache_read_tokens", 3), number("cache_creation_tokens", 2),
    ].joined(separator: ",")
    return Array(
      """
      {"resourceLogs":[{"resource":{"attributes":[\(attribute("service.name", "claude-code"))]},"scopeLogs":[{
      "scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[{"timeUnixNano":"\(nanoseconds)",
      "body":{"stringValue":"claude_code.api_request"},"attributes":[\(attributes)]}]}]}]}
      """.utf8)
  }

  private static func send(
    _ body: [UInt8], to server: ServerUnderTest, as visitor: Visitor, headers: [(String, String)] = []
  ) async throws -> ServerUnderTest.Answer {
    try await server.ask(
      .POST, "/v1/logs", as: visitor, headers: [("content-type", "application/json")] + headers, body: body)
  }

  @Test(
    "A call is stored once when it is acknowledged, under whoever's token it came", arguments: [false, true])
  func once(isFolded: Bool) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let body = Self.call(session: "s-1", request: "req_1", mail: "somebody.else@example.org")
      for _ in 0..<3 {
        let answer =
          isFolded
          ? try await Self.send(
            Gzip.deflated(body), to: server, as: staff.visitor("token ingest"),
            headers: [("content-encoding", "gzip")])
          : try await Self.send(body, to: server, as: staff.visitor("token ingest"))
        #expect(answer.status == 200 && answer.body == "{}", "\(answer.status) \(answer.body)")
        #expect(answer.headers.first(name: "content-type") == "application/json")
      }
      let sessions = try server.ledger.sessions()
      let usage = try server.ledger.usage(of: sessions.map(\.id)).records
      #expect(usage.count == 1)
      #expect(usage.first?.counts.input == 25 && usage.first?.counts.output == 7)
      // What the payload says of itself is a claim.
      #expect(usage.first?.account == staff.people["ada"]?.account)
    }
  }

  @Test("Under the organisation's own token a call is whoever's the claims name, and nobody's is noted")
  func claims() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let visitor = staff.visitor("token ingest-for-others")
      for (session, mail) in [
        ("s-1", "ada@example.org"), ("s-2", "manager@example.org"), ("s-3", "nobody@example.org"),
      ] {
        let body = Self.call(session: session, request: "req_\(session)", mail: mail)
        #expect(try await Self.send(body, to: server, as: visitor).status == 200)
      }
      func account(_ session: String) throws -> AccountID? {
        try server.ledger.usage(of: [.ofClaudeCode(session)]).records.first?.account
      }
      #expect(try account("s-1") == staff.people["ada"]?.account)
      #expect(try account("s-2") == staff.people["manager"]?.account)
      #expect(try account("s-3") == .local)
      #expect(try server.control.unmatchedIdentities().map(\.value) == ["nobody@example.org"])
    }
  }

  @Test("Many senders at once lose nothing", .timeLimit(.minutes(2)))
  func manySenders() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let visitor = try Staff(of: server).visitor("token ingest")
      try await withThrowingTaskGroup { group in
        for sender in 0..<200 {
          group.addTask {
            let body = Self.call(session: "s-\(sender % 10)", request: "req_\(sender)")
            let answer = try await Self.send(body, to: server, as: visitor)
            #expect(answer.status == 200)
          }
        }
        try await group.waitForAll()
      }
      let usage = try server.ledger.usage(of: server.ledger.sessions().map(\.id)).records
      #expect(usage.count == 200)
    }
  }

  @Test(
    "What is no telemetry is refused as the protocol says",
    arguments: [
      ("application/json", "{", 400), ("application/json", "[]", 400),
      ("application/x-protobuf", "\u{1}\u{2}x", 400),
      ("text/plain", "{}", 415), ("", "{}", 415), ("application/json", "", 200),
      ("application/x-protobuf", "", 200),
    ])
  func malformed(type: String, body: String, status: Int) async throws {
    try await ServerUnderTest.run(isLocal: true) { server in
      for path in ["/v1/logs", "/v1/traces", "/v1/metrics", "/otlp/v1/logs"] {
        let answer = try await server.ask(
          .POST, path, headers: type.isEmpty ? [] : [("content-type", type)], body: Array(body.utf8))
        #expect(answer.status == status, "\(path): \(answer.status)")
      }
    }
  }
}

@Suite("Storing together what comes together") struct IngestQueueTests {
  @Test("More than may wait is refused, and what waits is stored")
  func full() async throws {
    let place = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: place.path("ledger.sqlite"))
    let queue = IngestQueue(ledger, mostRows: 3)
    func batch(_ number: Int) -> FactBatch {
      var batch = FactBatch()
      batch.sessions = (0..<2).map { SessionFact(id: .random(), tool: .codex, name: "\(number)-\($0)") }
      return batch
    }
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask { (try? await queue.append([batch(number)])) != nil }
      }
      var outcomes: [Bool] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes
    }
    // Each that was told so is there, and no other.
    #expect(try ledger.sessions().count == outcomes.count { $0 } * 2)
    #expect(outcomes.contains(true))
  }
}
