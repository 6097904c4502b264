import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Gateway

@Suite("Bad input, from both sides")
struct HostileTests {
  @Test(
    "A request whose end is in doubt is refused, and nothing after it is taken from the connection",
    arguments: [
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n", "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding : chunked\r\n",
      "X: a\r\n folded\r\nContent-Length: 5\r\n", "Content-Length: 0x5\r\n",
    ])
  func smuggling(fields: String) async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(
        "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: sk\r\n\(fields)\r\n0\r\n\r\n"
          + request(Exchange.question))
      let text = await client.readToEnd()
      #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"), "\(text)")
      #expect(text.components(separatedBy: "HTTP/1.1 ").count <= 2, "one answer at most")
    }
    #expect(upstream.requests.isEmpty, "\(upstream.requests)")
    try await upstream.stop()
  }

  @Test("A body beyond the limit is refused before it is read, one that lies about it when it is")
  func oversized() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream], configure: { $0.bounds.bodyBytes = 1000 }) { gateway in
      let got = try await gateway.post(String(repeating: " ", count: 5000) + Exchange.question)
      #expect(got.status == 413)
      #expect(got.body.contains("request_too_large"))
      let client = try RawClient(port: gateway.port)
      let chunk = "400\r\n" + String(repeating: " ", count: 1024) + "\r\n"
      client.write(
        "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk)
      #expect(await client.read { $0.contains("\r\n\r\n") }.hasPrefix("HTTP/1.1 413"))
    }
    #expect(upstream.requests.isEmpty)
    try await upstream.stop()
  }

  @Test("Who sends slowly, or nothing, does not hold a connection")
  func slow() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.bounds.headTime = .milliseconds(300)
        $0.bounds.bodyIdleTime = .milliseconds(300)
        $0.bounds.keepAliveTime = .milliseconds(600)
      }
    ) { gateway in
      for text in [
        "", "POST /v1/mess", "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{",
      ] {
        let client = try RawClient(port: gateway.port)
        client.write(text)
        #expect(await client.isHungUpOn())
      }
    }
    #expect(upstream.requests.isEmpty)
    try await upstream.stop()
  }

  @Test(
    "A body that is no request is refused in the provider's words",
    arguments: [
      "", "null", "[]", "{", "{\"model\":1}", "{\"messages\":[]}", "{\"model\":\"claude\",\"max_tokens\":-1}",
      "{\"model\":\"a\",\"model\":\"b\"}", String(repeating: "[", count: 100_000),
      "{\"model\":\"x\",\"max_tokens\":1e400}", "\u{0}\u{1}",
    ])
  func malformed(body: String) async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let (got, gateway) = try await GatewayUnderTest.run([upstream]) { try await $0.post(body) }
    #expect(got.status == 400)
    #expect(got.body.hasPrefix(#"{"type":"error","error":{"type":"invalid_request_error""#))
    #expect(upstream.requests.isEmpty)
    #expect(try gateway.calls().isEmpty)
    try await upstream.stop()
  }

  @Test("R2: Pages in a browser and foreign names cannot spend what this machine's programs may")
  func foreignOrigins() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream]) { gateway in
      for fields in [
        "Host: 127.0.0.1\r\nOrigin: https://evil.example\r\n", "Host: evil.example\r\n",
        "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n", "Host: 127.0.0.1\r\nOrigin: null\r\n",
        "Host: 127.0.0.1.evil.example\r\n", "Host: 127.0.0.1\r\nHost: evil.example\r\n",
      ] {
        let client = try RawClient(port: gateway.port)
        client.write(
          "POST /v1/messages HTTP/1.1\r\n\(fields)Content-Length: \(Exchange.question.utf8.count)\r\n\r\n\(Exchange.question)"
        )
        #expect(await client.read { $0.contains("}}") }.hasPrefix("HTTP/1.1 403"), "\(fields)")
      }
    }
    #expect(upstream.requests.isEmpty)
    try await upstream.stop()
  }

  @Test("What an upstream may do wrong is said to the client and flagged in the ledger", arguments: Wrong.all)
  func wrongUpstream(wrong: Wrong) async throws {
    let upstream = try await ScriptedUpstream { _, _ in wrong.steps }
    let (got, gateway) = try await GatewayUnderTest.run(
      [upstream],
      configure: {
        $0.bounds.attempts = 1
        $0.bounds.firstByteTime = .milliseconds(500)
      }
    ) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion, headers: "Connection: close\r\n"))
      return await client.readToEnd()
    }
    #expect(got.hasPrefix("HTTP/1.1 \(wrong.status)"), "\(got)")
    if wrong.status >= 500 { #expect(got.contains(#"{"type":"error""#)) }
    let call = try #require(try gateway.calls().first)
    #expect(call.ending == wrong.ending)
    #expect(call.usageSource == wrong.source)
    try await upstream.stop()
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [ScriptedUpstream.Step]
    var status: Int
    var ending: CallFact.Ending
    var source: CallFact.UsageSource

    static let all = [
      Wrong(
        testDescription: "never answers", steps: [.hang], status: 504, ending: .timedOut, source: .unknown),
      Wrong(testDescription: "hangs up", steps: [.cut], status: 502, ending: .failed, source: .unknown),
      Wrong(
        testDescription: "speaks no HTTP", steps: [.raw("nonsense\r\n\r\n"), .cut], status: 502,
        ending: .failed,
        source: .unknown),
      Wrong(
        testDescription: "states no usage",
        steps: [Exchange.streamHead] + Exchange.events[1..<7].map { .bytes($0) }
          + [.bytes(Exchange.events[8]), .end], status: 200, ending: .completed, source: .unknown),
      Wrong(
        testDescription: "answers 200 with an error",
        steps: Exchange.answer(#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#),
        status: 200, ending: .completed, source: .none),
      Wrong(
        testDescription: "fails in the stream",
        steps: [
          Exchange.streamHead, .bytes(Exchange.events[0]),
          .bytes(
            Exchange.event("error", #"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#)),
          .end,
        ], status: 200, ending: .completed, source: .partial),
      Wrong(
        testDescription: "sends broken events",
        steps: [
          Exchange.streamHead,
          .bytes("data: {\"type\":\"message_start\",\"mess\n\n: x\n\nevent: \u{1}\ndata\n\n"), .end,
        ],
        status: 200, ending: .completed, source: .unknown),
    ]
  }

  @Test("No secret and no content is in a log, the ledger, the spool or the control database")
  func secrets() async throws {
    let upstream = try await ScriptedUpstream { request, _ in
      request.text.contains("boom") ? [.cut] : Exchange.json
    }
    let (secret, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      let now = Instant(Date())
      let person = try gateway.control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
      let (_, secret) = try gateway.control.createKey(KeyRequest(holder: .person(person.id)), at: now)
      for text in ["the-prompt-in-clear", "boom the-prompt-in-clear"] {
        let body = Exchange.question.replacing("hi", with: text)
        for headers in [
          [("x-api-key", secret.revealed)], [("authorization", "Bearer sk-ant-api03-clients-own-key")],
          [("x-api-key", "asy_wrong-key-in-clear")], [("cookie", "cookie-in-clear")],
        ] {
          _ = try? await gateway.post(body, headers: headers)
        }
      }
      _ = try? await gateway.post("{\"model\":\"the-prompt-in-clear", headers: [])
      return secret.revealed
    }
    var kept = Data(gateway.log.text.utf8)
    for file in FileManager.default.enumerator(atPath: gateway.directory.url.path)?.compactMap({
      $0 as? String
    }) ?? [] {
      kept += FileManager.default.contents(atPath: gateway.directory.path(file)) ?? Data()
    }
    #expect(kept.count > 10_000)
    for word in [
      secret, "upstream-secret-0123456789", "clients-own-key", "wrong-key-in-clear", "cookie-in-clear",
      "the-prompt-in-clear",
    ] {
      #expect(kept.range(of: Data(word.utf8)) == nil, "\(word)")
    }
    try await upstream.stop()
  }
}
