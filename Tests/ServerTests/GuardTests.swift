import AsyncHTTPClient
import Directory
import Foundation
import NIOCore
import NIOHTTP1
import ServiceSettings
import SignIn
import Testing

@testable import Server

@Suite("Whom the server lets in") struct GuardTests {
  @Test(
    "On this machine alone only requests that name it are answered",
    arguments: [
      ("127.0.0.1:PORT", 200), ("localhost:PORT", 200), ("LOCALHOST:PORT", 200), ("[::1]:PORT", 200),
      ("evil.example", 421), ("evil.example:PORT", 421), ("127.0.0.1", 421), ("127.0.0.1:1", 421),
      ("127.0.0.1:PORT.evil.example", 421), ("localhost.evil.example:PORT", 421),
    ])
  func hosts(host: String, status: Int) async throws {
    try await ServerUnderTest.run(isLocal: true) { server in
      let named = host.replacing("PORT", with: "\(server.port)")
      for path in ["/me", "/health", "/v1/logs"] {
        let answer = try await server.ask(.GET, path, headers: [("host", named)])
        #expect((answer.status == 421) == (status == 421), "\(path): \(answer.status)")
      }
    }
  }

  @Test(
    "R2: Another site's page cannot make a browser send anything",
    arguments: [
      [("origin", "https://evil.example")], [("origin", "null")], [("origin", "http://127.0.0.1:1")],
      [("sec-fetch-site", "cross-site")], [("sec-fetch-site", "same-site")],
      [("origin", "https://127.0.0.1")],
    ])
  func foreignOrigins(headers: [(String, String)]) async throws {
    try await ServerUnderTest.run(isLocal: true) { server in
      for path in ["/v1/logs", "/api/v1/facts", "/people/1", "/scim/v2/Users"] {
        let answer = try await server.ask(
          .POST, path, headers: headers + [("content-type", "application/json")], body: Array("{}".utf8))
        #expect(answer.status == 403, "\(path)")
      }
    }
  }

