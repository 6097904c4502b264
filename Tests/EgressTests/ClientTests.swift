import Foundation
import Synchronization
import Testing

@testable import Egress

@Suite struct ClientTests {
  private static let inside = ["127.0.0.0/8"]
  private static let secret = "s3cr3t/token+with=\"marks\" "

  private static func rule(
    _ upstream: Upstream, methods: Set<String> = ["GET"], path: String = "/repos/acme/",
    credential: EgressCredential? = nil, networks: [String] = inside
  ) throws -> EgressRule {
    try EgressRule(
      host: "api.example", scheme: .http, port: UInt16(upstream.port), methods: methods, path: path,
      credential: credential, networks: networks)
  }

  @Test func `what a rule names goes out, and only that`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let entries = Mutex<[EgressEntry]>([])
      let client = try EgressClient(
        [try Self.rule(upstream)], record: { entry in entries.withLock { $0.append(entry) } })
      let base = "http://api.example:\(upstream.port)"
      let answer = try await client.answer(to: EgressRequest("GET", base + "/repos/acme/x?token=1"))
      #expect(answer.status == 200 && answer.body == Array("yes".utf8))
      let allowed = upstream.requests.count
      #expect(allowed == 1 && upstream.requests[0].hasPrefix("GET /repos/acme/x?token=1 HTTP/1.1\r\n"))
      let refused: [(String, String)] = [
        ("POST", "/repos/acme/x"), ("DELETE", "/repos/acme/x"), ("GET ", "/repos/acme/x"),
        ("get", "/repos/acme/x"),
        ("GET", "/"), ("GET", "/repos/acme"), ("GET", "/repos/acmes/x"), ("GET", "/Repos/acme/x"),
        ("GET", "/repos/acme/../evil/x"), ("GET", "/repos/acme/%2e%2e/evil"),
        ("GET", "/repos/acme/%252e%252e/evil"),
        ("GET", "/repos/acme/..%2fevil"), ("GET", "/repos/acme/..;/evil"),
        ("GET", "/repos/acme/%2e%2e%5cevil"),
        ("GET", "//repos/acme/x"), ("GET", "/x/../repos/acme/x"), ("GET", "/repos%2facme/x"),
        ("GET", "/repos/acme/%zz"),
        ("GET", "/repos/acme/x#y"), ("GET", "/repos/acme/x y"), ("GET", "/repos/acme/x\r\nHost: evil"),
        ("GET", "/repos/acme/%00"), ("GET", "?/repos/acme/"),
      ]
      for (method, path) in refused {
        #expect(await client.refusal(of: EgressRequest(method, base + path)) != nil, "\(method) \(path)")
      }
      for address in [
        "http://other.example:\(upstream.port)/repos/acme/x", "http://api.example.evil.example/repos/acme/x",
        "http://evil.example/repos/acme/x", "http://api.example@evil.example/repos/acme/x",
        "http://api.example:1/repos/acme/x",
        "http://api.example/repos/acme/x", "https://api.example:\(upstream.port)/repos/acme/x",
        "http://127.0.0.1:\(upstream.port)/repos/acme/x", "http://127.1:\(upstream.port)/repos/acme/x",
        "http://2130706433:\(upstream.port)/repos/acme/x", "http://0x7f.0.0.1:\(upstream.port)/repos/acme/x",
        "http://[::ffff:127.0.0.1]:\(upstream.port)/repos/acme/x",
        "http://[::1]:\(upstream.port)/repos/acme/x",
        "http://api.example\u{3002}evil.example/", "ftp://api.example/", "gopher://api.example/",
        "api.example", "",
        "http://", "http:///repos/acme/x", "http://api.example:\(upstream.port)@evil/repos/acme/x",
      ] {
        #expect(await client.refusal(of: EgressRequest("GET", address)) != nil, "\(address)")
      }
      #expect(upstream.requests.count == allowed)
      let first = try #require(entries.withLock { $0.first })
      #expect(first.host == "api.example" && first.path == "/repos/acme/x" && first.status == 200)
      #expect(entries.withLock { $0.count } == 1 + refused.count + 21)
      #expect(!entries.withLock { "\($0)" }.contains("token=1"))
    }
  }

  @Test func `R7: a name that leads inside is refused, whatever else it leads to`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let rule = try EgressRule(host: "*.example.com", scheme: .http, port: UInt16(upstream.port))
      for inside in [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "100.64.0.1",
      ] {
        for answers in [[inside], ["1.1.1.1", inside], [inside, "1.1.1.1"]] {
          let client = try EgressClient(
            rules: [rule], resolver: FixedResolver(["a.example.com": [answers]]))
          let refusal = await client.refusal(
            of: EgressRequest("GET", "http://a.example.com:\(upstream.port)/"))
          #expect(refusal == .address(.name("a.example.com")), "\(answers)")
        }
      }
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func `a name that changes its mind is asked once, and what was checked is connected to`() async throws
  {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      // 127.0.0.2 is declared and 127.0.0.1, where the upstream is, is not.
      let rule = try EgressRule(
        host: "a.example.com", scheme: .http, port: UInt16(upstream.port), networks: ["127.0.0.2"])
      let resolver = FixedResolver(["a.example.com": [["127.0.0.2"], ["127.0.0.1"]]])
      let client = try EgressClient(rules: [rule], resolver: resolver)
      let request = EgressRequest("GET", "http://a.example.com:\(upstream.port)/")
      #expect(await client.refusal(of: request) == .unreachable(.name("a.example.com")))
      #expect(resolver.timesAsked == 1)
      #expect(await client.refusal(of: request) == .address(.name("a.example.com")))
      #expect(resolver.timesAsked == 2 && upstream.requests.isEmpty)
    }
  }

  @Test func `redirections are handed back, not followed`() async throws {
    let reply = Upstream.plain("", status: "302 Found", headers: ["Location: http://other.example/evil"])
    try await Upstream.with(answer: { _ in reply }) { upstream in
      let client = try EgressClient([try Self.rule(upstream)])
      let answer = try await client.answer(
        to: EgressRequest("GET", "http://api.example:\(upstream.port)/repos/acme/x"))
      #expect(answer.status == 302 && answer.header("Location") == "http://other.example/evil")
      #expect(upstream.requests.count == 1)
    }
  }

  @Test func `headers cannot be smuggled in, nor the way out be told who asks`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let client = try EgressClient([try Self.rule(upstream, methods: ["GET", "POST"])])
      let address = "http://api.example:\(upstream.port)/repos/acme/x"
      for (name, value) in [
        ("X", "a\r\nHost: evil"), ("X", "a\nY: b"), ("X\r\nY", "b"), ("X: Y", "b"), ("", "b"), ("X", "a\0b"),
        ("X Y", "b"),
      ] {
        let refusal = await client.refusal(
          of: EgressRequest("GET", address, headers: [EgressHeader(name, value)]))
        #expect(refusal != nil, "\(name): \(value)")
      }
      #expect(upstream.requests.isEmpty)
      let headers = [
        ("Host", "evil.example"), ("Content-Length", "999"), ("Transfer-Encoding", "chunked"),
        ("Connection", "x-drop"),
        ("X-Drop", "gone"), ("Proxy-Authorization", "gone"), ("X-Forwarded-For", "gone"), ("X-Kept", "kept"),
      ].map { EgressHeader($0.0, $0.1) }
      _ = try await client.answer(
        to: EgressRequest("POST", address, headers: headers, body: Array("body".utf8)))
      let seen = try #require(upstream.requests.first)
      #expect(!seen.contains("gone") && !seen.contains("evil") && !seen.contains("chunked"))
      #expect(seen.contains("Host: api.example:\(upstream.port)\r\n") && seen.contains("X-Kept: kept"))
      #expect(seen.contains("Content-Length: 4\r\n") && seen.hasSuffix("\r\n\r\nbody"))
    }
  }

  @Test func `a credential reaches the host and nobody else, however it is echoed`() async throws {
    let echo: @Sendable (String) -> String? = { request in
      let token = request.split(separator: "\r\n").first { $0.hasPrefix("Private-Token: ") }.map {
        String($0.dropFirst("Private-Token: ".count))
      }
      guard let token else { return Upstream.plain("no token") }
      let forms = [
        token, Data(token.utf8).base64EncodedString(),
        token.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
        token.replacing("\"", with: "\\\""), token.replacing("\"", with: "\\\"").replacing("/", with: "\\/"),
      ]
      return Upstream.plain(
        forms.map { "<\($0)>" }.joined(), headers: ["X-Echo: \(token)", "Location: /?t=\(forms[2])"])
    }
    let secret = "s3cr3t/token+with=\"marks\""
    try await Upstream.with(answer: echo) { upstream in
      let credential = try EgressCredential.header("Private-Token", secret, name: "gitlab")
      let entries = Mutex("")
      let rule = try Self.rule(upstream, credential: credential)
      let client = try EgressClient([rule], record: { entry in entries.withLock { $0 += "\(entry)" } })
      let answer = try await client.answer(
        to: EgressRequest(
          "GET", "http://api.example:\(upstream.port)/repos/acme/x",
          headers: [
            EgressHeader("private-token", "the agent's own"), EgressHeader("Authorization", "x"),
            EgressHeader("Cookie", "y"),
          ]))
      let seen = try #require(upstream.requests.first)
      #expect(seen.contains("Private-Token: \(secret)\r\n") && !seen.contains("the agent's own"))
      #expect(!seen.contains("Authorization") && !seen.contains("Cookie"))
      let whole = String(decoding: answer.body, as: UTF8.self) + "\(answer.headers)"
      #expect(whole.contains("[credential]"))
      for part in ["s3cr3t", String(Data(secret.utf8).base64EncodedString().prefix(12))] {
        #expect(!whole.contains(part), "\(whole)")
      }
      for text in [
        "\(credential)", "\(rule)", "\(client.rules)", String(reflecting: rule), entries.withLock { $0 },
      ] {
        #expect(!text.contains("s3cr3t"))
      }
      var dumped = ""
      dump(rule, to: &dumped)
      #expect(!dumped.contains("s3cr3t"))
    }
  }

  @Test func `an answer that is packed cannot be looked at, and is refused where there is a credential`()
    async throws
  {
    try await Upstream.with(answer: { _ in Upstream.plain("xx", headers: ["Content-Encoding: gzip"]) }) {
      upstream in
      let address = "http://api.example:\(upstream.port)/repos/acme/x"
      let credential = try EgressCredential.bearer("0123456789", name: "c")
      let client = try EgressClient([try Self.rule(upstream, credential: credential)])
      #expect(await client.refusal(of: EgressRequest("GET", address)) != nil)
      #expect(upstream.requests[0].lowercased().contains("accept-encoding: identity\r\n"))
      let open = try EgressClient([try Self.rule(upstream)])
      #expect(await open.refusal(of: EgressRequest("GET", address)) == nil)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "HTTP/1.1 200 OK\r\nContent-Length: 1", "",
    "nonsense\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2000),
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "silence",
  ])
  func `an answer that is cut, endless, wrong or missing is no answer`(reply: String) async throws {
    try await Upstream.with(answer: { _ in reply == "silence" ? nil : reply }) { upstream in
      let client = try EgressClient(
        [try Self.rule(upstream)], limits: EgressLimits(answer: 1000, time: .milliseconds(1500)))
      let refusal = await client.refusal(
        of: EgressRequest("GET", "http://api.example:\(upstream.port)/repos/acme/x"))
      guard case .broken? = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
    }
  }

  @Test func `a run has so many requests and bytes, and no more`() async throws {
    try await Upstream.with(answer: { _ in Upstream.plain("yes") }) { upstream in
      let request = EgressRequest("GET", "http://api.example:\(upstream.port)/repos/acme/x")
      let few = try EgressClient([try Self.rule(upstream)], limits: EgressLimits(requests: 2))
      for expected in [nil, nil, EgressRefusal.usedUp("requests (2)")] {
        #expect(await few.refusal(of: request) == expected)
      }
      let small = try EgressClient([try Self.rule(upstream)], limits: EgressLimits(sent: 600))
      let long = EgressRequest("GET", request.address + "?" + String(repeating: "a", count: 400))
      #expect(await small.refusal(of: long) == nil)
      #expect(await small.refusal(of: long) == .usedUp("bytes to send (600)"))
      let narrow = try EgressClient(
        [try Self.rule(upstream, methods: ["POST"])], limits: EgressLimits(request: 10))
      let body = EgressRequest("POST", request.address, body: [UInt8](repeating: 0, count: 11))
      #expect(await narrow.refusal(of: body) == .tooLarge(10))
      #expect(upstream.requests.count == 3)
    }
  }
}
