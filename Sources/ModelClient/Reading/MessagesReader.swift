import Effects

/// Anthropic's Messages (<https://platform.claude.com/docs/en/build-with-claude/streaming>).
struct MessagesReader: AnswerReader {
  private(set) var stop: ModelAnswer.StopReason?
  private(set) var failure: AnswerDraft.Failure?
  /// By index.
  private var blocks: [Int64: Block] = [:]

  private struct Block {
    var start: [String: JSON]
    var text = ""
    var signature = ""
    var input = ""
    var citations: [JSON] = []
    /// Something was added that is not known here: what is there is not the block.
    var isUnreadable = false
  }

  init() {}

  mutating func take(event: JSON) {
    switch event["type"]?.string {
    case "content_block_start":
      guard case .integer(let index)? = event["index"], case .object(let start)? = event["content_block"]
      else {
        return
      }
      blocks[index] = Block(start: start)
    case "content_block_delta":
      guard case .integer(let index)? = event["index"], var block = blocks.removeValue(forKey: index),
        let delta = event["delta"]
      else { return }
      Self.add(delta, to: &block)
      blocks[index] = block
    case "message_delta":
      if let word = event["delta"]?["stop_reason"]?.string { stop = Self.stop(word) }
    case "error":
      failure = AnswerDraft.Failure(event["error"]) ?? .init(type: "error", message: "")
    default: return
    }
  }

  mutating func take(whole: JSON) {
    if whole["type"]?.string == "error" {
      failure = AnswerDraft.Failure(whole["error"]) ?? .init(type: "error", message: "")
    }
    if case .array(let content)? = whole["content"] {
      for (index, block) in content.enumerated() {
        if case .object(let start) = block { blocks[Int64(index)] = Block(start: start) }
      }
    }
    if let word = whole["stop_reason"]?.string { stop = Self.stop(word) }
  }

  var pieces: [AnswerDraft.Piece] {
    blocks.sorted { $0.key < $1.key }.compactMap { Self.piece($0.value) }
  }

  private static func add(_ delta: JSON, to block: inout Block) {
    switch delta["type"]?.string {
    case "text_delta": block.text += delta["text"]?.string ?? ""
    case "thinking_delta": block.text += delta["thinking"]?.string ?? ""
    case "signature_delta": block.signature += delta["signature"]?.string ?? ""
    case "input_json_delta": block.input += delta["partial_json"]?.string ?? ""
    case "citations_delta": if let citation = delta["citation"] { block.citations.append(citation) }
    default: block.isUnreadable = true
    }
  }

  private static func piece(_ block: Block) -> AnswerDraft.Piece? {
    var whole = block.start
    switch block.start["type"]?.string {
    case "text":
      let text = (block.start["text"]?.string ?? "") + block.text
      guard !block.citations.isEmpty else { return .text(text, original: nil) }
      whole["text"] = .string(text)
      whole["citations"] = .array(block.citations)
      return .text(text, original: .object(whole))
    case "tool_use":
      var arguments = block.input
      if arguments.isEmpty, let input = block.start["input"] { arguments = input.canonical }
      return .call(
        id: block.start["id"]?.string ?? "", tool: block.start["name"]?.string ?? "", arguments: arguments,
        original: nil)
    case "thinking":
      whole["thinking"] = .string((block.start["thinking"]?.string ?? "") + block.text)
      whole["signature"] = .string((block.start["signature"]?.string ?? "") + block.signature)
      return .opaque(.object(whole))
    default:
      // Redacted thinking comes whole.
      return block.isUnreadable || !block.text.isEmpty || !block.input.isEmpty ? nil : .opaque(.object(whole))
    }
  }

  private static func stop(_ word: String) -> ModelAnswer.StopReason {
    switch word {
    case "end_turn", "stop_sequence": .finished
    case "tool_use": .calls
    case "max_tokens": .outputLimit
    case "model_context_window_exceeded": .windowExceeded
    case "refusal": .refused
    case "pause_turn": .paused
    default: .other(String(word.prefix(64)))
    }
  }
}
