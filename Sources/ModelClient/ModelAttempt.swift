package import Ledger

/// One request as it is about to be sent.
package struct PlannedAttempt: Hashable, Sendable {
  /// From 1, within one `ask`.
  package var number: Int
  package var model: String
  package var host: String
  package var format: WireFormat
  package var purpose: Purpose
  package var requestBytes: Int
  /// No text of so many bytes has more tokens.
  package var inputTokenBound: Int64
  package var maxOutputTokens: Int64

  /// What the tokens are for.
  package enum Purpose: String, Hashable, Sendable, Codable, CaseIterable { case work, compaction }
}

/// One request after it ended, however it did. Each may have been billed.
package struct ModelAttempt: Hashable, Sendable {
  package var plan: PlannedAttempt
  package var started: Instant
  package var ended: Instant
  package var usage: ModelUsage
  package var outcome: Outcome
  package var responseID: String?
  package var requestID: String?
  /// As the provider names the model that answered.
  package var servedModel: String?

  package enum Outcome: Hashable, Sendable {
    case answered(ModelAnswer.StopReason)
    case failed(ModelError.Kind, status: Int?)
  }
}

/// Is told of every attempt: before, so that it can hold back money or say no; after, so that each is counted.
package protocol AttemptMeter: Sendable {
  /// - Throws: ``ModelError`` of kind `notAllowed` or `stopped`; nothing is sent then.
  func willAsk(_ plan: PlannedAttempt) async throws(ModelError)

  /// Called once for every attempt that was allowed, also when it failed or the task was cancelled.
  func didAsk(_ attempt: ModelAttempt) async
}
