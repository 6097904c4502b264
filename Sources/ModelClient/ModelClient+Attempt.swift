import AsyncHTTPClient
import Effects
import Foundation
import Ledger
import ModelAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceSettings

extension ModelClient {
  /// What came of one attempt.
  struct Attempted {
    var result: Result<ModelAnswer, ModelError>
    var usage: ModelUsage
    var responseID: String?
    var requestID: String?
    var servedModel: String?
  }

  /// Asks once.
  func attempt(_ question: Question) async -> Attempted {
    let (conversation, endpoint, body) = (question.conversation, question.endpoint, question.body)
    let progress = AttemptProgress(endpoint)
    let request = Self.request(body, endpoint)
    var requestID: String?
    var attempted: Attempted
    do {
      requestID = try await withThrowingTaskGroup(of: String?.self) { group in
        group.addTask { try await self.receive(request, at: endpoint, progress) }
        group.addTask {
          try await progress.watch(endpoint.bounds)
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
      attempted = Attempted(
        result: Self.answer(progress.draft, conversation, endpoint), usage: ModelUsage())
    } catch {
      progress.cut()
      // All that the model had to say may have come before the connection broke.
      let draft = progress.draft
      let problem = Self.problem(error, draft: draft, at: endpoint)
      let isCutOnly = problem.kind == .cut || problem.kind == .timedOut
      attempted = Attempted(
        result: isCutOnly && draft.stop != nil
          ? Self.answer(draft, conversation, endpoint) : .failure(problem),
        usage: Self.mayHaveBeenWorkedOn(error) ? .unanswered(requestBytes: body.count) : ModelUsage())
      requestID = problem.requestID
    }
    attempted.requestID = requestID
    if let (usage, reading) = progress.usage(requestBytes: body.count) {
      // One that was taken on and said nothing yet may be billed all the same.
      if usage.source != .none || attempted.usage.source == .none { attempted.usage = usage }
      attempted.responseID = reading.responseID
      attempted.servedModel = reading.model
      if case .success(var answer) = attempted.result {
        answer.usage = attempted.usage
        answer.responseID = reading.responseID
        answer.requestID = requestID
        attempted.result = .success(answer)
      }
    }
    return attempted
  }

  static func request(_ body: [UInt8], _ endpoint: ModelEndpoint) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: endpoint.url)
    request.method = .POST
    for (name, value) in endpoint.headers.sorted(by: { $0.key < $1.key }) {
      request.headers.add(name: name, value: value)
    }
    request.headers.replaceOrAdd(name: "content-type", value: "application/json")
    request.headers.replaceOrAdd(name: "accept", value: "text/event-stream")
    request.headers.replaceOrAdd(name: "user-agent", value: "assay")
    switch endpoint.format {
    case .messages:
      request.headers.replaceOrAdd(name: "anthropic-version", value: "2023-06-01")
      if let credential = endpoint.credential {
        request.headers.replaceOrAdd(name: "x-api-key", value: credential.secret)
      }
    case .chatCompletions, .responses:
      if let credential = endpoint.credential {
        request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(credential.secret)")
      }
    }
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  // MARK: Inside

  /// - Returns: The provider's name for the request.
  private func receive(
    _ request: HTTPClientRequest, at endpoint: ModelEndpoint, _ progress: AttemptProgress
  ) async throws -> String? {
    // Time is watched by byte, beside this.
    let response = try await client.execute(request, deadline: .distantFuture)
    let headers = response.headers
    let id = headers.first(name: "request-id") ?? headers.first(name: "x-request-id")
    let requestID = id.map { ModelError.cleaned($0, without: nil) }
    guard response.status.code == 200 else {
      var body: [UInt8] = []
      // The words of an error are few; what is more than this is none.
      for try await part in response.body where body.count < 64 << 10 {
        body += part.readableBytesView
      }
      let json = try? JSON(bytes: Data(body))
      throw ModelError.refusal(
        status: Int(response.status.code), failure: AnswerDraft.Failure(json?["error"]), endpoint: endpoint,
        retryAfter: ModelError.retryAfter(
          headers.first(name: "retry-after"), milliseconds: headers.first(name: "retry-after-ms"),
          now: now().date),
        isFinal: headers.first(name: "x-should-retry") == "false", requestID: requestID)
    }
    progress.begin(contentType: headers.first(name: "content-type"))
    for try await part in response.body { try progress.take(Array(part.readableBytesView)) }
    // A body that ends because nobody listens any more has not ended.
    try Task.checkCancellation()
    try progress.finish()
    return requestID
  }

  private static func answer(
    _ draft: AnswerDraft, _ conversation: Conversation, _ endpoint: ModelEndpoint
  ) -> Result<ModelAnswer, ModelError> {
    if let answer = draft.answer(endpoint.format, tools: conversation.tools, bounds: endpoint.bounds) {
      return .success(ModelAnswer(format: endpoint.format, blocks: answer.blocks, stop: answer.stop))
    }
    if let failure = draft.failure {
      return .failure(.refusal(status: nil, failure: failure, endpoint: endpoint))
    }
    return .failure(
      ModelError(.cut, "The answer of \(endpoint.host) broke off. Nothing of it was acted upon."))
  }

  private static func problem(
    _ error: any Error, draft: AnswerDraft, at endpoint: ModelEndpoint
  ) -> ModelError {
    switch error {
    case let error as ModelError: return error
    case AttemptProgress.Problem.tooLong:
      let limit = endpoint.bounds.answerBytes
      return ModelError(.tooLarge, "The answer of \(endpoint.host) is longer than \(limit) bytes.")
    case AttemptProgress.Problem.unreadable:
      return ModelError(
        .unreadable, "\(endpoint.host) answered with something else than the \(endpoint.format) format.")
    case AttemptProgress.Problem.timedOut:
      return ModelError(.timedOut, "\(endpoint.host) was silent, or busy with one answer, for too long.")
    case is CancellationError: return ModelError(.stopped, "The call was stopped.")
    case _ where Task.isCancelled: return ModelError(.stopped, "The call was stopped.")
    case _ where isUnconnected(error):
      return ModelError(.unreachable, "\(endpoint.host) cannot be reached.")
    default:
      // What is said of it may hold the address, and with that nothing secret; but no more than its kind helps.
      let cause = cleanedCause(error)
      return ModelError(.cut, "The connection to \(endpoint.host) broke: \(cause). Nothing was acted upon.")
    }
  }

  private static func cleanedCause(_ error: any Error) -> String {
    String(ModelError.cleaned("\(error)", without: nil).prefix(120))
  }

  private static func isUnconnected(_ error: any Error) -> Bool {
    if error is NIOConnectionError { return true }
    if let error = error as? IOError {
      return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
    }
    guard let error = error as? HTTPClientError else { return false }
    return error == .connectTimeout || error == .getConnectionFromPoolTimeout
      || error == .tlsHandshakeTimeout
  }

  /// Whether the provider may have begun to work although nothing of it was seen.
  private static func mayHaveBeenWorkedOn(_ error: any Error) -> Bool {
    !(isUnconnected(error) || error is ModelError)
  }
}
