import Effects
import Foundation

/// OpenAI's two formats, with the rules that their servers refuse requests by.
extension Prompt {
  init(chat body: JSON) throws(Refused) {
    self.init(.chatCompletions)
    try takeCommon(body)
    wantsUsage = body["stream_options"]?["include_usage"] == true
    let messages = body["messages"]?.elements ?? []
    guard !messages.isEmpty else { throw Refused("Invalid 'messages': empty array.") }
    var names: [String: String] = [:]
    var waiting: Set<String> = []
    for message in messages {
      segments.append(Segment(text: message.canonical))
      let role = message["role"]?.string ?? ""
      let text = message["content"]?.plainText ?? ""
      guard role == "tool" || waiting.isEmpty else { throw Self.unanswered(waiting) }
      switch role {
      case "system", "developer": system += text
      case "user": items.append(.user(text))
      case "tool":
        let id = message["tool_call_id"]?.string ?? ""
        guard waiting.remove(id) != nil else {
          throw Refused(
            "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
          )
        }
        items.append(.result(tool: names[id] ?? "", text: text))
      case "assistant":
        for call in message["tool_calls"]?.elements ?? [] {
          try take(call["id"], call["function"]?["name"], call["function"]?["arguments"], &names, &waiting)
        }
        items.append(.answer)
      default: throw Refused("Invalid value: '\(role)'.")
      }
    }
    guard waiting.isEmpty else { throw Self.unanswered(waiting) }
  }

  init(responses body: JSON) throws(Refused) {
    self.init(.responses)
    try takeCommon(body)
    system = body["instructions"]?.string ?? ""
    segments.append(Segment(text: system))
    var input = body["input"]?.elements ?? []
    if let text = body["input"]?.string { input = [["role": "user", "content": .string(text)]] }
    guard !input.isEmpty else { throw Refused("Missing required parameter: 'input'.") }
    var names: [String: String] = [:]
    var waiting: Set<String> = []
    var isAnswering = false
    for item in input {
      segments.append(Segment(text: item.canonical))
      let type = item["type"]?.string ?? "message"
      let role = item["role"]?.string
      let isModels = type == "function_call" || type == "reasoning" || role == "assistant"
      if isModels, !isAnswering { items.append(.answer) }
      isAnswering = isModels
      switch type {
      case "message":
        let text = item["content"]?.plainText ?? ""
        if role == "user" { items.append(.user(text)) }
        if role == "system" || role == "developer" { system += text }
      case "reasoning":
        guard item["encrypted_content"]?.string == Signature.of(item["id"]?.string ?? "") else {
          throw Refused("The encrypted content for item could not be verified.")
        }
      case "function_call":
        try take(item["call_id"], item["name"], item["arguments"], &names, &waiting)
      case "function_call_output":
        let id = item["call_id"]?.string ?? ""
        guard waiting.remove(id) != nil else {
          throw Refused("No tool call found for function call output with call_id \(id).")
        }
        items.append(.result(tool: names[id] ?? "", text: item["output"]?.plainText ?? ""))
      default: throw Refused("Invalid value: '\(type)'.")
      }
    }
    guard waiting.isEmpty else {
      throw Refused("No tool output found for function call \(waiting.sorted()[0]).")
    }
  }

  private mutating func takeCommon(_ body: JSON) throws(Refused) {
    guard let model = body["model"]?.string else { throw Refused("Missing required parameter: 'model'.") }
    self.model = model
    isStream = body["stream"] == true
    for tool in body["tools"]?.elements ?? [] { segments.append(Segment(text: tool.canonical)) }
  }

  private func take(
    _ id: JSON?, _ name: JSON?, _ arguments: JSON?, _ names: inout [String: String],
    _ waiting: inout Set<String>
  ) throws(Refused) {
    let id = id?.string ?? ""
    guard (1...64).contains(id.utf8.count), names[id] == nil else {
      throw Refused("Duplicate or invalid call id '\(id.prefix(80))'.")
    }
    guard Signature.isName(name?.string ?? "") else {
      throw Refused("Invalid name: string does not match pattern.")
    }
    // OpenAI's own take anything; many servers behind the same format do not.
    guard let text = arguments?.string, case .object? = try? JSON(bytes: Data(text.utf8)) else {
      throw Refused("Invalid arguments: not a JSON object.")
    }
    names[id] = name?.string
    waiting.insert(id)
  }

  private static func unanswered(_ waiting: Set<String>) -> Refused {
    Refused(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: \(waiting.sorted().joined(separator: ", "))"
    )
  }
}
