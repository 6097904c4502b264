import Crypto
import Directory
import Events
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import ServiceSettings
import Testing

@testable import Server

@Suite("Webhooks and events over HTTP") struct EventIntakeTests {
  private static let secret = "a secret that only the forge has"
  private static let push = Array(
    """
    {"ref":"refs/heads/main","before":"cccccccccccccccccccccccccccccccccccccccc",
    "after":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","created":false,"deleted":false,"forced":false,
    "repository":{"id":7,"full_name":"harbour/tidebook","html_url":"https://git.example.org/harbour/tidebook",
    "clone_url":"https://git.example.org/harbour/tidebook.git","default_branch":"main","pushed_at":1767603600},
    "pusher":{"name":"ada"},"sender":{"login":"ada"},
    "head_commit":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","timestamp":"2026-01-05T09:50:00+01:00",
    "message":"what nobody shall keep"},
    "commits":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","distinct":true,
    "message":"what nobody shall keep","timestamp":"2026-01-05T09:50:00+01:00",
    "author":{"name":"Ada","email":"ada@example.org"},"committer":{"name":"Ada","email":"ada@example.org"},
    "added":[],"removed":[],"modified":[]}]}
    """.utf8)

  private static func signed(_ body: [UInt8], by secret: String = secret) -> [(String, String)] {
    let code = HMAC<Crypto.SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
    let digits = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return [
      ("content-type", "application/json"), ("x-github-event", "push"),
      ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
      ("x-hub-signature-256", "sha256=\(digits)"),
    ]
  }

  private static func run(_ body: @Sendable (ServerUnderTest) async throws -> Void) async throws {
    try await ServerUnderTest.run(
      configure: { settings in
        Staff.roles(&settings)
        let yaml = "webhooks: [{name: code, source: github, secret: {environment: FORGE}}]"
        if let other = try? ServerSettings(SettingsFields.root(ofYAML: yaml)) {
          settings.webhooks = other.webhooks
        }
      }, environment: ["FORGE": secret], body)
  }

  private static func events(_ server: ServerUnderTest) throws -> [OutcomeEvent] {
    try server.ledger.events(
      in: Instant(milliseconds: .min)..<Instant(milliseconds: .max), kinds: Set(OutcomeEvent.Kind.allCases))
  }

  @Test("A signed webhook is stored once, however often it is sent")
  func replays() async throws {
    try await Self.run { server in
      for _ in 0..<3 {
        let answer = try await server.ask(
          .POST, "/webhooks/code", headers: Self.signed(Self.push), body: Self.push)
        #expect(answer.status == 200, "\(answer.body)")
      }
      let events = try Self.events(server)
      #expect(events.count == 1)
      #expect(!"\(events)".contains("nobody shall keep"))
    }
  }

  @Test("A webhook that is forged, changed, unsigned or unknown is refused, and nothing is stored")
  func forged() async throws {
    try await Self.run { server in
      var changed = Self.push
      changed[changed.count - 10] ^= 1
      let attempts: [(String, [(String, String)], [UInt8])] = [
        ("/webhooks/code", Self.signed(Self.push, by: "another secret"), Self.push),
        ("/webhooks/code", Self.signed(Self.push), changed),
        ("/webhooks/code", [("content-type", "application/json"), ("x-github-event", "push")], Self.push),
        ("/webhooks/other", Self.signed(Self.push), Self.push),
        ("/webhooks/..%2fcode", Self.signed(Self.push), Self.push),
      ]
      for (path, headers, body) in attempts {
        let answer = try await server.ask(.POST, path, headers: headers, body: body)
        #expect([401, 404].contains(answer.status), "\(path): \(answer.status)")
      }
      #expect(try Self.events(server).isEmpty)
    }
  }

  @Test("A program with a token reports deployments, and a wrong field is named")
  func ownEvents() async throws {
    try await Self.run { server in
      let staff = try Staff(of: server)
      func send(_ text: String, as name: String) async throws -> ServerUnderTest.Answer {
        try await server.ask(
          .POST, "/api/v1/events", as: staff.visitor(name), headers: [("content-type", "application/json")],
          body: Array(text.utf8))
      }
      for name in ["nobody", "ada", "admin", "token ingest", "token read"] {
        let status = try await server.ask(
          .POST, "/api/v1/events", as: staff.visitor(name),
          headers: [("content-type", "application/json"), ("origin", server.url)], body: Array("[]".utf8)
        ).status
        #expect(status == 401 || status == 403, "\(name): \(status)")
      }
      let wrong = try await send("[{\"kind\":\"deployment\",\"colour\":\"red\"}]", as: "token events")
      #expect(wrong.status == 422, "\(wrong.status) \(wrong.body)")
      #expect(try await send("{", as: "token events").status == 400)
      #expect(try Self.events(server).isEmpty)
    }
  }
}
