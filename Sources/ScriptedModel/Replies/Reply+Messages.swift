import Effects
import Foundation
import Ledger

/// As Anthropic's Messages are answered.
extension Reply {
  var messagesWhole: JSON {
    var message = messagesHead
    message["content"] = .array(messagesBlocks)
    message["stop_reason"] = messagesStop
    message["usage"] = messagesUsage(output: usage.output ?? 0)
    return .object(message)
  }

  var messagesEvents: [WireEvent] {
    var head = messagesHead
    head["usage"] = messagesUsage(output: 1)
    var events = [WireEvent("message_start", ["type": "message_start", "message": .object(head)])]
    events.append(WireEvent("ping", ["type": "ping"]))
    for (index, block) in messagesBlocks.enumerated() { events += Self.events(of: block, Int64(index)) }
    var delta: [String: JSON] = [
      "type": "message_delta", "delta": ["stop_reason": messagesStop, "stop_sequence": .null],
    ]
    delta["usage"] = messagesUsage(output: usage.output ?? 0)
    events.append(WireEvent("message_delta", .object(delta)))
    events.append(WireEvent("message_stop", ["type": "message_stop"]))
    return events
  }

  private var messagesHead: [String: JSON] {
    [
      "id": .string(id), "type": "message", "role": "assistant", "model": .string(model), "content": [],
      "stop_reason": .null, "stop_sequence": .null,
    ]
  }

  private func messagesUsage(output: Int64) -> JSON {
    guard statesUsage else { return [:] }
    let written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0)
    return [
      "input_tokens": .count(usage.input), "cache_read_input_tokens": .count(usage.cacheRead),
      "cache_creation_input_tokens": .count(written),
      "cache_creation": [
        "ephemeral_5m_input_tokens": .count(usage.cacheWrite5m),
        "ephemeral_1h_input_tokens": .count(usage.cacheWrite1h),
      ],
      "output_tokens": .count(output), "service_tier": "standard",
    ]
  }

  private var messagesStop: JSON {
    switch stop {
    case .outputLimit?: "max_tokens"
    case .refusal?: "refusal"
    case .windowExceeded?: "model_context_window_exceeded"
    case nil: calls.isEmpty ? "end_turn" : "tool_use"
    }
  }

  private var messagesBlocks: [JSON] {
    var blocks: [JSON] = []
    if let reasoning {
      blocks.append([
        "type": "thinking", "thinking": .string(reasoning), "signature": .string(Signature.of(reasoning)),
      ])
    }
    if let text { blocks.append(["type": "text", "text": .string(text)]) }
    for call in calls {
      let input = (try? JSON(bytes: Data(call.arguments.utf8))) ?? .string(call.arguments)
      blocks.append([
        "type": "tool_use", "id": .string(call.id), "name": .string(call.tool), "input": input,
      ])
    }
    return blocks
  }

  private static func events(of block: JSON, _ index: Int64) -> [WireEvent] {
    var start = block
    var deltas: [JSON] = []
    switch block["type"]?.string {
    case "text":
      start = ["type": "text", "text": ""]
      deltas = pieces(of: block["text"]?.string ?? "").map { ["type": "text_delta", "text": .string($0)] }
    case "thinking":
      start = ["type": "thinking", "thinking": "", "signature": ""]
      deltas = pieces(of: block["thinking"]?.string ?? "").map {
        ["type": "thinking_delta", "thinking": .string($0)]
      }
      deltas.append(["type": "signature_delta", "signature": block["signature"] ?? ""])
    default:
      start = ["type": "tool_use", "id": block["id"] ?? "", "name": block["name"] ?? "", "input": [:]]
      let text = block["input"].map { $0.string ?? $0.canonical } ?? ""
      // The first is always empty.
      deltas = ([""] + pieces(of: text, length: 16)).map {
        ["type": "input_json_delta", "partial_json": .string($0)]
      }
    }
    let number = JSON.integer(index)
    var events = [
      WireEvent(
        "content_block_start", ["type": "content_block_start", "index": number, "content_block": start])
    ]
    events += deltas.map {
      WireEvent("content_block_delta", ["type": "content_block_delta", "index": number, "delta": $0])
    }
    events.append(WireEvent("content_block_stop", ["type": "content_block_stop", "index": number]))
    return events
  }
}
