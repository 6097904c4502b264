import Foundation
import ServiceSettings

extension ModelError {
  /// What a provider's refusal means.
  ///
  /// - Parameters:
  ///   - failure: The body's own words, if it has any.
  ///   - retryAfter: As ``retryAfter(_:milliseconds:now:)`` reads it.
  ///   - isFinal: The provider says that asking again is of no use (`x-should-retry: false`).
  static func refusal(
    status: Int?, failure: AnswerDraft.Failure?, endpoint: ModelEndpoint, retryAfter: Duration? = nil,
    isFinal: Bool = false, requestID: String? = nil
  ) -> ModelError {
    let kind = kind(
      status: status, type: failure?.type ?? "", message: failure?.message ?? "", isFinal: isFinal,
      mayWait: retryAfter.map { $0 <= endpoint.bounds.longestPause } ?? false)
    let code = status.map { "status \($0)" } ?? "an error in its answer"
    var sentence = "\(endpoint.host) says no to \(endpoint.model) (\(code))"
    if kind == .unauthorised {
      // What is said here may repeat the key.
      sentence += ": the key is not accepted. Check the agent’s credential and what it may be used for."
    } else {
      let words = cleaned(failure?.message ?? "", without: endpoint.credential?.secret)
      sentence += words.isEmpty ? "." : ": \(words)"
      sentence += hint(kind)
    }
    return ModelError(kind, sentence, status: status, retryAfter: retryAfter, requestID: requestID)
  }

  static func kind(status: Int?, type: String, message: String, isFinal: Bool, mayWait: Bool) -> Kind {
    if isWindow(type: type, message: message) { return .windowExceeded }
    switch type {
    case "authentication_error", "permission_error", "invalid_api_key": return .unauthorised
    case "insufficient_quota", "usage_limit_reached", "billing_error": return .quotaExhausted
    case "not_found_error", "model_not_found": return .notFound
    case "overloaded_error", "server_is_overloaded", "slow_down": return .overloaded
    case "rate_limit_error", "rate_limit_exceeded":
      return isFinal && !mayWait ? .quotaExhausted : .rateLimited
    case "request_too_large": return .windowExceeded
    default: break
    }
    switch status {
    case nil: return type == "invalid_request_error" ? .malformedRequest : .serverFailed
    case 401?, 403?: return .unauthorised
    case 404?: return .notFound
    case 413?: return .windowExceeded
    case 429?: return isFinal && !mayWait ? .quotaExhausted : .rateLimited
    case 503?, 529?: return .overloaded
    // Of these, providers' own clients repeat the first two as well.
    case .some(408), .some(409), .some(500...599): return isFinal ? .malformedRequest : .serverFailed
    default: return .malformedRequest
    }
  }

  /// Anthropic has no code for it; what it says is in its sentence.
  private static func isWindow(type: String, message: String) -> Bool {
    if type == "context_length_exceeded" || type == "string_above_max_length" { return true }
    guard type == "invalid_request_error" || type.isEmpty || type == "error" else { return false }
    let message = message.lowercased()
    return message.contains("prompt is too long") || message.contains("maximum context length")
      || message.contains("exceed context limit") || message.contains("context window")
  }

  private static func hint(_ kind: Kind) -> String {
    switch kind {
    case .notFound: " Check the model’s name and the address."
    case .windowExceeded: " The conversation has to be compacted."
    case .quotaExhausted: " Waiting does not help; raise the limit or pay the bill."
    default: ""
    }
  }

  /// A peer's sentence, fit for a log: one line, not long, without the key.
  static func cleaned(_ text: String, without secret: String?) -> String {
    var text = text
    if let secret, !secret.isEmpty { text = text.replacing(secret, with: "…") }
    let scalars = text.unicodeScalars.prefix(300).map { scalar -> Unicode.Scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
  }

  private static var httpDate: DateFormatter {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter
  }

  /// `Retry-After` (RFC 9110, 10.2.3) in seconds or as a date, or OpenAI's `retry-after-ms`.
  static func retryAfter(_ header: String?, milliseconds: String?, now: Date) -> Duration? {
    if let milliseconds, let count = Double(milliseconds), count >= 0, count < 1e12 {
      return .milliseconds(Int64(count.rounded(.up)))
    }
    guard let header else { return nil }
    if let seconds = Double(header) {
      return seconds >= 0 && seconds < 1e9 ? .milliseconds(Int64((seconds * 1000).rounded(.up))) : nil
    }
    guard let date = httpDate.date(from: header) else { return nil }
    return .milliseconds(max(0, Int64((date.timeIntervalSince(now) * 1000).rounded(.up))))
  }
}