  @Test("R4: A token opens what its scopes name, and nothing else")
  func scopes() async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let doors: [(HTTPMethod, String, [String], String)] = [
        (.POST, "/v1/logs", ["token ingest", "token ingest-for-others"], "{}"),
        (.POST, "/v1/traces", ["token ingest", "token ingest-for-others"], "{}"),
        (.POST, "/v1/metrics", ["token ingest", "token ingest-for-others"], "{}"),
        (.POST, "/api/public/otel/v1/traces", ["token ingest", "token ingest-for-others"], "{}"),
        (.POST, "/api/v1/facts", ["token ingest"], "[]"),
        (.GET, "/api/v1/collection-terms", ["token ingest"], ""),
        (.GET, "/scim/v2/Users", ["token provisioning"], ""),
      ]
      for (method, path, opensWith, body) in doors {
        for (name, visitor) in staff.visitors {
          let answer = try await server.ask(
            method, path, as: visitor,
            headers: method == .POST ? [("content-type", "application/json"), ("origin", server.url)] : [],
            body: method == .POST ? Array(body.utf8) : nil)
          if opensWith.contains(name) {
            #expect(answer.status == 200, "\(name) at \(path): \(answer.status) \(answer.body)")
          } else {
            #expect(answer.status == 401 || answer.status == 403, "\(name) at \(path): \(answer.status)")
          }
        }
      }
    }
  }

  @Test(
    "Secrets that are wrong open nothing",
    arguments: [
      "Bearer ", "Bearer x", "Basic !!!", "Basic eDp5", "Digest x",
      "Bearer asy_" + String(repeating: "A", count: 49), "bearer",
    ])
  func wrongSecrets(header: String) async throws {
    try await ServerUnderTest.run { server in
      let answer = try await server.ask(.GET, "/scim/v2/Users", headers: [("authorization", header)])
      #expect(answer.status == 401)
      // Nor does a wrong token on a machine that serves itself: whoever sends one means somebody.
    }
    try await ServerUnderTest.run(isLocal: true) { server in
      let answer = try await server.ask(.GET, "/me", headers: [("authorization", header)])
      #expect(answer.status == 401)
    }
  }

  @Test("A body that does not come in time is not waited for, and the server goes on")
  func slowBody() async throws {
    try await ServerUnderTest.run(isLocal: true, configure: { $0.bounds.bodyTime = .milliseconds(200) }) {
      server in
      let parts = AsyncStream<ByteBuffer> { $0.yield(ByteBuffer(string: "{")) }
      var request = HTTPClientRequest(url: server.url + "/v1/logs")
      request.method = .POST
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .stream(parts, length: .known(Int64(1000)))
      let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(20))
      #expect(answer?.status == .requestTimeout)
      let next = try await server.ask(.GET, "/health")
      #expect(next.status == 200)
    }
  }

  @Test(
    "Addresses that climb or hide lead nowhere",
    arguments: [
      "/../../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
      "/%00", "/me%00",
      "/assets/style.css%0d%0aset-cookie:%20x=y", "/people/1%2f..%2f..", "/scim/v2/../../me",
    ])
  func paths(path: String) async throws {
    try await ServerUnderTest.run(configure: Staff.roles) { server in
      let staff = try Staff(of: server)
      let answer = try await server.ask(.GET, path, as: staff.visitor("colleague"))
      #expect((400..<500).contains(answer.status), "\(answer.status)")
      #expect(answer.headers["set-cookie"].isEmpty)
      #expect(!answer.body.contains("root:"))
    }
  }

  @Test(
    "Every answer tells browsers what not to do with it",
    arguments: ["/health", "/me", "/nothing", "/assets/style.css"])
  func headers(path: String) async throws {
    try await ServerUnderTest.run(isLocal: true) { server in
      let answer = try await server.ask(.GET, path, headers: [("accept", "text/html")])
      let policy = answer.headers.first(name: "content-security-policy") ?? ""
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      #expect(answer.headers.first(name: "x-content-type-options") == "nosniff")
      #expect(answer.headers["cache-control"].count == 1)
      if path != "/assets/style.css" { #expect(answer.headers.first(name: "cache-control") == "no-store") }
    }
  }

  @Test(
    "R8: Beyond this machine it listens only with TLS and sign-in",
    arguments: [
      ("listen: 0.0.0.0:8790", false),
      ("listen: 0.0.0.0:8790\nbehind_proxy: true", false),
      ("listen: 0.0.0.0:8790\ntls: {certificate_chain: a.pem, private_key: b.pem}", false),
      ("listen: 0.0.0.0:8790\nsign_in: {issuer: 'https://id.example.org', client_id: assay}", false),
      (
        "listen: 0.0.0.0:8790\nbehind_proxy: true\nsign_in: {issuer: 'https://id.example.org', client_id: assay}",
        false
      ),
      (
        "listen: 0.0.0.0:8790\nbehind_proxy: true\npublic_url: 'http://assay.example.org'\nsign_in: {issuer: 'https://id.example.org', client_id: assay}",
        false
      ),
      ("behind_proxy: true", false), ("public_url: 'https://assay.example.org'", false),
      ("sign_in: {issuer: 'http://id.example.org', client_id: assay}", false),
      (
        "listen: '0.0.0.0:8790'\nbehind_proxy: true\npublic_url: 'https://assay.example.org'\nsign_in: {issuer: 'https://id.example.org', client_id: assay}",
        true
      ),
      (
        "listen: '[::]:8790'\ntls: {certificate_chain: a.pem, private_key: b.pem}\npublic_url: 'https://assay.example.org'\nsign_in: {issuer: 'https://id.example.org', client_id: assay}",
        true
      ),
      ("listen: 127.0.0.1:8790", true), ("listen: '[::1]:0'", true),
      ("listen: 127.0.0.1:8790\nsign_in: {issuer: 'http://127.0.0.1:9400', client_id: assay}", true),
      ("organisatoin: Example", false), ("time_zone: Nowhere/Land", false),
      ("roles: {administrators: [ada]}", false),
    ])
  func settings(yaml: String, isAccepted: Bool) {
    let settings = try? ServerSettings(SettingsFields.root(ofYAML: yaml))
    #expect((settings != nil) == isAccepted)
  }
}
