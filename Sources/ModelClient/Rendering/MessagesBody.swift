import Effects

/// Anthropic's Messages.
extension RequestBody {
  var messages: JSON {
    var body: [String: JSON] = [
      "model": .string(endpoint.model),
      "max_tokens": .integer(Int64(endpoint.maxOutputTokens)),
      "stream": true,
      "system": [["type": "text", "text": .string(system), "cache_control": cacheMark]],
      "messages": .array(turnMessages),
    ]
    if !conversation.tools.isEmpty { body["tools"] = .array(messagesTools) }
    switch endpoint.reasoning {
    case .none: break
    case .effort(let effort):
      body["thinking"] = ["type": "adaptive"]
      body["output_config"] = ["effort": .string(effort.rawValue)]
    case .budget(let tokens):
      // Within the answer, and at least what the API takes.
      let budget = max(1024, min(tokens, endpoint.maxOutputTokens - 1))
      body["thinking"] = ["type": "enabled", "budget_tokens": .integer(Int64(budget))]
    }
    return .object(body)
  }

  /// The prompt is kept in three places (four are allowed): behind tools and instructions, at the end of the request
  /// before this one, where it was kept then, and at the end of this one, where the next will look for it.
  private var cacheMark: JSON {
    switch endpoint.cacheLifetime {
    case .fiveMinutes: ["type": "ephemeral"]
    case .oneHour: ["type": "ephemeral", "ttl": "1h"]
    }
  }

  private var messagesTools: [JSON] {
    var tools = conversation.tools.map { tool -> [String: JSON] in
      [
        "name": .string(tool.name), "description": .string(tool.summary),
        "input_schema": ToolSchema.parameters(of: tool),
      ]
    }
    tools[tools.count - 1]["cache_control"] = cacheMark
    return tools.map(JSON.object)
  }

  private struct Message {
    var isUser: Bool
    var content: [[String: JSON]]
  }

  private var turnMessages: [JSON] {
    var messages: [Message] = []
    func add(_ content: [[String: JSON]], isUser: Bool) {
      if messages.last?.isUser == isUser {
        messages[messages.count - 1].content += content
      } else if !content.isEmpty {
        messages.append(Message(isUser: isUser, content: content))
      }
    }
    for turn in conversation.turns {
      switch turn {
      case .told(let passages): add([Self.block(text(of: passages))], isUser: true)
      case .summary(let summary): add([Self.block(fence.text(of: summary))], isUser: true)
      case .answered(let answer): add(content(of: answer), isUser: false)
      // All results in one message: apart, they teach the model not to call in parallel.
      case .results(let outcomes): add(outcomes.map(result), isUser: true)
      }
    }
    if messages.first?.isUser == false {
      // What came before was compacted, and a conversation begins with its user.
      messages.insert(Message(isUser: true, content: [Self.block("(earlier turns are not shown)")]), at: 0)
    }
    for index in messages.indices.filter({ messages[$0].isUser }).suffix(2) {
      messages[index].content[messages[index].content.count - 1]["cache_control"] = cacheMark
    }
    return messages.map { message in
      ["role": message.isUser ? "user" : "assistant", "content": .array(message.content.map(JSON.object))]
    }
  }

  private func result(_ outcome: Conversation.CallOutcome) -> [String: JSON] {
    var block: [String: JSON] = [
      "type": "tool_result", "tool_use_id": .string(outcome.call), "content": .string(text(of: outcome)),
    ]
    if outcome.isError { block["is_error"] = true }
    return block
  }

  private func content(of answer: ModelAnswer) -> [[String: JSON]] {
    var content: [[String: JSON]] = []
    for block in answer.blocks {
      switch block {
      case .text(let text, let original):
        // Empty texts are refused, although models write them.
        guard text.contains(where: { !$0.isWhitespace }) else { continue }
        if answer.format == .messages, case .object(let members)? = original {
          content.append(members)
        } else {
          content.append(Self.block(text))
        }
      case .call(let call):
        content.append([
          "type": "tool_use", "id": .string(call.id), "name": .string(CallName.sendable(tool: call.tool)),
          "input": call.sentArguments,
        ])
      case .opaque(let block):
        if answer.format == .messages, case .object(let members) = block { content.append(members) }
      case .refusal: break
      }
    }
    // A message must not end in reasoning, which one that was cut off does.
    while let last = content.last, last["type"] != "text", last["type"] != "tool_use" { content.removeLast() }
    return content
  }

  private static func block(_ text: String) -> [String: JSON] { ["type": "text", "text": .string(text)] }
}
