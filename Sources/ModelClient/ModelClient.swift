package import AsyncHTTPClient
package import Ledger
import NIOCore

/// Asks models, patiently and within bounds. Nothing of an answer is handed out before all of it is there, so that an
/// attempt that broke off can be repeated without anything having been acted upon.
package struct ModelClient: Sendable {
  let client: HTTPClient
  let now: @Sendable () -> Instant
  let pause: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - client: One made with ``configuration``: it follows no redirects, so that keys and content go to whom they were
  ///     meant for.
  ///   - now: For the times of attempts.
  ///   - pause: How it waits.
  package init(
    _ client: HTTPClient, now: @escaping @Sendable () -> Instant,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.client = client
    self.now = now
    self.pause = pause
  }

  package static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(10)
    // Every attempt is ours to count.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  /// The model's next answer. The conversation is as it was: take the answer into it once it is in the journal.
  ///
  /// Attempts that may pass are repeated, with the pause that the provider asks for.
  package func ask(
    _ conversation: Conversation, at endpoint: ModelEndpoint, meter: some AttemptMeter,
    purpose: PlannedAttempt.Purpose = .work
  ) async throws(ModelError) -> ModelAnswer {
    try await ask(Question(conversation, at: endpoint, purpose: purpose), meter: meter)
  }

  package func ask(_ question: Question, meter: some AttemptMeter) async throws(ModelError) -> ModelAnswer {
    guard question.conversation.isReady else {
      throw ModelError(.notReady, "The model cannot be asked: calls wait for results, or nothing was said.")
    }
    let endpoint = question.endpoint
    var own = Duration.seconds(1)
    var plan = question.firstAttempt
    while true {
      let error: ModelError
      switch try await metered(question, plan, meter) {
      case .success(let answer): return answer
      case .failure(let failure): error = failure
      }
      guard error.isRetryable, plan.number < endpoint.bounds.attempts else { throw error }
      // Many agents that were refused together do not come back together.
      var wait = own * Double.random(in: 0.5...1)
      if let asked = error.retryAfter {
        guard asked <= endpoint.bounds.longestPause else { throw error }
        wait = max(asked, .zero)
      }
      do { try await pause(wait) } catch { throw ModelError(.stopped, "The call was stopped.") }
      own = min(own * 2, endpoint.bounds.longestOwnPause)
      plan.number += 1
    }
  }

  private func metered(
    _ question: Question, _ plan: PlannedAttempt, _ meter: some AttemptMeter
  ) async throws(ModelError) -> Result<ModelAnswer, ModelError> {
    try await meter.willAsk(plan)
    let started = now()
    let attempted = await attempt(question)
    let outcome: ModelAttempt.Outcome =
      switch attempted.result {
      case .success(let answer): .answered(answer.stop)
      case .failure(let error): .failed(error.kind, status: error.status)
      }
    let finished = ModelAttempt(
      plan: plan, started: started, ended: now(), usage: attempted.usage, outcome: outcome,
      responseID: attempted.responseID, requestID: attempted.requestID, servedModel: attempted.servedModel)
    // In a task of its own, since what a stopped run used is counted too.
    await Task { await meter.didAsk(finished) }.value
    return attempted.result
  }
}

extension Conversation {
  /// Whether it is the model's turn.
  package var isReady: Bool {
    switch turns.last {
    case nil: false
    case .answered(let answer)?: answer.stop == .paused && answer.calls.isEmpty
    case .told?, .results?, .summary?: true
    }
  }
}
