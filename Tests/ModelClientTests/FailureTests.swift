import AsyncHTTPClient
import Effects
import Foundation
import Ledger
import ScriptedModel
import Testing

@testable import ModelClient

struct FailureTests {
  @Test(arguments: WireFormat.allCases)
  func `a model that declines is an answer, not an error`(format: WireFormat) async throws {
    try await AskTests.with("rules: [{text: I will not., stop: refusal, calls: []}]") { stage in
      let answer = try await stage.client.ask(
        conversation(), at: stage.endpoint(format), meter: RecordingMeter())
      #expect(answer.stop == .refused)
      #expect((answer.refusal ?? answer.text) == "I will not.")
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `a full window is told apart`(format: WireFormat) async throws {
    try await AskTests.with("rules: [{stop: window_exceeded}]") { stage in
      let endpoint = try stage.endpoint(format)
      if format == .messages {
        let answer = try await stage.client.ask(conversation(), at: endpoint, meter: RecordingMeter())
        #expect(answer.stop == .windowExceeded)
      } else {
        let error = await #expect(throws: ModelError.self) {
          try await stage.client.ask(conversation(), at: endpoint, meter: RecordingMeter())
        }
        #expect(error?.kind == .windowExceeded)
        #expect(stage.pauses.all.isEmpty)
      }
    }
  }

  @Test(arguments: [
    "<html>Bad gateway</html>", "data: {\"broken\n\n", "{\"hello\": 1}", "", "data: [1]\n\n",
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n",
  ])
  func `what is no answer is an error after as many attempts as are allowed`(garbage: String) async throws {
    let script = Script(rules: [.init(fault: .init(garbage: garbage))])
    let text = String(decoding: try JSONEncoder().encode(script), as: UTF8.self)
    try await AskTests.with(text) { stage in
      for format in WireFormat.allCases {
        let meter = RecordingMeter()
        let error = await #expect(throws: ModelError.self) {
          try await stage.client.ask(conversation(), at: stage.endpoint(format), meter: meter)
        }
        #expect(error?.isRetryable == true)
        #expect(meter.attempts.count == 4)
        if garbage.contains("overloaded") { #expect(error?.kind == .overloaded) }
      }
    }
  }

  @Test func `nobody there is said so, and nothing was used`() async throws {
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ModelClient.configuration)
    let client = ModelClient(http, now: { Instant(milliseconds: 0) }, pause: { _ in })
    let meter = RecordingMeter()
    let error = await #expect(throws: ModelError.self) {
      try await client.ask(conversation(), at: endpoint(.messages), meter: meter)
    }
    #expect(error?.kind == .unreachable)
    #expect(meter.attempts.map(\.usage) == Array(repeating: ModelUsage(), count: 4))
    try await http.shutdown()
  }

  @Test(arguments: WireFormat.allCases)
  func `silence ends an attempt`(format: WireFormat) async throws {
    try await AskTests.with("rules: [{text: Hello, fault: {pauseMilliseconds: 60000}}]") { stage in
      var endpoint = try stage.endpoint(format)
      endpoint.bounds.silence = .milliseconds(200)
      endpoint.bounds.attempts = 1
      let meter = RecordingMeter()
      let error = await #expect(throws: ModelError.self) {
        try await stage.client.ask(conversation(), at: endpoint, meter: meter)
      }
      #expect(error?.kind == .timedOut)
      #expect(meter.attempts.map(\.usage.isEstimated) == [true])
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `a stopped call ends, and is counted`(format: WireFormat) async throws {
    try await AskTests.with("rules: [{text: Hello, fault: {pauseMilliseconds: 60000}}]") { stage in
      let endpoint = try stage.endpoint(format)
      let meter = RecordingMeter()
      let asking = Task { try await stage.client.ask(conversation(), at: endpoint, meter: meter) }
      while stage.model.served.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      asking.cancel()
      let result = await asking.result
      #expect(throws: ModelError.self) { try result.get() }
      if case .failure(let error as ModelError) = result { #expect(error.kind == .stopped) }
      #expect(meter.attempts.count == 1)
      #expect(meter.attempts.first?.usage.isEstimated == true)
    }
  }

  @Test func `a meter that says no is obeyed before anything is sent`() async throws {
    try await AskTests.with("rules: [{text: Hello}]") { stage in
      let meter = RecordingMeter(refusing: ModelError(.notAllowed, "The budget is used up."))
      let error = await #expect(throws: ModelError.self) {
        try await stage.client.ask(conversation(), at: stage.endpoint(.messages), meter: meter)
      }
      #expect(error?.kind == .notAllowed)
      #expect(stage.model.served.isEmpty)
      #expect(meter.attempts.isEmpty)
    }
  }

  @Test(arguments: [
    (401, "authentication_error", "invalid x-api-key", false, ModelError.Kind.unauthorised),
    (403, "permission_error", "", false, .unauthorised),
    (404, "not_found_error", "model: x", false, .notFound),
    (
      400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", false,
      .windowExceeded
    ),
    (400, "invalid_request_error", "max_tokens: Field required", false, .malformedRequest),
    (400, "context_length_exceeded", "", false, .windowExceeded),
    (413, "request_too_large", "", false, .windowExceeded),
    (429, "rate_limit_error", "", false, .rateLimited),
    (429, "rate_limit_error", "The team’s budget is used up.", true, .quotaExhausted),
    (429, "insufficient_quota", "", false, .quotaExhausted),
    (500, "api_error", "", false, .serverFailed), (529, "overloaded_error", "", false, .overloaded),
    (503, "", "", false, .overloaded), (302, "", "", false, .malformedRequest),
  ])
  func `a provider's words are understood`(
    status: Int, type: String, message: String, isFinal: Bool, kind: ModelError.Kind
  ) throws {
    let error = ModelError.refusal(
      status: status, failure: .init(type: type, message: message), endpoint: try endpoint(.messages),
      isFinal: isFinal)
    #expect(error.kind == kind)
    #expect(error.message.contains("127.0.0.1:1"))
  }

  @Test func `no error repeats the key, or more than one line`() throws {
    for status in [400, 401, 403, 500] {
      let error = ModelError.refusal(
        status: status,
        failure: .init(
          type: "x",
          message: "Incorrect key sk-test-secret\n\u{1B}[31m" + String(repeating: "x", count: 9_999)),
        endpoint: try endpoint(.messages))
      #expect(!error.message.contains("sk-test"))
      #expect(error.message.utf8.count < 600)
      #expect(!error.message.contains { $0.isNewline || $0 == "\u{1B}" })
    }
  }

  @Test(arguments: [
    ("7", nil, Duration.seconds(7)), ("0.5", nil, .milliseconds(500)), ("7", "250", .milliseconds(250)),
    ("Wed, 21 Oct 2026 07:28:30 GMT", nil, .seconds(30)), ("Wed, 21 Oct 2020 07:28:00 GMT", nil, .zero),
    ("soon", nil, nil), ("-1", nil, nil), ("1e400", nil, nil), ("nan", nil, nil), (nil, nil, nil),
  ])
  func `how long to wait is read in all its forms`(header: String?, milliseconds: String?, pause: Duration?)
    throws
  {
    let now = try Date("2026-10-21T07:28:00Z", strategy: .iso8601)
    #expect(ModelError.retryAfter(header, milliseconds: milliseconds, now: now) == pause)
  }
}
