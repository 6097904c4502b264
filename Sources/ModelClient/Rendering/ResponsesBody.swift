import Effects

/// OpenAI's Responses, with nothing kept by the provider: the whole conversation is sent each time, reasoning encrypted.
extension RequestBody {
  var responses: JSON {
    var input: [JSON] = []
    for turn in conversation.turns {
      switch turn {
      case .told(let passages): input.append(Self.message("user", text(of: passages)))
      case .summary(let summary): input.append(Self.message("user", fence.text(of: summary)))
      case .answered(let answer): input += answer.blocks.compactMap { item($0, of: answer) }
      case .results(let outcomes):
        input += outcomes.map { outcome in
          [
            "type": "function_call_output", "call_id": .string(outcome.call),
            "output": .string((outcome.isError ? "Error: " : "") + text(of: outcome)),
          ]
        }
      }
    }
    var body: [String: JSON] = [
      "model": .string(endpoint.model), "instructions": .string(system), "input": .array(input),
      "stream": true, "store": false, "max_output_tokens": .integer(Int64(endpoint.maxOutputTokens)),
      "prompt_cache_key": .string(conversation.cacheKey),
    ]
    if case .effort(let effort) = endpoint.reasoning {
      body["reasoning"] = ["effort": .string(effort.rawValue)]
      // Models that do not reason refuse to be asked for it.
      body["include"] = ["reasoning.encrypted_content"]
    }
    if !conversation.tools.isEmpty {
      body["parallel_tool_calls"] = true
      body["tools"] = .array(
        conversation.tools.map { tool in
          [
            "type": "function", "name": .string(tool.name), "description": .string(tool.summary),
            "parameters": ToolSchema.parameters(of: tool), "strict": false,
          ]
        })
    }
    return .object(body)
  }

  private static func message(_ role: JSON, _ text: String) -> JSON {
    ["type": "message", "role": role, "content": .string(text)]
  }

  private func item(_ block: ModelAnswer.Block, of answer: ModelAnswer) -> JSON? {
    let isOurs = answer.format == .responses
    switch block {
    case .text(let text, let original):
      if isOurs, let original { return original }
      return text.isEmpty ? nil : Self.message("assistant", text)
    case .refusal(let words): return Self.message("assistant", words)
    case .opaque(let item): return isOurs ? item : nil
    case .call(let call):
      if isOurs, call.problem == nil, let original = call.original, original["call_id"]?.string == call.id {
        return original
      }
      return [
        "type": "function_call", "call_id": .string(call.id),
        "name": .string(CallName.sendable(tool: call.tool)), "arguments": .string(call.sentText),
      ]
    }
  }
}
