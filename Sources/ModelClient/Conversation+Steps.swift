package import Effects

extension Conversation {
  /// Adds what the model is to be told next. Passages of the owner's are kept word for word for as long as the
  /// conversation lasts.
  package mutating func tell(_ passages: [Passage]) throws(ConversationError) {
    let waiting = waitingCalls.map(\.id)
    guard waiting.isEmpty else { throw .resultsMissing(calls: waiting) }
    turns.append(.told(passages))
    seen += passages
  }

  /// Adds an answer.
  ///
  /// - Returns: The calls to be decided about and performed, in order, with ids that are unique in the conversation.
  ///   Those that cannot be performed are not among them: they are answered with errors when the results are given.
  package mutating func take(_ answer: ModelAnswer) throws(ConversationError) -> [RequestedCall] {
    let waiting = waitingCalls.map(\.id)
    guard waiting.isEmpty else { throw .resultsMissing(calls: waiting) }
    var answer = answer
    density = measuredDensity(answer.usage.stated) ?? density
    var taken: Set<String> = []
    for case .answered(let earlier) in turns { taken.formUnion(earlier.calls.map(\.id)) }
    for (index, block) in answer.blocks.enumerated() {
      guard case .call(var call) = block else { continue }
      call.id = CallName.unique(call.id, among: taken)
      taken.insert(call.id)
      answer.blocks[index] = .call(call)
    }
    turns.append(.answered(answer))
    // An answer without calls waits for nothing; one whose calls all have problems is answered at once.
    let calls = answer.calls
    let runnable = calls.filter { $0.problem == nil }
    if !calls.isEmpty, runnable.isEmpty { append(outcomes(of: calls, given: [:])) }
    return runnable
  }

  /// Adds the results of the last answer's calls. Calls of it that are not among them, because the run was stopped or
  /// they were never possible, are answered with an error, so that every call has its result.
  package mutating func take(results: [CallOutcome]) throws(ConversationError) {
    let waiting = waitingCalls
    guard !waiting.isEmpty else { throw .nothingWaiting }
    var given: [String: CallOutcome] = [:]
    for outcome in results {
      guard waiting.contains(where: { $0.id == outcome.call && $0.problem == nil }) else {
        throw .noSuchCall(outcome.call)
      }
      given[outcome.call] = outcome
    }
    append(outcomes(of: waiting, given: given))
  }

  /// All calls of the last answer while their results have not been given.
  package var waitingCalls: [RequestedCall] {
    if case .answered(let answer)? = turns.last { answer.calls } else { [] }
  }

  private mutating func append(_ outcomes: [CallOutcome]) {
    turns.append(.results(outcomes))
    seen += outcomes.flatMap(\.passages)
  }

  private func outcomes(of calls: [RequestedCall], given: [String: CallOutcome]) -> [CallOutcome] {
    calls.map { call in
      if let problem = call.problem { return CallOutcome(call: call.id, refusal: problem.sentence) }
      return given[call.id] ?? CallOutcome(call: call.id, refusal: "Not performed.")
    }
  }
}

/// Names of calls as every provider takes them back: letters, digits, `_` and `-`, at most 64.
enum CallName {
  static let longest = 64

  static func isWellFormed(_ id: String) -> Bool {
    (1...longest).contains(id.utf8.count) && id.utf8.allSatisfy(isNameByte)
  }

  static func unique(_ id: String, among taken: Set<String>) -> String {
    var base = isWellFormed(id) ? id : "call"
    if !taken.contains(base), isWellFormed(id) { return base }
    base = String(base.prefix(longest - 12))
    var number = 2
    while taken.contains("\(base)_\(number)") { number += 1 }
    return "\(base)_\(number)"
  }

  /// A tool's name as it can be sent back: a model may have made up anything.
  static func sendable(tool name: String) -> String {
    let name = String(
      decoding: name.utf8.prefix(longest).map { isNameByte($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    return name.isEmpty ? "unknown" : name
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == 0x5F || byte == 0x2D || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
  }
}
