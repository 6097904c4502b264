import Effects
import Foundation
import Ledger
import Synchronization

/// Decides what is answered to each request, and keeps count of it.
final class Player: Sendable {
  private struct State {
    var cache = PromptCache()
    var served: [ServedCall] = []
    /// How often each rule's fault was met by the same request.
    var faults: [String: Int] = [:]
    var names = 0
  }

  /// What a handler does with a connection.
  enum Step: Equatable {
    case head(status: Int, [Header])
    case bytes([UInt8])
    case pause(milliseconds: Int64)
    case end
    /// The connection ends here, without an end.
    case cut
  }

  struct Header: Equatable {
    var name: String
    var value: String
  }

  private let script: Script
  /// In every name that is given out, so that those of two servers differ.
  private let nonce: String
  private let now: @Sendable () -> Instant
  private let state = Mutex(State())

  init(_ script: Script, nonce: String, now: @escaping @Sendable () -> Instant) {
    self.script = script
    self.nonce = nonce
    self.now = now
  }

  var served: [ServedCall] { state.withLock { $0.served } }

  func answer(method: String, path: String, body: [UInt8]) -> [Step] {
    if method == "GET", path == "/served" { return listing }
    guard method == "POST", let format = Self.format(path) else {
      return Self.json(404, ["error": ["type": "not_found_error", "message": "No such path."]])
    }
    let prompt: Prompt
    do throws(Prompt.Refused) {
      let json: JSON
      do { json = try JSON(bytes: Data(body)) } catch { throw Prompt.Refused("The body is not JSON.") }
      switch format {
      case .messages: prompt = try Prompt(messages: json)
      case .chatCompletions: prompt = try Prompt(chat: json)
      case .responses: prompt = try Prompt(responses: json)
      }
    } catch {
      record(format, model: "", status: 400)
      return refusal(400, error.message, format, type: "invalid_request_error")
    }
    return answer(prompt, body: body)
  }

  // MARK: Inside

  private static func format(_ path: String) -> Prompt.Format? {
    let path = path.prefix { $0 != "?" }
    if path.hasSuffix("/v1/messages") { return .messages }
    if path.hasSuffix("/v1/chat/completions") { return .chatCompletions }
    return path.hasSuffix("/v1/responses") ? .responses : nil
  }

  private func answer(_ prompt: Prompt, body: [UInt8]) -> [Step] {
    let index = script.rules.firstIndex { Self.holds($0.when, for: prompt) }
    let rule = index.map { script.rules[$0] } ?? Script.Rule(text: script.otherwise)
    var fault = rule.fault
    if let times = fault?.times {
      let key = "\(index ?? -1) \(Fingerprint.digits(of: [String(decoding: body, as: UTF8.self)]))"
      let met = state.withLock { state in
        if state.faults.count > 10_000 { state.faults.removeAll() }
        state.faults[key, default: 0] += 1
        return state.faults[key] ?? 0
      }
      if met > times { fault = nil }
    }
    if let status = fault?.status {
      record(prompt.format, model: prompt.model, status: status)
      let headers = fault?.retryAfterSeconds.map { [Header(name: "retry-after", value: String($0))] } ?? []
      return refusal(
        status, fault?.message ?? "Scripted.", prompt.format, type: Self.errorType(status), headers: headers)
    }
    if rule.stop == .windowExceeded, prompt.format != .messages {
      record(prompt.format, model: prompt.model, status: 400)
      return refusal(
        400, "This model's maximum context length is exceeded.", prompt.format, type: "invalid_request_error",
        code: "context_length_exceeded")
    }
    let reply = reply(to: prompt, rule, statesUsage: fault?.omitsUsage != true)
    let steps = play(reply, to: prompt, fault)
    record(
      prompt.format, model: prompt.model, status: 200, usage: reply.usage, responseID: reply.id,
      isCut: steps.last == .cut)
    return steps
  }

  private static func holds(_ when: Script.Condition, for prompt: Prompt) -> Bool {
    if let turn = when.turn, turn != prompt.turn { return false }
    if let model = when.model, model != prompt.model { return false }
    if let text = when.contains, !prompt.news.contains(where: { Prompt.text(of: $0).contains(text) }) {
      return false
    }
    if let tool = when.resultOf {
      let isThere = prompt.news.contains { if case .result(tool, _) = $0 { true } else { false } }
      if !isThere { return false }
    }
    guard let text = when.conversation else { return true }
    return prompt.system.contains(text) || prompt.items.contains { Prompt.text(of: $0).contains(text) }
  }

