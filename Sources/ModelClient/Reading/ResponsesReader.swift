import Effects

/// OpenAI's Responses (<https://platform.openai.com/docs/api-reference/responses-streaming>). Items are taken when they
/// are done, never from their pieces: each comes whole, with its encrypted reasoning.
struct ResponsesReader: AnswerReader {
  private(set) var stop: ModelAnswer.StopReason?
  private(set) var failure: AnswerDraft.Failure?
  private var items: [Int64: JSON] = [:]
  /// Of items under way: only for an estimate of what was written when the stream breaks off.
  private(set) var unfinishedBytes = 0

  init() {}

  mutating func take(event: JSON) {
    switch event["type"]?.string {
    case "response.output_item.done":
      guard case .integer(let index)? = event["output_index"], let item = event["item"] else { return }
      items[index] = item
      unfinishedBytes = 0
    case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
      if let response = event["response"] { take(whole: response) }
    case "error":
      // In it, or it itself.
      failure = AnswerDraft.Failure(event["error"]) ?? AnswerDraft.Failure(event)
    default:
      unfinishedBytes += event["delta"]?.string?.utf8.count ?? 0
    }
  }

  mutating func take(whole response: JSON) {
    if let failure = AnswerDraft.Failure(response["error"]) { self.failure = failure }
    // Some servers leave the items out here.
    if case .array(let output)? = response["output"], items.isEmpty {
      for (index, item) in output.enumerated() { items[Int64(index)] = item }
    }
    switch response["status"]?.string {
    case "completed":
      let hasCalls = items.values.contains { $0["type"]?.string == "function_call" }
      stop = hasCalls ? .calls : hasRefusal ? .refused : .finished
    case "incomplete":
      switch response["incomplete_details"]?["reason"]?.string {
      case "max_output_tokens": stop = .outputLimit
      case "content_filter": stop = .refused
      case let reason: stop = .other(String((reason ?? "incomplete").prefix(64)))
      }
    case "failed", "cancelled":
      failure = failure ?? .init(type: response["status"]?.string ?? "failed", message: "")
    default: break
    }
    unfinishedBytes = 0
  }

  private var hasRefusal: Bool {
    let parts = items.values.flatMap { item -> [JSON] in
      if case .array(let content)? = item["content"] { content } else { [] }
    }
    return parts.contains { $0["type"]?.string == "refusal" }
      && !parts.contains { $0["type"]?.string == "output_text" }
  }

  var pieces: [AnswerDraft.Piece] {
    items.sorted { $0.key < $1.key }.flatMap { Self.pieces(of: $0.value) }
  }

  private static func pieces(of item: JSON) -> [AnswerDraft.Piece] {
    switch item["type"]?.string {
    case "message":
      guard case .array(let content)? = item["content"] else { return [] }
      let text = content.compactMap { $0["type"]?.string == "output_text" ? $0["text"]?.string : nil }
      let refusals = content.compactMap { $0["type"]?.string == "refusal" ? $0["refusal"]?.string : nil }
      if text.isEmpty { return refusals.map { .refusal($0) } }
      return [.text(text.joined(), original: item)]
    case "function_call":
      return [
        .call(
          id: item["call_id"]?.string ?? "", tool: item["name"]?.string ?? "",
          arguments: item["arguments"]?.string ?? "", original: item)
      ]
    default: return [.opaque(item)]
    }
  }
}
