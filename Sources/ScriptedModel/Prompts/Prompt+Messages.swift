import Effects

/// Anthropic's Messages, with the rules that its API refuses requests by.
extension Prompt {
  init(messages body: JSON) throws(Refused) {
    self.init(.messages)
    guard let model = body["model"]?.string else { throw Refused("model: Field required") }
    guard case .integer? = body["max_tokens"] else { throw Refused("max_tokens: Field required") }
    self.model = model
    isStream = body["stream"] == true
    for tool in body["tools"]?.elements ?? [] { add(tool) }
    if let text = body["system"]?.string { segments.append(Segment(text: text)) }
    for block in body["system"]?.elements ?? [] { add(block) }
    system = body["system"]?.plainText ?? ""
    let messages = body["messages"]?.elements ?? []
    guard messages.first?["role"] == "user" else {
      throw Refused(
        messages.isEmpty
          ? "messages: at least one message is required"
          : "messages: first message must use the \"user\" role")
    }
    var names: [String: String] = [:]
    var waiting: [String] = []
    for (index, message) in messages.enumerated() {
      var blocks = message["content"]?.elements ?? []
      if let text = message["content"]?.string { blocks = [["type": "text", "text": .string(text)]] }
      guard !blocks.isEmpty else {
        throw Refused("messages.\(index): all messages must have non-empty content")
      }
      for block in blocks { add(block) }
      if message["role"] == "assistant" {
        try Self.checkAnswer(blocks, index)
        for block in blocks where block["type"] == "tool_use" {
          let id = block["id"]?.string ?? ""
          guard names[id] == nil else { throw Refused("messages.\(index): `tool_use` ids must be unique") }
          names[id] = block["name"]?.string ?? ""
          waiting.append(id)
        }
        items.append(.answer)
        continue
      }
      let results = blocks.filter { $0["type"] == "tool_result" }
      let answered = results.compactMap { $0["tool_use_id"]?.string }
      guard Set(answered) == Set(waiting), answered.count == waiting.count else {
        throw Refused(
          "messages.\(index): `tool_use` ids were found without `tool_result` blocks immediately after, or the other way round"
        )
      }
      waiting = []
      for block in blocks {
        if block["type"] == "tool_result" {
          let tool = names[block["tool_use_id"]?.string ?? ""] ?? ""
          items.append(.result(tool: tool, text: block["content"]?.plainText ?? ""))
        } else {
          let text = block["text"]?.string ?? ""
          guard !text.isEmpty else {
            throw Refused("messages.\(index): text content blocks must be non-empty")
          }
          items.append(.user(text))
        }
      }
    }
    guard waiting.isEmpty else { throw Refused("messages: the last `tool_use` has no `tool_result`") }
    guard segments.count(where: { $0.mark != nil }) <= 4 else {
      throw Refused("A maximum of 4 blocks with cache_control may be provided.")
    }
  }

  private mutating func add(_ block: JSON) {
    var mark: Segment.Mark?
    if let control = block["cache_control"] { mark = control["ttl"] == "1h" ? .oneHour : .fiveMinutes }
    segments.append(Segment(text: block.without("cache_control").canonical, mark: mark))
  }

  private static func checkAnswer(_ blocks: [JSON], _ index: Int) throws(Refused) {
    for block in blocks {
      switch block["type"]?.string {
      case "text":
        guard block["text"]?.string?.isEmpty == false else {
          throw Refused("messages.\(index): text content blocks must be non-empty")
        }
      case "thinking":
        guard block["signature"]?.string == Signature.of(block["thinking"]?.string ?? "") else {
          throw Refused("messages.\(index): Invalid `signature` in `thinking` block")
        }
        guard block["cache_control"] == nil else {
          throw Refused("messages.\(index): thinking blocks cannot have cache_control")
        }
      case "tool_use":
        guard case .object? = block["input"] else {
          throw Refused("messages.\(index): tool_use.input: Input should be a valid dictionary")
        }
        guard Signature.isName(block["id"]?.string ?? ""), Signature.isName(block["name"]?.string ?? "")
        else {
          throw Refused(
            "messages.\(index): tool_use.id and tool_use.name: String should match pattern '^[a-zA-Z0-9_-]+$'"
          )
        }
      default: throw Refused("messages.\(index): content: unknown block")
      }
    }
    if blocks.last?["type"] == "thinking" {
      throw Refused("messages.\(index): The final block in an assistant message cannot be `thinking`.")
    }
  }
}

/// What reasoning is signed with, so that it shows whether it came back unchanged.
enum Signature {
  static func of(_ text: String) -> String { String(Fingerprint.digits(of: ["scripted", text]).prefix(32)) }

  static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 == 0x5F || $0 == 0x2D || ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
  }
}
