/// Why there is no answer. Readable by people, without secrets and without what was asked.
package struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The endpoint's settings cannot work.
    case invalidEndpoint
    /// 401, 403: the key is not accepted, or not for this.
    case unauthorised
    /// 404: no such model, or no such path.
    case notFound
    /// 400, 422: the provider does not understand the request.
    case malformedRequest
    /// The conversation is longer than the model can read: compact it.
    case windowExceeded
    /// 429 that does not pass by waiting: money or quota is used up.
    case quotaExhausted
    /// 429.
    case rateLimited
    /// 503, 529, or the same said in a stream.
    case overloaded
    /// Any other 5xx, or an error in a stream.
    case serverFailed
    /// Nothing came back: no connection, or it broke before an answer began.
    case unreachable
    /// The answer broke off.
    case cut
    case timedOut
    /// The answer is none: not the format that was asked for, or not JSON.
    case unreadable
    /// The answer is longer than the endpoint's bounds.
    case tooLarge
    /// Whoever meters the attempts did not allow one.
    case notAllowed
    /// The run was stopped, or the task cancelled.
    case stopped
    /// The conversation cannot be asked with: calls are still without results, or nothing was said.
    case notReady

    /// Whether the same request, later, may be answered.
    package var isRetryable: Bool {
      switch self {
      case .rateLimited, .overloaded, .serverFailed, .unreachable, .cut, .timedOut, .unreadable: true
      case .invalidEndpoint, .unauthorised, .notFound, .malformedRequest, .windowExceeded, .quotaExhausted,
        .tooLarge, .notAllowed, .stopped, .notReady:
        false
      }
    }
  }

  package var kind: Kind
  /// What happened, where, and what to do.
  package var message: String
  /// Of HTTP, where there was one.
  package var status: Int?
  /// How long the provider asks to be left alone.
  package var retryAfter: Duration?
  /// The provider's name for the request, for its support.
  package var requestID: String?

  package init(
    _ kind: Kind, _ message: String, status: Int? = nil, retryAfter: Duration? = nil,
    requestID: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.retryAfter = retryAfter
    self.requestID = requestID
  }

  package var isRetryable: Bool { kind.isRetryable }
  package var description: String { message }
}
