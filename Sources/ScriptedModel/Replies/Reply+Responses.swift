import Effects
import Ledger

/// As OpenAI's Responses are answered.
extension Reply {
  func responsesWhole(created: Int64) -> JSON {
    response(
      created, status: stop == .outputLimit ? "incomplete" : "completed", output: responsesItems, isEnd: true)
  }

  func responsesEvents(created: Int64) -> [WireEvent] {
    var events: [WireEvent] = []
    func add(_ type: String, _ members: [String: JSON]) {
      var data = members
      data["type"] = .string(type)
      data["sequence_number"] = .integer(Int64(events.count))
      events.append(WireEvent(type, .object(data)))
    }
    let begun = response(created, status: "in_progress", output: [], isEnd: false)
    add("response.created", ["response": begun])
    add("response.in_progress", ["response": begun])
    for (index, item) in responsesItems.enumerated() {
      let place: [String: JSON] = ["output_index": .integer(Int64(index)), "item_id": item["id"] ?? ""]
      var empty = item
      if case .object(var members) = item {
        members["status"] = "in_progress"
        if members["arguments"] != nil { members["arguments"] = "" }
        if members["content"] != nil { members["content"] = [] }
        if members["encrypted_content"] != nil { members["encrypted_content"] = "incomplete" }
        empty = .object(members)
      }
      add("response.output_item.added", ["output_index": .integer(Int64(index)), "item": empty])
      switch item["type"]?.string {
      case "message": Self.addText(of: item, place, add)
      case "function_call":
        let arguments = item["arguments"]?.string ?? ""
        for piece in Self.pieces(of: arguments, length: 16) {
          add("response.function_call_arguments.delta", place.merging(["delta": .string(piece)]) { $1 })
        }
        add(
          "response.function_call_arguments.done",
          place.merging(["arguments": .string(arguments), "name": item["name"] ?? ""]) { $1 })
      default: break
      }
      add("response.output_item.done", ["output_index": .integer(Int64(index)), "item": item])
    }
    let isCutOff = stop == .outputLimit
    add(
      isCutOff ? "response.incomplete" : "response.completed", ["response": responsesWhole(created: created)])
    return events
  }

  private static func addText(
    of item: JSON, _ place: [String: JSON], _ add: (String, [String: JSON]) -> Void
  ) {
    guard let part = item["content"]?.elements.first else { return }
    let isRefusal = part["type"] == "refusal"
    let member = isRefusal ? "refusal" : "text"
    let text = part[member]?.string ?? ""
    var empty = part
    if case .object(var members) = part {
      members[member] = ""
      empty = .object(members)
    }
    let inside = place.merging(["content_index": 0]) { $1 }
    let kind = isRefusal ? "response.refusal" : "response.output_text"
    add("response.content_part.added", inside.merging(["part": empty]) { $1 })
    for piece in pieces(of: text) {
      add(kind + ".delta", inside.merging(["delta": .string(piece), "logprobs": []]) { $1 })
    }
    add(kind + ".done", inside.merging([member: .string(text), "logprobs": []]) { $1 })
    add("response.content_part.done", inside.merging(["part": part]) { $1 })
  }

  private var responsesItems: [JSON] {
    var items: [JSON] = []
    let state: JSON = stop == .outputLimit ? "incomplete" : "completed"
    if let reasoning {
      let name = "rs_\(id)"
      items.append([
        "id": .string(name), "type": "reasoning",
        "summary": [["type": "summary_text", "text": .string(reasoning)]],
        "encrypted_content": .string(Signature.of(name)),
      ])
    }
    if let text {
      let part: JSON =
        stop == .refusal
        ? ["type": "refusal", "refusal": .string(text)]
        : ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
      items.append([
        "id": .string("msg_\(id)"), "type": "message", "role": "assistant", "status": state,
        "content": [part],
      ])
    }
    for (index, call) in calls.enumerated() {
      items.append([
        "id": .string("fc_\(id)_\(index)"), "type": "function_call", "status": state,
        "call_id": .string(call.id), "name": .string(call.tool), "arguments": .string(call.arguments),
      ])
    }
    return items
  }

  private func response(_ created: Int64, status: JSON, output: [JSON], isEnd: Bool) -> JSON {
    var response: [String: JSON] = [
      "id": .string(id), "object": "response", "created_at": .integer(created), "status": status,
      "model": .string(model), "output": .array(output), "error": .null, "incomplete_details": .null,
      "instructions": .null, "metadata": [:], "parallel_tool_calls": true, "tool_choice": "auto", "tools": [],
      "temperature": 1, "top_p": 1, "service_tier": "default", "usage": .null,
    ]
    if isEnd, stop == .outputLimit { response["incomplete_details"] = ["reason": "max_output_tokens"] }
    if isEnd, statesUsage {
      let prompt = (usage.input ?? 0) + (usage.cacheRead ?? 0)
      response["usage"] = [
        "input_tokens": .count(prompt),
        "input_tokens_details": ["cached_tokens": .count(usage.cacheRead), "cache_write_tokens": 0],
        "output_tokens": .count(usage.output),
        "output_tokens_details": ["reasoning_tokens": .count(usage.reasoning)],
        "total_tokens": .count(prompt + (usage.output ?? 0)),
      ]
    }
    return .object(response)
  }
}
