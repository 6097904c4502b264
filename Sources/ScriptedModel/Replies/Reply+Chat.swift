import Effects
import Ledger

/// As OpenAI's Chat Completions are answered.
extension Reply {
  func chatWhole(created: Int64) -> JSON {
    var message: [String: JSON] = ["role": "assistant", "content": .null, "refusal": .null]
    if stop == .refusal {
      message["refusal"] = .string(text ?? "")
    } else if let text {
      message["content"] = .string(text)
    }
    if let reasoning { message["reasoning_content"] = .string(reasoning) }
    if !calls.isEmpty {
      message["tool_calls"] = .array(
        calls.map { call in
          [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.tool), "arguments": .string(call.arguments)],
          ]
        })
    }
    var whole = chatHead("chat.completion", created)
    whole["choices"] = [
      ["index": 0, "message": .object(message), "finish_reason": chatStop, "logprobs": .null]
    ]
    if statesUsage { whole["usage"] = chatUsage }
    return .object(whole)
  }

  func chatEvents(created: Int64, wantsUsage: Bool) -> [WireEvent] {
    var events: [WireEvent] = []
    func add(_ delta: JSON, stop: JSON = .null) {
      var chunk = chatHead("chat.completion.chunk", created)
      chunk["choices"] = [["index": 0, "delta": delta, "finish_reason": stop, "logprobs": .null]]
      if wantsUsage, statesUsage { chunk["usage"] = .null }
      events.append(WireEvent(nil, .object(chunk)))
    }
    add(["role": "assistant", "content": ""])
    for piece in Self.pieces(of: reasoning ?? "") { add(["reasoning_content": .string(piece)]) }
    let member = stop == .refusal ? "refusal" : "content"
    for piece in Self.pieces(of: text ?? "") { add(.object([member: .string(piece)])) }
    for (index, call) in calls.enumerated() {
      let number = JSON.integer(Int64(index))
      add([
        "tool_calls": [
          [
            "index": number, "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.tool), "arguments": ""],
          ]
        ]
      ])
      for piece in Self.pieces(of: call.arguments, length: 16) {
        add(["tool_calls": [["index": number, "function": ["arguments": .string(piece)]]]])
      }
    }
    add([:], stop: chatStop)
    if wantsUsage, statesUsage {
      var chunk = chatHead("chat.completion.chunk", created)
      chunk["choices"] = []
      chunk["usage"] = chatUsage
      events.append(WireEvent(nil, .object(chunk)))
    }
    events.append(WireEvent(data: "[DONE]"))
    return events
  }

  private func chatHead(_ object: String, _ created: Int64) -> [String: JSON] {
    [
      "id": .string(id), "object": .string(object), "created": .integer(created), "model": .string(model),
      "service_tier": "default",
    ]
  }

  private var chatStop: JSON {
    switch stop {
    case .outputLimit?: "length"
    case .refusal?, .windowExceeded?, nil: calls.isEmpty ? "stop" : "tool_calls"
    }
  }

  private var chatUsage: JSON {
    let prompt = (usage.input ?? 0) + (usage.cacheRead ?? 0)
    return [
      "prompt_tokens": .count(prompt), "completion_tokens": .count(usage.output),
      "total_tokens": .count(prompt + (usage.output ?? 0)),
      "prompt_tokens_details": ["cached_tokens": .count(usage.cacheRead)],
      "completion_tokens_details": ["reasoning_tokens": .count(usage.reasoning)],
    ]
  }
}
