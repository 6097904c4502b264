import Effects

/// OpenAI's Chat Completions, and what other servers understand of it.
extension RequestBody {
  var chatCompletions: JSON {
    var messages: [JSON] = [["role": "system", "content": .string(system)]]
    for turn in conversation.turns {
      switch turn {
      case .told(let passages): messages.append(Self.user(text(of: passages)))
      case .summary(let summary): messages.append(Self.user(fence.text(of: summary)))
      case .answered(let answer):
        if let message = chatMessage(answer) { messages.append(message) }
      case .results(let outcomes):
        messages += outcomes.map { outcome in
          [
            "role": "tool", "tool_call_id": .string(outcome.call),
            "content": .string((outcome.isError ? "Error: " : "") + text(of: outcome)),
          ]
        }
      }
    }
    var body: [String: JSON] = [
      "model": .string(endpoint.model), "messages": .array(messages), "stream": true,
      // Without it a stream says nothing of what it used.
      "stream_options": ["include_usage": true],
    ]
    let limit = JSON.integer(Int64(endpoint.maxOutputTokens))
    switch endpoint.chat {
    case .openAI:
      body["max_completion_tokens"] = limit
      body["prompt_cache_key"] = .string(conversation.cacheKey)
    case .compatible: body["max_tokens"] = limit
    }
    if case .effort(let effort) = endpoint.reasoning { body["reasoning_effort"] = .string(effort.rawValue) }
    if !conversation.tools.isEmpty {
      body["tools"] = .array(
        conversation.tools.map { tool in
          [
            "type": "function",
            "function": [
              "name": .string(tool.name), "description": .string(tool.summary),
              "parameters": ToolSchema.parameters(of: tool),
            ],
          ]
        })
    }
    return .object(body)
  }

  private static func user(_ text: String) -> JSON { ["role": "user", "content": .string(text)] }

  private func chatMessage(_ answer: ModelAnswer) -> JSON? {
    var message: [String: JSON] = ["role": "assistant"]
    let text = answer.text
    if !text.isEmpty { message["content"] = .string(text) }
    let calls = answer.calls
    if !calls.isEmpty {
      message["tool_calls"] = .array(
        calls.map { call in
          [
            "id": .string(call.id), "type": "function",
            "function": [
              "name": .string(CallName.sendable(tool: call.tool)), "arguments": .string(call.sentText),
            ],
          ]
        })
      // Reasoning goes back where the work goes on; servers that reason refuse it elsewhere.
      if answer.format == .chatCompletions {
        for block in answer.blocks {
          guard case .opaque(.object(let members)) = block else { continue }
          message.merge(members) { ours, _ in ours }
        }
      }
    }
    if let refusal = answer.refusal { message["refusal"] = .string(refusal) }
    return message.count > 1 ? .object(message) : nil
  }
}
