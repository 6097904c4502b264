import AsyncHTTPClient
import Effects
import Foundation
import Ledger
import ModelClient
import ScriptedModel
import Synchronization
import Testing

/// The client against the scripted model, over real connections.
struct AskTests {
  /// What pauses were asked for, without waiting for them.
  final class Pauses: Sendable {
    private let log = Mutex<[Duration]>([])
    var all: [Duration] { log.withLock { $0 } }
    func add(_ pause: Duration) { log.withLock { $0.append(pause) } }
  }

  struct Stage: Sendable {
    var model: ScriptedModel
    var client: ModelClient
    var pauses: Pauses
    func endpoint(_ format: WireFormat) throws -> ModelEndpoint {
      try ModelClientTests.endpoint(format, base: model.baseURL)
    }
  }

  static func with(_ script: String, _ body: (Stage) async throws -> Void) async throws {
    let model = try await ScriptedModel.start(Script(text: script))
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ModelClient.configuration)
    let pauses = Pauses()
    let client = ModelClient(http, now: { Instant(Date()) }, pause: { pauses.add($0) })
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(Stage(model: model, client: client, pauses: pauses)))
    } catch {
      result = .failure(error)
    }
    try await http.shutdown()
    try await model.stop()
    try result.get()
  }

  static let work = """
    rules:
      - when: {turn: 1}
        reasoning: First I look.
        text: I look.
        calls:
          - {tool: git_log, arguments: {limit: 3}}
          - {tool: git_log, arguments: {limit: 5}}
      - when: {turn: 2, resultOf: git_log}
        calls:
          - {tool: deploy, arguments: {sha: "{{git_log/[0-9a-f]{7}/}}", note: "Größe"}}
      - when: {turn: 3}
        text: "Deployed: {{deploy}}"
    """

  @Test(arguments: WireFormat.allCases)
  func `a run of three answers, with calls in parallel, and every token counted once`(
    format: WireFormat
  ) async throws {
    try await Self.with(Self.work) { stage in
      let endpoint = try stage.endpoint(format)
      let meter = RecordingMeter()
      // Long enough that providers keep the prompt.
      var conversation = Conversation(
        instructions: String(repeating: "You release. ", count: 500), tools: [logTool, deployTool],
        fenceSecret: "0123456789abcdef")
      try conversation.tell([Passage("Release it.", from: .owner)])
      var calls = try conversation.take(await stage.client.ask(conversation, at: endpoint, meter: meter))
      #expect(calls.map(\.arguments) == [["limit": 3], ["limit": 5]])
      try conversation.take(
        results: calls.map { .init(call: $0.id, [Passage("abc1234 Fix it", from: .untrusted("commits"))]) })
      calls = try conversation.take(await stage.client.ask(conversation, at: endpoint, meter: meter))
      #expect(calls.map(\.tool) == ["deploy"])
      #expect(calls.map(\.arguments) == [["sha": "abc1234", "note": "Größe"]])
      try conversation.take(results: [
        .init(call: calls[0].id, [Passage("healthy", from: .system("deployments"))])
      ])
      let last = try await stage.client.ask(conversation, at: endpoint, meter: meter)
      #expect(last.text == "Deployed: healthy")
      #expect(last.stop == .finished)
      #expect(try conversation.take(last).isEmpty)

      let served = stage.model.served
      #expect(served.map(\.status) == [200, 200, 200])
      #expect(meter.attempts.map(\.usage.stated) == served.map { $0.usage ?? TokenCounts() })
      #expect(meter.attempts.map(\.responseID) == served.map(\.responseID))
      #expect(meter.attempts.allSatisfy { $0.usage.source == .provider && !$0.usage.isEstimated })
      // The second and third question read what the one before them left.
      #expect(served.dropFirst().allSatisfy { ($0.usage?.cacheRead ?? 0) > 1_000 })
      for attempt in meter.attempts {
        #expect(attempt.plan.inputTokenBound >= attempt.usage.stated.input ?? 0)
      }
    }
  }

  @Test(arguments: WireFormat.allCases, [429, 500, 503, 529])
  func `busy providers are asked again after the pause they want, and each attempt is reported`(
    format: WireFormat, status: Int
  ) async throws {
    try await Self.with(
      "rules: [{text: Hello, fault: {status: \(status), retryAfterSeconds: 7, times: 2}}]"
    ) { stage in
      let meter = RecordingMeter()
      let answer = try await stage.client.ask(conversation(), at: stage.endpoint(format), meter: meter)
      #expect(answer.text == "Hello")
      #expect(stage.pauses.all == [.seconds(7), .seconds(7)])
      #expect(meter.plans.map(\.number) == [1, 2, 3])
      #expect(meter.attempts.map(\.usage.source) == [.none, .none, .provider])
      #expect(stage.model.served.map(\.status) == [status, status, 200])
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `a pause longer than the bounds is the caller's to wait`(format: WireFormat) async throws {
    try await Self.with("rules: [{fault: {status: 429, retryAfterSeconds: 3600}}]") { stage in
      let error = await #expect(throws: ModelError.self) {
        try await stage.client.ask(conversation(), at: stage.endpoint(format), meter: RecordingMeter())
      }
      #expect(error?.kind == .rateLimited)
      #expect(error?.retryAfter == .seconds(3600))
      #expect(stage.pauses.all.isEmpty)
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `an answer that breaks off is asked for again, and what the first used is not lost`(
    format: WireFormat
  ) async throws {
    // Some ten pieces of text come, with pauses.
    let bytes = [.messages: 1400, .chatCompletions: 2400, .responses: 3400][format] ?? 0
    let fault = "{cutAfterBytes: \(bytes), pauseMilliseconds: 50, times: 1}"
    try await Self.with(
      "rules: [{text: \(String(repeating: "long ", count: 100)), fault: \(fault)}]"
    ) { stage in
      let meter = RecordingMeter()
      let answer = try await stage.client.ask(conversation(), at: stage.endpoint(format), meter: meter)
      #expect(answer.text.hasPrefix("long long"))
      try #require(meter.attempts.count == 2)
      let first = meter.attempts[0]
      #expect(first.outcome == .failed(.cut, status: nil))
      let estimate = try #require(first.usage.estimate)
      let truth = try #require(stage.model.served[0].usage)
      #expect(stage.model.served[0].isCut)
      // Of what it wrote not all came, on a busy machine none of it: async-http-client gives away what it has not handed
      // over when a connection ends. That what came counts is ReaderTests'. Of what it read the provider said, or the
      // bytes say.
      #expect((0...(truth.output ?? 0)).contains(estimate.output ?? -1))
      #expect((estimate.input ?? 0) >= truth.input ?? 0)
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `a stream without usage is an estimate, never nothing`(format: WireFormat) async throws {
    try await Self.with("rules: [{text: Hello there, fault: {omitsUsage: true}}]") { stage in
      let answer = try await stage.client.ask(
        conversation(), at: stage.endpoint(format), meter: RecordingMeter())
      #expect(answer.usage.isEstimated)
      #expect((answer.usage.best.input ?? 0) > 0)
      #expect((answer.usage.best.output ?? 0) > 0)
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `calls that are none are refused, one by one, and the provider takes the conversation back`(
    format: WireFormat
  ) async throws {
    try await Self.with(
      """
      rules:
        - when: {turn: 1}
          calls:
            - {tool: git_log, arguments: {limit: 1}, id: same}
            - {tool: git_log, arguments: {limit: 2}, id: same}
            - {tool: deploy, raw: "{\\"sha\\": \\"abc"}
            - {tool: "rm -rf /", arguments: {}}
            - {tool: deploy, raw: "[1, 2]"}
            - {tool: git_log, arguments: {limit: 3}, id: "no name at all"}
        - when: {turn: 2, contains: not one JSON object}
          text: I see.
      """
    ) { stage in
      let endpoint = try stage.endpoint(format)
      var conversation = try conversation()
      let answer = try await stage.client.ask(conversation, at: endpoint, meter: RecordingMeter())
      #expect(
        answer.calls.map(\.problem) == [
          nil, .duplicateID, .malformedArguments, .unknownTool(known: ["git_log", "deploy"]),
          .malformedArguments, nil,
        ])
      let calls = try conversation.take(answer)
      #expect(calls.map(\.arguments) == [["limit": 1], ["limit": 3]])
      try conversation.take(results: calls.map { .init(call: $0.id, [Passage("log", from: .system("git"))]) })
      let second = try await stage.client.ask(conversation, at: endpoint, meter: RecordingMeter())
      #expect(second.text == "I see.")
      #expect(stage.model.served.map(\.status) == [200, 200])
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `an answer that reached its limit in the midst of a call performs none of its calls`(
    format: WireFormat
  ) async throws {
    try await Self.with(
      """
      rules:
        - when: {turn: 1}
          stop: max_tokens
          calls: [{tool: git_log}, {tool: deploy, arguments: {sha: abc, note: long long}}]
        - text: Again.
      """
    ) { stage in
      var conversation = try conversation()
      let answer = try await stage.client.ask(
        conversation, at: stage.endpoint(format), meter: RecordingMeter())
      #expect(answer.stop == .outputLimit)
      #expect(answer.calls.map(\.problem) == [.unfinishedAnswer, .unfinishedAnswer])
      #expect(try conversation.take(answer).isEmpty)
      let next = try await stage.client.ask(conversation, at: stage.endpoint(format), meter: RecordingMeter())
      #expect(next.text == "Again.")
    }
  }

  @Test(arguments: WireFormat.allCases)
  func `bounds on calls and arguments hold`(format: WireFormat) async throws {
    try await Self.with(
      """
      rules:
        - when: {turn: 1}
          calls: [{tool: deploy, arguments: {note: \(String(repeating: "x", count: 200))}}, {tool: git_log}, {tool: git_log}]
        - text: Well.
      """
    ) { stage in
      var endpoint = try stage.endpoint(format)
      endpoint.bounds.calls = 2
      endpoint.bounds.argumentBytes = 100
      var conversation = try conversation()
      let answer = try await stage.client.ask(conversation, at: endpoint, meter: RecordingMeter())
      #expect(
        answer.calls.map(\.problem) == [.argumentsTooLong(limitBytes: 100), nil, .tooManyCalls(limit: 2)])
      #expect(answer.calls[0].text.isEmpty)
      _ = try conversation.take(answer)
      try conversation.take(results: [])
      #expect(
        try await stage.client.ask(conversation, at: endpoint, meter: RecordingMeter()).text == "Well.")
      endpoint.bounds.answerBytes = 300
      let error = await #expect(throws: ModelError.self) {
        try await stage.client.ask(conversation, at: endpoint, meter: RecordingMeter())
      }
      #expect(error?.kind == .tooLarge)
    }
  }
}
