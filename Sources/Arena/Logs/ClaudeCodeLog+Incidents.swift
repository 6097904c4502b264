import Ledger

/// What goes wrong, as the client records it.
extension ClaudeCodeLog {
  mutating func overloaded(at instant: Instant) {
    guard shape == .late else { return }
    let request = "req_011C\(context.chance.base62(20))"
    let message =
      "529 {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},"
      + "\"request_id\":\"\(request)\"}"
    failed(
      [
        "message": .string(message), "status": 529, "requestId": .string(request),
        "formatted": "529 overloaded_error", "connection": .null, "isNetworkDown": false, "rateLimits": .null,
        "noResponse": .null,
      ], source: "request_retry", at: instant)
  }

  mutating func dropped(at instant: Instant) {
    guard shape == .late else { return }
    failed(
      [
        "message": "Connection error.", "formatted": "Connection dropped (ECONNRESET)",
        "connection": [
          "code": "ECONNRESET", "message": "The socket connection was closed unexpectedly.",
          "isSSLError": false,
        ], "isNetworkDown": false, "rateLimits": .null, "noResponse": .null,
      ], source: "connection_retry", at: instant)
  }

  private mutating func failed(_ error: JSONText, source: String, at instant: Instant) {
    line(
      [
        ("type", "system"), ("subtype", "api_error"), ("level", "error"), ("error", error),
        ("retryInMs", 547),
        ("retryAttempt", 1), ("maxRetries", 10), ("source", .string(source)),
        (Self.reversedStampKey, .null),
      ], at: instant, slugged: false)
  }

  /// The request was refused; the client answers in the model's place, at no cost.
  mutating func refused(at instant: Instant) {
    var usage: [JSONText.Member] = [
      ("input_tokens", 0), ("output_tokens", 0), ("cache_creation_input_tokens", 0),
      ("cache_read_input_tokens", 0),
      ("server_tool_use", ["web_search_requests": 0, "web_fetch_requests": 0]), ("service_tier", .null),
      ("cache_creation", ["ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0]),
    ]
    if shape >= .middle { usage += [("inference_geo", .null), ("iterations", .null), ("speed", .null)] }
    var message: [JSONText.Member] = [
      ("id", .string(context.chance.uuid())), ("container", .null), ("model", "<synthetic>"),
      ("role", "assistant"),
    ]
    if shape >= .middle { message.append(("stop_details", .null)) }
    message += [
      ("stop_reason", "stop_sequence"), ("stop_sequence", ""), ("type", "message"), ("usage", .object(usage)),
      ("content", [["type": "text", "text": "API Error: 529 Overloaded. Please try again."]]),
      ("context_management", .null),
    ]
    line(
      [
        ("type", "assistant"), (Self.stampKey, .null), ("message", .object(message)),
        ("requestId", .string("req_011C\(context.chance.base62(20))")), ("error", "server_error"),
        ("isApiErrorMessage", true), ("apiErrorStatus", 529),
      ], at: instant, slugged: promptCount > 1)
  }

  mutating func compacted(at instant: Instant) {
    let before = parent
    line(
      [
        ("type", "system"), ("subtype", "compact_boundary"), ("content", "Conversation compacted"),
        ("isMeta", false), (Self.reversedStampKey, .null), ("level", "info"),
        (
          "compactMetadata",
          [
            "trigger": "auto", "preTokens": 96_412, "durationMs": 13_874, "postTokens": 2_665,
            "cumulativeDroppedTokens": 93_747,
          ]
        ),
      ], at: instant, slugged: true, logicalParent: before, isRoot: true)
    var body: [JSONText.Member] = []
    if shape >= .middle { body.append(("promptId", .string(promptID))) }
    body += [
      ("type", "user"),
      (
        "message",
        [
          "role": "user",
          "content":
            "This session is being continued from a previous conversation that ran out of context. The person asked for one part of the harbour's books; its file is written and registered, and the tests come next.",
        ]
      ),
      ("isVisibleInTranscriptOnly", true), ("isCompactSummary", true), (Self.stampKey, .null),
    ]
    line(body, at: instant, slugged: true)
  }
}
