import Foundation
import Ledger
import ModelAPI
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("What passes through")
struct PassThroughTests {
  @Test("Bodies pass byte for byte in both directions, whatever is in them")
  func bodies() async throws {
    let odd =
      "{ \"model\" : \"claude-sonnet-4-5\",\n\"max_tokens\":1e2,\"unknown\":{\"a\":[1,2.50,\"\\u00e9\"]},\"messages\":[]}  "
    let answer = Exchange.answer.replacing("\"ho\"", with: "\"\\u0068o\", \"new_field\": 1.0")
    let upstream = try await ScriptedUpstream { _, _ in Exchange.answer(answer) }
    let (got, _) = try await GatewayUnderTest.run([upstream]) { gateway in try await gateway.post(odd) }
    #expect(got.status == 200)
    #expect(got.body == answer)
    #expect(upstream.requests.map(\.text) == [odd])
    try await upstream.stop()
  }

  @Test("Fields pass on and back, but for those of a connection and the key")
  func fields() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      Exchange.answer(
        Exchange.answer, [("anthropic-organization-id", "org"), ("Connection", "x-hop"), ("x-hop", "1")])
    }
    let (got, _) = try await GatewayUnderTest.run([upstream]) { gateway in
      try await gateway.post(
        Exchange.question, to: "/v1/messages?beta=true",
        headers: [
          ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a-2025,b-2026"), ("X-Custom", "yes"),
          ("te", "trailers"), ("x-assay-key", ""),
        ])
    }
    let request = try #require(upstream.requests.first)
    #expect(request.head.uri == "/v1/messages?beta=true")
    #expect(request.head.headers["anthropic-beta"] == ["a-2025,b-2026"])
    #expect(
      request.head.headers.contains { $0.name == "X-Custom" && $0.value == "yes" }, "names keep their case")
    #expect(request.head.headers["te"].isEmpty)
    #expect(request.head.headers["x-assay-key"].isEmpty)
    #expect(request.head.headers["x-api-key"] == ["upstream-secret-0123456789"])
    #expect(got.header("request-id") == "req_1")
    #expect(got.header("anthropic-organization-id") == "org")
    #expect(got.header("x-hop") == nil)
    try await upstream.stop()
  }

  @Test("A provider's errors pass untouched", arguments: [400, 401, 404, 413, 429])
  func errors(status: Int) async throws {
    let body = #"{"type":"error","error":{"type":"invalid_request_error","message":"no é"}}"#
    let upstream = try await ScriptedUpstream { _, _ in
      Exchange.answer(body, status: status, [("retry-after", "7")])
    }
    let (got, gateway) = try await GatewayUnderTest.run([upstream]) { try await $0.post(Exchange.question) }
    #expect(got.status == status)
    #expect(got.body == body)
    #expect(got.header("retry-after") == "7")
    let call = try #require(try gateway.calls().first)
    #expect(call.usageSource == .none)
    #expect(call.status == status)
    try await upstream.stop()
  }

  @Test("Each event of a stream is passed on as it comes")
  func timing() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead, .bytes(Exchange.events[0]), .hang]
    }
    _ = try await GatewayUnderTest.run([upstream], configure: { $0.bounds.shutdownTime = .milliseconds(100) })
    {
      gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion))
      let text = await client.read { $0.contains("message_start") && $0.contains("\n\n\r\n") }
      #expect(text.contains(Exchange.events[0]))
    }
    try await upstream.stop()
  }

  @Test("T9: a chat stream is asked for its usage, and the chunk that says it is taken out again")
  func forcedUsage() async throws {
    let chunk =
      #"data: {"id":"c1","model":"gpt-5","choices":[{"index":0,"delta":{"content":"a"}}],"usage":null}"#
      + "\n\n"
    let usage =
      #"data: {"id":"c1","model":"gpt-5","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":10}}}"#
      + "\n\n"
    let upstream = try await ScriptedUpstream { _, _ in
      [
        .head(200, [("content-type", "text/event-stream")]), .bytes(chunk), .bytes(usage),
        .bytes("data: [DONE]\n\n"), .end,
      ]
    }
    let question = #"{"model":"gpt-5","stream":true,"stream_options":{"include_usage":false},"messages":[]}"#
    let (got, gateway) = try await GatewayUnderTest.run([upstream], dialect: .openAI) {
      try await $0.post(question, to: "/v1/chat/completions")
    }
    #expect(got.body == chunk + "data: [DONE]\n\n")
    #expect(upstream.requests.first?.text.contains(#""include_usage":true"#) == true)
    let counts = try #require(try gateway.calls().first?.usage.first?.counts)
    #expect(counts.input == 20 && counts.cacheRead == 10 && counts.output == 5)
    try await upstream.stop()
  }

  @Test("T10: reading an answer again is not billed")
  func retrieval() async throws {
    let body =
      #"{"id":"resp_1","object":"response","model":"gpt-5","usage":{"input_tokens":3,"output_tokens":4}}"#
    let upstream = try await ScriptedUpstream { _, _ in Exchange.answer(body) }
    let (got, gateway) = try await GatewayUnderTest.run([upstream], dialect: .openAI) {
      try await $0.get("/v1/responses/resp_1", headers: [("authorization", "Bearer sk-x")])
    }
    #expect(got.body == body)
    let calls = try gateway.calls()
    #expect(calls.allSatisfy { !$0.isBilled && $0.usageSource == .none && $0.charged == .zero })
    try await upstream.stop()
  }

  @Test("What cannot be metered is refused, in the provider's own kind of error")
  func unmetered() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream]) { gateway in
      for path in ["/v1/images/generations", "/v1/messages/../x", "/v1//messages", "/v1/complete", "/"] {
        let got = try await gateway.post(Exchange.question, to: path)
        #expect(got.status == 404, "\(path)")
        #expect(got.body.contains("\"error\""))
      }
    }
    #expect(upstream.requests.isEmpty)
    try await upstream.stop()
  }
}

/// A request as bytes.
func request(_ body: String, path: String = "/v1/messages", headers: String = "") -> String {
  "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
}
