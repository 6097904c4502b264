/// One attempt at one model call through the gateway: opened before the upstream sees it, settled when it is over.
///
/// It holds no content: of a request only what it asked for and who asked, of an answer only what it used.
package struct CallFact: Hashable, Sendable, Codable, Identifiable {
  /// How an attempt came to its end.
  package enum Ending: String, Sendable, Codable, Hashable, CaseIterable {
    /// It is still under way, as far as is known.
    case open
    case completed
    /// The upstream answered with an error.
    case refusedByUpstream = "refused-by-upstream"
    /// No answer came: the upstream could not be reached, or hung up before it answered.
    case failed
    /// The upstream stopped midway.
    case cut
    case clientLeft = "client-left"
    case timedOut = "timed-out"
    /// The gateway itself was killed; settled when it started again.
    case crashed
  }

  /// Where the usage of an attempt is known from.
  package enum UsageSource: String, Sendable, Codable, Hashable, CaseIterable {
    /// The provider's own figure for the whole call.
    case provider
    /// The provider's figures, but not its last ones: it used at least so much.
    case partial
    /// It was not billed, so that there is nothing to know.
    case none
    case unknown
  }

  /// What kind of name ``responseID`` is, and with that which logs name the same call by it.
  package enum ResponseSpace: String, Sendable, Codable, Hashable, CaseIterable {
    case anthropicMessage = "anthropic-message"
    case openAIResponse = "openai-response"
    /// No log has it, so that the call goes by its own ``id`` unless it is long enough to be the only one of its name
    /// (``EventID/modelResponse(_:)``): telemetry knows it by that.
    case unshared
  }

  /// Of the attempt; see ``id(ofAttempt:call:)``.
  package var id: Key128
  /// What the attempts at one call have in common; in the order of time.
  package var call: Key128
  /// From 1.
  package var attempt: Int
  package var account: AccountID
  package var scopes: ChargeScopes
  package var tool: Tool
  /// `nil` unless the client said so.
  package var session: SessionID?
  package var sessionName: String?
  /// `anthropic`, `openAI` or `gemini`.
  package var dialect: String
  package var endpoint: String
  package var upstream: String
  /// As the client named it; empty where a request names none.
  package var requestedModel: String
  /// As the upstream says that it answered with.
  package var model: String?
  /// When it was admitted: whose day, week and month it is charged to.
  package var opened: Instant
  package var firstByte: Instant?
  package var settled: Instant?
  /// Of HTTP, as the upstream answered.
  package var status: Int?
  package var ending: Ending
  package var usageSource: UsageSource
  /// First the call as a whole, then its iterations, if the provider lists what it did beyond it.
  package var usage: [CallUsage]
  /// The provider's own words on usage, at most ``rawUsageLimit`` bytes of them.
  package var rawUsage: [UInt8]
  package var requestID: String?
  package var responseID: String?
  package var responseSpace: ResponseSpace
  /// The most that it may cost, held back from every budget until it is settled.
  package var reserved: NanoDollars
  package var reservedTokens: Int64
  /// What counts against budgets, at list price; of a subscription nothing, and of a call whose usage is unknown all
  /// that was reserved.
  package var charged: NanoDollars
  package var chargedTokens: Int64
  /// Whether the client's own subscription paid for it.
  package var isSubscription: Bool
  /// Whether providers bill such calls at all.
  package var isBilled: Bool

  package static let rawUsageLimit = 16 * 1024

  /// An attempt as it is opened.
  ///
  /// - Parameter id: If it is known; else what follows from the call and the attempt.
  package init(
    id: Key128? = nil, call: Key128, attempt: Int = 1, account: AccountID = .local,
    scopes: ChargeScopes = ChargeScopes(),
    tool: Tool = .other, session: SessionID? = nil, sessionName: String? = nil, dialect: String,
    endpoint: String, upstream: String, requestedModel: String,
    responseSpace: ResponseSpace = .unshared, opened: Instant, reserved: NanoDollars = .zero,
    reservedTokens: Int64 = 0, isSubscription: Bool = false, isBilled: Bool = true
  ) {
    self.id = id ?? Self.id(ofAttempt: attempt, call: call)
    self.call = call
    self.attempt = attempt
    self.account = account
    self.scopes = scopes
    self.tool = tool
    self.session = session
    self.sessionName = sessionName
    self.dialect = dialect
    self.endpoint = endpoint
    self.upstream = upstream
    self.requestedModel = requestedModel
    self.responseSpace = responseSpace
    self.opened = opened
    self.ending = .open
    self.usageSource = .unknown
    self.usage = []
    self.rawUsage = []
    self.reserved = reserved
    self.reservedTokens = reservedTokens
    self.charged = .zero
    self.chargedTokens = 0
    self.isSubscription = isSubscription
    self.isBilled = isBilled
  }

  /// Near the call's own key wherever keys are kept in order.
  package static func id(ofAttempt attempt: Int, call: Key128) -> Key128 {
    Key128(high: call.high, low: Key128(part: attempt, of: call).low)
  }

  package var isOpen: Bool { ending == .open }
}

/// What one model used in a call.
package struct CallUsage: Hashable, Sendable, Codable {
  /// As the provider names it; `nil` if it does not.
  package var model: String?
  package var counts: TokenCounts
  package var service: UsageRecord.Service

  package init(
    model: String?, counts: TokenCounts, service: UsageRecord.Service = UsageRecord.Service()
  ) {
    self.model = model
    self.counts = counts
    self.service = service
  }
}