  private func reply(to prompt: Prompt, _ rule: Script.Rule, statesUsage: Bool) -> Reply {
    func filled(_ text: String) -> String { (try? Template(text).filled(prompt.source)) ?? text }
    var calls = rule.calls.map { call in
      Reply.Call(
        id: call.id ?? name(prompt.format == .messages ? "toolu" : "call"), tool: call.tool,
        arguments: call.raw ?? call.arguments?.filled(prompt.source).canonical ?? "{}")
    }
    // What is cut off is cut off in its last call.
    if rule.stop == .outputLimit, let last = calls.indices.last {
      let whole = calls[last].arguments
      calls[last].arguments = String(whole.prefix(whole.count / 2))
    }
    let id = name(
      prompt.format == .messages ? "msg" : prompt.format == .responses ? "resp" : "chatcmpl")
    var reply = Reply(
      id: id, model: prompt.model, text: rule.text.map(filled), reasoning: rule.reasoning.map(filled),
      calls: calls, stop: rule.stop, usage: TokenCounts(), statesUsage: statesUsage)
    reply.usage = state.withLock { $0.cache.counts(of: prompt) }
    reply.usage.output = max(1, PromptCache.tokens(reply.outputBytes))
    if let reasoning = reply.reasoning, prompt.format != .messages {
      reply.usage.reasoning = PromptCache.tokens(reasoning.utf8.count)
    }
    return reply
  }

  private func play(_ reply: Reply, to prompt: Prompt, _ fault: Script.Fault?) -> [Step] {
    let created = now().milliseconds / 1000
    var headers = [
      Header(name: prompt.format == .messages ? "request-id" : "x-request-id", value: name("req"))
    ]
    var parts: [[UInt8]]
    if let garbage = fault?.garbage {
      headers.append(Header(name: "content-type", value: "text/event-stream"))
      parts = [Array(garbage.utf8)]
    } else if prompt.isStream {
      headers.append(Header(name: "content-type", value: "text/event-stream; charset=utf-8"))
      let events =
        switch prompt.format {
        case .messages: reply.messagesEvents
        case .chatCompletions: reply.chatEvents(created: created, wantsUsage: prompt.wantsUsage)
        case .responses: reply.responsesEvents(created: created)
        }
      parts = events.map { Array($0.text.utf8) }
    } else {
      headers.append(Header(name: "content-type", value: "application/json"))
      let whole =
        switch prompt.format {
        case .messages: reply.messagesWhole
        case .chatCompletions: reply.chatWhole(created: created)
        case .responses: reply.responsesWhole(created: created)
        }
      parts = [Array(whole.canonical.utf8)]
    }
    var steps: [Step] = [.head(status: 200, headers)]
    var left = fault?.cutAfterBytes ?? Int.max
    for (index, part) in parts.enumerated() {
      if index > 0, let pause = fault?.pauseMilliseconds { steps.append(.pause(milliseconds: Int64(pause))) }
      guard part.count <= left else {
        steps.append(.bytes(Array(part.prefix(left))))
        steps.append(.cut)
        return steps
      }
      left -= part.count
      steps.append(.bytes(part))
    }
    steps.append(.end)
    return steps
  }

  private func name(_ kind: String) -> String {
    let number = state.withLock { state in
      state.names += 1
      return state.names
    }
    return "\(kind)_\(nonce)\(number)"
  }

  private func record(
    _ format: Prompt.Format, model: String, status: Int, usage: TokenCounts? = nil, responseID: String? = nil,
    isCut: Bool = false
  ) {
    state.withLock { state in
      state.served.append(
        ServedCall(
          number: state.served.count + 1, format: format.rawValue, model: model, status: status, usage: usage,
          responseID: responseID, isCut: isCut))
    }
  }

  private var listing: [Step] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Numbers and short texts: they always encode.
    let body = (try? encoder.encode(served)) ?? Data()
    return [
      .head(status: 200, [Header(name: "content-type", value: "application/json")]), .bytes(Array(body)),
      .end,
    ]
  }

  private func refusal(
    _ status: Int, _ message: String, _ format: Prompt.Format, type: String, code: String? = nil,
    headers: [Header] = []
  ) -> [Step] {
    let sentence = JSON.string(message)
    let error: JSON =
      format == .messages
      ? ["type": "error", "error": ["type": .string(type), "message": sentence]]
      : [
        "error": [
          "type": .string(type), "message": sentence, "param": .null, "code": code.map(JSON.string) ?? .null,
        ]
      ]
    return Self.json(status, error, headers)
  }

  private static func json(_ status: Int, _ json: JSON, _ headers: [Header] = []) -> [Step] {
    [
      .head(status: status, headers + [Header(name: "content-type", value: "application/json")]),
      .bytes(Array(json.canonical.utf8)), .end,
    ]
  }

  private static func errorType(_ status: Int) -> String {
    switch status {
    case 401: "authentication_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 413: "request_too_large"
    case 429: "rate_limit_error"
    case 529: "overloaded_error"
    case 500...: "api_error"
    default: "invalid_request_error"
    }
  }
}
