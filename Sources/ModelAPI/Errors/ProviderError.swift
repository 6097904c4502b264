/// A refusal or failure of the gateway's own, told in the words that clients of each provider understand.
package struct ProviderError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable, CaseIterable {
    /// No key, or one that is not known, expired, or revoked.
    case authentication
    /// The key may not do this.
    case permission
    /// No such path, or no such model for this key.
    case notFound
    case tooLarge
    case malformed
    /// A limit on money or tokens is reached.
    case budget
    /// A limit on flow is reached: requests, tokens, or calls at once.
    case rate
    /// The gateway or every upstream is out of service.
    case unavailable
    case upstreamTimeout
    /// The upstream's answer was none, or none that can be passed on.
    case badGateway
  }

  package var kind: Kind
  /// For the person at the client: what, where, what to do.
  package var message: String
  /// When it is worth trying again.
  package var retryAfterSeconds: Int64?
  /// The same as a point in time, in seconds since 1970; Codex shows it.
  package var resetsAtSeconds: Int64?
  /// The name by which the gateway's own records know the call.
  package var requestID: String?

  package init(
    _ kind: Kind, _ message: String, retryAfterSeconds: Int64? = nil, resetsAtSeconds: Int64? = nil,
    requestID: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.retryAfterSeconds = retryAfterSeconds
    self.resetsAtSeconds = resetsAtSeconds
    self.requestID = requestID
  }

  package init(_ problem: RequestProblem) { self.init(.malformed, problem.description) }

  package var status: Int {
    switch kind {
    case .malformed: 400
    case .authentication: 401
    case .permission: 403
    case .notFound: 404
    case .tooLarge: 413
    // The one status with which clients stop at once and show the message, given `x-should-retry: false`.
    case .budget, .rate: 429
    case .badGateway: 502
    case .unavailable: 503
    case .upstreamTimeout: 504
    }
  }

  /// Every header but those of the body's length and the connection.
  ///
  /// - Parameter endpoint: Where it is known, and clients of it want to be told in a way of their own.
  package func headers(
    _ dialect: Dialect, endpoint: Endpoint? = nil
  ) -> [(name: String, value: String)] {
    var headers = [(name: "content-type", value: "application/json")]
    if isFinal { headers.append(("x-should-retry", "false")) }
    if let retryAfterSeconds { headers.append(("retry-after", String(max(0, retryAfterSeconds)))) }
    if let requestID {
      switch dialect {
      case .anthropic: headers.append(("request-id", requestID))
      case .openAI: headers.append(("x-request-id", requestID))
      case .gemini: break
      }
    }
    if isUsageLimit(endpoint) { headers.append(("x-codex-promo-message", codexWords)) }
    return headers
  }

  /// Codex (0.163) stops at once and says when to come back only if a 429 calls itself so; at any other it waits and
  /// asks again, five times. Other clients of `/v1/responses` go by the status and the code, which are OpenAI's.
  private func isUsageLimit(_ endpoint: Endpoint?) -> Bool {
    guard kind == .budget else { return false }
    switch endpoint {
    case .responses, .responsesInputTokens: return true
    default: return false
    }
  }

  /// Codex shows words of its own in place of the message, with these in their middle: “You’ve hit your usage limit.
  /// …, or try again at 12:00 AM.”
  private var codexWords: String {
    let words = message.hasSuffix(".") ? message.dropLast() : message[...]
    // A header field takes ASCII only; names of keys and teams may be anything.
    return String(
      String.UnicodeScalarView(words.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
  }

  /// Whether sending the same request again at once can only fail again.
  private var isFinal: Bool {
    switch kind {
    case .unavailable, .upstreamTimeout, .badGateway: false
    default: true
    }
  }

  /// The body of an answer with ``status``.
  package func body(_ dialect: Dialect, endpoint: Endpoint? = nil) -> [UInt8] {
    switch dialect {
    case .anthropic: Array(anthropicBody.utf8)
    case .openAI where isUsageLimit(endpoint): Array(#"{"error":\#(usageLimitError)}"#.utf8)
    case .openAI: Array(#"{"error":\#(openAIError)}"#.utf8)
    case .gemini: Array(#"{"error":\#(geminiError)}"#.utf8)
    }
  }

  /// The same as an event in a stream that has begun. To be sent only between events
  /// (``ResponseMeter/isBetweenEvents``); no client can tell it from the upstream's text otherwise.
  package func event(for endpoint: Endpoint) -> [UInt8] {
    switch endpoint {
    case .messages, .countTokens:
      Array("event: error\ndata: \(anthropicBody)\n\n".utf8)
    case .responses, .responsesInputTokens:
      Array(
        """
        event: error
        data: {"type":"error","code":\(JSONText.quoted(openAINames.code)),\
        "message":\(JSONText.quoted(message)),"param":null,"sequence_number":0}\n\n
        """.utf8)
    case .chatCompletions, .embeddings, .passThrough:
      Array("data: {\"error\":\(openAIError)}\n\n".utf8)
    case .generateContent, .streamGenerateContent, .geminiCountTokens:
      Array("data: {\"error\":\(geminiError)}\n\n".utf8)
    }
  }
}
