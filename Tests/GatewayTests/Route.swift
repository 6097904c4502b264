import Foundation
import Ledger
import ModelAPI
import NIOHTTP1
import Testing

@testable import Gateway

/// A way in for calls, as clients of one provider use it, and an answer that uses a hundred million tokens.
struct Route: Sendable, CustomTestStringConvertible {
  let dialect: Dialect
  let path: String
  let question: String
  let answer: String

  var testDescription: String { path }

  static let all = [
    Route(
      dialect: .anthropic, path: "/v1/messages", question: Exchange.question,
      answer:
        #"{"id":"msg_1","type":"message","model":"claude-sonnet-4-5","usage":{"input_tokens":100000000,"output_tokens":1}}"#
    ),
    Route(
      dialect: .openAI, path: "/v1/chat/completions",
      question:
        #"{"model":"gpt-5.4","max_completion_tokens":100,"messages":[{"role":"user","content":"hi"}]}"#,
      answer:
        #"{"id":"c1","model":"gpt-5.4","choices":[],"usage":{"prompt_tokens":100000000,"completion_tokens":1}}"#
    ),
    Route(
      dialect: .openAI, path: "/v1/responses",
      question: #"{"model":"gpt-5.4","max_output_tokens":100,"input":"hi"}"#,
      answer:
        #"{"id":"resp_1","object":"response","status":"completed","model":"gpt-5.4","usage":{"input_tokens":100000000,"output_tokens":1}}"#
    ),
    Route(
      dialect: .openAI, path: "/v1/embeddings",
      question: #"{"model":"text-embedding-3-small","input":"hi"}"#,
      answer:
        #"{"object":"list","data":[],"model":"text-embedding-3-small","usage":{"prompt_tokens":100000000,"total_tokens":100000000}}"#
    ),
    Route(
      dialect: .gemini, path: "/v1beta/models/gemini-2.5-flash:generateContent",
      question: #"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":100}}"#,
      answer:
        #"{"candidates":[],"modelVersion":"gemini-2.5-flash","usageMetadata":{"promptTokenCount":100000000,"candidatesTokenCount":1}}"#
    ),
  ]

  /// One provider that serves every route, for `GatewayUnderTest.run(_:dialect:configure:)`.
  static func provider() async throws -> ScriptedUpstream {
    try await ScriptedUpstream { request, _ in
      Exchange.answer(Route.all.first { $0.path == request.head.uri }?.answer ?? "{}")
    }
  }

  /// The one upstream that is there, once for each dialect.
  static func everyDialect(_ configuration: inout GatewayConfiguration) {
    configuration.keys = .required
    guard let upstream = configuration.upstreams.first else { return }
    configuration.upstreams = Dialect.allCases.map {
      var copy = upstream
      copy.name = $0.rawValue
      copy.dialect = $0
      return copy
    }
  }

  /// The message of a refusal, which has the shape that the provider's own have: as far as any client looks at it.
  func message(ofRefusal answer: GatewayUnderTest.Answer, isFlow: Bool, retryAfter: Int64, at now: Instant)
    throws
    -> String
  {
    #expect(answer.status == 429)
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("x-should-retry") == "false")
    #expect(answer.header("retry-after") == String(retryAfter))
    let body = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer.body)")
    let error = try #require(body["error"] as? [String: Any])
    switch dialect {
    case .anthropic:
      #expect(body["type"] as? String == "error" && error["type"] as? String == "rate_limit_error")
    case .openAI:
      let isCodex = path == "/v1/responses" && !isFlow
      #expect(
        error["type"] as? String
          == (isFlow ? "requests" : isCodex ? "usage_limit_reached" : "insufficient_quota"))
      #expect(error["code"] as? String == (isFlow ? "rate_limit_exceeded" : "insufficient_quota"))
      #expect(error["param"] is NSNull)
      #expect(error["resets_at"] as? Int64 == (isCodex ? now.milliseconds / 1000 + retryAfter : nil))
      #expect((answer.header("x-codex-promo-message") != nil) == isCodex)
    case .gemini:
      #expect(error["code"] as? Int == 429 && error["status"] as? String == "RESOURCE_EXHAUSTED")
      let details = try #require(error["details"] as? [[String: Any]])
      #expect(details.first?["retryDelay"] as? String == "\(retryAfter)s")
    }
    return try #require(error["message"] as? String)
  }
}
