extension ProviderError {
  // MARK: Anthropic

  var anthropicBody: String {
    let id = requestID.map { #","request_id":\#(JSONText.quoted($0))"# } ?? ""
    let error = #"{"type":"\#(anthropicType)","message":\#(JSONText.quoted(message))}"#
    return #"{"type":"error","error":\#(error)\#(id)}"#
  }

  /// Anthropic's names (<https://docs.anthropic.com/en/api/errors>).
  private var anthropicType: String {
    switch kind {
    case .malformed: "invalid_request_error"
    case .authentication: "authentication_error"
    case .permission: "permission_error"
    case .notFound: "not_found_error"
    case .tooLarge: "request_too_large"
    case .budget, .rate: "rate_limit_error"
    case .unavailable: "overloaded_error"
    case .upstreamTimeout: "timeout_error"
    case .badGateway: "api_error"
    }
  }

  // MARK: OpenAI

  var openAIError: String {
    let (type, code) = openAINames
    return """
      {"message":\(JSONText.quoted(message)),"type":"\(type)","param":null,"code":\(JSONText.quoted(code))}
      """
  }

  /// As ChatGPT's own backend tells Codex that a plan is used up.
  var usageLimitError: String {
    let resets = resetsAtSeconds.map { #","resets_at":\#($0)"# } ?? ""
    return """
      {"message":\(JSONText.quoted(message)),"type":"usage_limit_reached","param":null,\
      "code":\(JSONText.quoted(openAINames.code))\(resets)}
      """
  }

  /// OpenAI's names (<https://platform.openai.com/docs/guides/error-codes>). Of its two for 429 clients give up on
  /// the one and come back after the other.
  var openAINames: (type: String, code: String) {
    switch kind {
    case .malformed: ("invalid_request_error", "invalid_request")
    case .authentication: ("invalid_request_error", "invalid_api_key")
    case .permission: ("invalid_request_error", "permission_denied")
    case .notFound: ("invalid_request_error", "model_not_found")
    case .tooLarge: ("invalid_request_error", "request_too_large")
    case .budget: ("insufficient_quota", "insufficient_quota")
    case .rate: ("requests", "rate_limit_exceeded")
    case .unavailable: ("server_error", "server_is_overloaded")
    case .upstreamTimeout: ("server_error", "upstream_timeout")
    case .badGateway: ("server_error", "bad_gateway")
    }
  }

  // MARK: Gemini

  var geminiError: String {
    """
    {"code":\(status),"message":\(JSONText.quoted(message)),"status":"\(geminiStatus)"\(geminiDetails)}
    """
  }

  /// Google's names (google.rpc.Code).
  private var geminiStatus: String {
    switch kind {
    case .malformed, .tooLarge: "INVALID_ARGUMENT"
    case .authentication: "UNAUTHENTICATED"
    case .permission: "PERMISSION_DENIED"
    case .notFound: "NOT_FOUND"
    case .budget, .rate: "RESOURCE_EXHAUSTED"
    case .unavailable: "UNAVAILABLE"
    case .upstreamTimeout: "DEADLINE_EXCEEDED"
    case .badGateway: "INTERNAL"
    }
  }

  /// Gemini's clients take the time to wait from the body.
  private var geminiDetails: String {
    guard let retryAfterSeconds else { return "" }
    return """
      ,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\(max(0, retryAfterSeconds))s"}]
      """
  }
}

/// Writes JSON strings by hand: a handful of short messages does not need an encoder.
enum JSONText {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
