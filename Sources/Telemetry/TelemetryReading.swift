package import Ledger

/// What a request holds, and how it is to be answered. It is either read whole or, if it is malformed, not at all.
package struct TelemetryReading: Sendable {
  /// Usage is of kind ``UsageRecord/Kind/telemetry`` and of the account that the credential names.
  package var facts = FactBatch()
  /// What the request says of who it is about; never an account.
  package var claims: [TelemetryClaims: Set<SessionID>] = [:]
  /// Counters of tokens, which make no records: what records are reconciled with.
  package var meters: [TokenMeter] = []
  /// Log records, spans and data points in the request.
  package var recordCount = 0
  /// Of those: not taken, by reason.
  package var rejected: [Rejection: Int] = [:]
  /// Of those: nothing that Assay keeps, such as other programs' logs. They count as accepted.
  package var passedOver = 0
  /// Of those: taken with a doubt.
  package var doubts: [Doubt: Int] = [:]
  package var answer: OTLPAnswer

  /// Why a record was not taken.
  package enum Rejection: String, Sendable, Hashable, CaseIterable {
    case tooMany = "over the limit of records in one request"
    case noTime = "without a time, or with one that cannot be"
    case nameTooLong = "with a session or model name that is too long"
  }

  /// What a record that was taken leaves open.
  package enum Doubt: String, Sendable, Hashable, CaseIterable {
    case impossibleCount = "with token counts that cannot be; their usage is unknown"
    case usageMissing = "of calls without token counts; their usage is unknown"
    /// Kept out of tool calls, which belong to a turn.
    case noTurn = "of tool calls that name no prompt"
  }
}

/// What a payload says of a person; it binds nobody. The credential decides whose the usage is.
package struct TelemetryClaims: Hashable, Sendable {
  package var email: String?
  /// Of the provider's account.
  package var accountUUID: String?
  package var accountID: String?
  package var organization: String?
  /// Of an installation, or whatever the application calls its users.
  package var user: String?
}

/// One data point of a counter of tokens.
package struct TokenMeter: Hashable, Sendable {
  /// As the tool's metric names it.
  package enum Class: String, Sendable, Hashable {
    case input, output, cacheRead, cacheWrite, reasoning, tool
  }

  package var tool: Tool
  /// `nil` where the metric names none.
  package var session: SessionID?
  package var model: String?
  package var `class`: Class
  package var count: Int64
  package var started: Instant?
  package var at: Instant
  /// Whether the count is of the time since `started` only, rather than of all since the tool began.
  package var isDelta: Bool
}
