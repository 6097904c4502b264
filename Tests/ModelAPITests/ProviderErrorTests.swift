import Foundation
import Ledger
import ModelAPI
import Testing

struct ProviderErrorTests {
  private static let message =
    "The limit “team” of $5.00 a day is used up.\nIt resets at 00:00 UTC. \"C:\\x\" \u{1}"

  private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test("Bodies have each provider's own shape", arguments: ProviderError.Kind.allCases)
  func shapes(_ kind: ProviderError.Kind) throws {
    let error = ProviderError(kind, Self.message, retryAfterSeconds: 90, requestID: "req_1")
    let anthropic = try object(error.body(.anthropic))
    #expect(anthropic["type"] as? String == "error" && anthropic["request_id"] as? String == "req_1")
    let inner = try #require(anthropic["error"] as? [String: Any])
    #expect(inner["message"] as? String == Self.message && (inner["type"] as? String)?.isEmpty == false)
    let openAI = try #require(try object(error.body(.openAI))["error"] as? [String: Any])
    #expect(
      Set(openAI.keys) == ["message", "type", "param", "code"] && openAI["message"] as? String == Self.message
    )
    let gemini = try #require(try object(error.body(.gemini))["error"] as? [String: Any])
    #expect(gemini["code"] as? Int == error.status && gemini["message"] as? String == Self.message)
    #expect((gemini["status"] as? String)?.isEmpty == false)
  }

  @Test("A limit's refusal makes clients stop: 429, no retry, and when to come back")
  func limits() {
    for kind in [ProviderError.Kind.budget, .rate] {
      let error = ProviderError(kind, "x", retryAfterSeconds: 90, requestID: "req_1")
      #expect(error.status == 429)
      for dialect in Dialect.allCases {
        let headers = Dictionary(error.headers(dialect).map { ($0.name, $0.value) }) { $1 }
        #expect(headers["x-should-retry"] == "false" && headers["retry-after"] == "90")
        #expect(headers["content-type"] == "application/json")
      }
      #expect(String(decoding: error.body(.gemini), as: UTF8.self).contains(#""retryDelay":"90s""#))
    }
    #expect(
      ProviderError(.unavailable, "x").headers(.openAI).contains { $0.name == "x-should-retry" } == false)
  }

  @Test("Codex stops at a budget's refusal, and shows our words in the middle of its own")
  func codex() throws {
    let error = ProviderError(
      .budget, "Budget reached: team Zürich may spend $5.00 a day.", retryAfterSeconds: 90,
      resetsAtSeconds: 1_795_003_290)
    for endpoint in [Endpoint.responses, .responsesInputTokens] {
      let body = try #require(
        try object(error.body(.openAI, endpoint: endpoint))["error"] as? [String: Any])
      #expect(
        body["type"] as? String == "usage_limit_reached" && body["code"] as? String == "insufficient_quota")
      #expect(body["message"] as? String == error.message && body["resets_at"] as? Int == 1_795_003_290)
      let words = error.headers(.openAI, endpoint: endpoint).first { $0.name == "x-codex-promo-message" }
      #expect(words?.value == "Budget reached: team Z?rich may spend $5.00 a day")
    }
    // Whoever is told to wait a little waits, and clients of other routes have never heard of this.
    let flow = ProviderError(.rate, "x", retryAfterSeconds: 1, resetsAtSeconds: 1)
    #expect(flow.body(.openAI, endpoint: .responses) == flow.body(.openAI))
    #expect(error.body(.openAI, endpoint: .chatCompletions) == error.body(.openAI))
    #expect(!error.headers(.openAI).contains { $0.name.hasPrefix("x-codex") })
  }

  @Test("In a stream an error is one event, which our own meter reads as an error")
  func events() throws {
    let error = ProviderError(.badGateway, Self.message)
    for route in [anthropicRoute, chatRoute, responsesRoute, geminiRoute] {
      let event = error.event(for: route.endpoint)
      #expect(event.suffix(2) == [0x0A, 0x0A])
      let reading = Metered(event, route).reading
      #expect(reading.hasError && !reading.isBillable && !reading.isFinal && reading.source == .none)
      let text = String(decoding: event, as: UTF8.self)
      let data = try #require(text.split(separator: "\n").first { $0.hasPrefix("data: ") })
      #expect(try !object(Array(data.dropFirst(6).utf8)).isEmpty)
    }
  }

  @Test("A problem with a request becomes a 400 that says what to do, without the request's content")
  func problems() {
    let error = ProviderError(.ambiguous(field: "model"))
    #expect(error.status == 400 && error.message.contains("model"))
  }
}
