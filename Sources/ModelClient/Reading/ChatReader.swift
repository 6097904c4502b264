import Effects

/// OpenAI's Chat Completions (<https://platform.openai.com/docs/api-reference/chat-streaming>); the first choice only,
/// since no more than one is asked for.
struct ChatReader: AnswerReader {
  private var reason: ModelAnswer.StopReason?
  private(set) var failure: AnswerDraft.Failure?
  private var text = ""
  private var refusal = ""
  /// What servers other than OpenAI's have for reasoning; goes back as members of the message.
  private var reasoning = ""
  private var reasoningDetails: [JSON] = []
  private var calls: [Int64: Call] = [:]

  private struct Call {
    var id = ""
    var tool = ""
    var arguments = ""
  }

  init() {}

  /// Refusals have a member of their own, and stop like anything else.
  var stop: ModelAnswer.StopReason? {
    reason == .finished && !refusal.isEmpty && text.isEmpty ? .refused : reason
  }

  mutating func take(event: JSON) { take(event, member: "delta") }
  mutating func take(whole: JSON) { take(whole, member: "message") }

  private mutating func take(_ object: JSON, member: String) {
    if let failure = AnswerDraft.Failure(object["error"]) { self.failure = failure }
    guard case .array(let choices)? = object["choices"] else { return }
    for choice in choices where choice["index"] == nil || choice["index"] == .integer(0) {
      if let message = choice[member] { take(message: message) }
      // Some servers say it a second time, without the word.
      if let word = choice["finish_reason"]?.string { reason = Self.stop(word) }
    }
  }

  private mutating func take(message: JSON) {
    text += message["content"]?.string ?? ""
    refusal += message["refusal"]?.string ?? ""
    reasoning += message["reasoning_content"]?.string ?? ""
    if case .array(let details)? = message["reasoning_details"] { reasoningDetails += details }
    guard case .array(let parts)? = message["tool_calls"] else { return }
    for (position, part) in parts.enumerated() {
      var index = Int64(position)
      if case .integer(let stated)? = part["index"] { index = stated }
      let id = part["id"]?.string ?? ""
      // Servers that leave out the index begin each call with its id.
      if part["index"] == nil, !calls.isEmpty, position == 0 {
        let last = calls.keys.max() ?? 0
        index = !id.isEmpty && calls[last]?.id != id ? last + 1 : last
      }
      var call = calls[index] ?? Call()
      if call.id.isEmpty { call.id = id }
      if call.tool.isEmpty { call.tool = part["function"]?["name"]?.string ?? "" }
      call.arguments += part["function"]?["arguments"]?.string ?? ""
      calls[index] = call
    }
  }

  var pieces: [AnswerDraft.Piece] {
    var pieces: [AnswerDraft.Piece] = []
    var opaque: [String: JSON] = [:]
    if !reasoning.isEmpty { opaque["reasoning_content"] = .string(reasoning) }
    if !reasoningDetails.isEmpty { opaque["reasoning_details"] = .array(reasoningDetails) }
    if !opaque.isEmpty { pieces.append(.opaque(.object(opaque))) }
    if !text.isEmpty { pieces.append(.text(text, original: nil)) }
    if !refusal.isEmpty { pieces.append(.refusal(refusal)) }
    for (_, call) in calls.sorted(by: { $0.key < $1.key }) {
      pieces.append(.call(id: call.id, tool: call.tool, arguments: call.arguments, original: nil))
    }
    return pieces
  }

  private static func stop(_ word: String) -> ModelAnswer.StopReason {
    switch word {
    case "stop": .finished
    case "tool_calls", "function_call": .calls
    case "length": .outputLimit
    case "content_filter": .refused
    default: .other(String(word.prefix(64)))
    }
  }
}
