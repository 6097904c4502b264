package import Ledger

/// What a request asks for, as far as it matters to who may send it and what it can cost. No content.
package struct RequestFacts: Hashable, Sendable {
  /// How long what the request writes into the provider's cache is to live.
  package enum CacheWrites: Hashable, Sendable {
    /// It asks for none. (OpenAI and Gemini cache by themselves.)
    case none
    case fiveMinutes
    /// Some of it for an hour.
    case oneHour
  }

  package var model: String
  package var isStream: Bool
  /// The most that it lets the model write, over all answers asked for; `nil` if it sets no bound.
  package var maxOutputTokens: Int64?
  /// No text of so many bytes has more tokens; images and sound are bounded by what they can cost.
  package var inputTokenBound: Int64
  /// Whether everything that the model will read is in the body: not so if it refers to an earlier answer, a
  /// stored file or prompt, or media at an address. ``inputTokenBound`` then bounds only what is there.
  package var isInputComplete: Bool
  /// Chat Completions: whether the client itself wants the chunk with usage at the stream's end.
  package var asksForUsage: Bool
  package var cacheWrites: CacheWrites
  /// As asked for; the provider may serve it otherwise.
  package var service: UsageRecord.Service
  /// Responses: answered later, to a GET, so that its usage does not come with the answer to this.
  package var isBackground: Bool
  /// The client's name for its session, from Anthropic's `metadata.user_id`.
  package var sessionName: String?
  /// The same for the same body sent again to the same endpoint.
  package var fingerprint: UInt64

  package init(
    model: String, isStream: Bool = false, maxOutputTokens: Int64? = nil, inputTokenBound: Int64 = 0,
    isInputComplete: Bool = true, asksForUsage: Bool = false, cacheWrites: CacheWrites = .none,
    service: UsageRecord.Service = UsageRecord.Service(), isBackground: Bool = false,
    sessionName: String? = nil, fingerprint: UInt64 = 0
  ) {
    self.model = model
    self.isStream = isStream
    self.maxOutputTokens = maxOutputTokens
    self.inputTokenBound = inputTokenBound
    self.isInputComplete = isInputComplete
    self.asksForUsage = asksForUsage
    self.cacheWrites = cacheWrites
    self.service = service
    self.isBackground = isBackground
    self.sessionName = sessionName
    self.fingerprint = fingerprint
  }

  /// More than any request may ask for.
  package static let mostTokens: Int64 = 1_000_000_000
  package static let mostAnswers: Int64 = 1024

  /// Reads the body of a request to an endpoint with a model (``Endpoint/hasModelBody``).
  ///
  /// - Throws: A ``RequestProblem`` to answer the client with.
  package static func read(body: Span<UInt8>, route: ModelRoute) throws(RequestProblem) -> RequestFacts {
    var reading = RequestReading(route: route)
    try body.withUnsafeBufferPointer { text throws(RequestProblem) in try reading.read(text) }
    return try reading.facts()
  }
}
