import Effects

/// A tool as models are shown it: its name, what it does, and a JSON Schema of its arguments.
enum ToolSchema {
  static func parameters(of tool: ToolDeclaration) -> JSON {
    .object([
      "type": "object",
      "properties": .object(
        Dictionary(tool.parameters.map { ($0.name, $0.schema) }) { first, _ in first }),
      "required": .array(tool.parameters.filter(\.isRequired).map { .string($0.name) }),
      "additionalProperties": false,
    ])
  }
}

/// Arguments as they go back to the model that wrote them.
extension RequestedCall {
  /// What goes back for arguments that are no JSON object, which servers refuse: the same text, as a string in one, as
  /// Anthropic advises
  /// (<https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming>).
  static let invalidMember = "INVALID_JSON"

  var sentArguments: JSON {
    switch problem {
    case .malformedArguments: .object([Self.invalidMember: .string(text)])
    // Whatever there is of them may not be whole.
    case .argumentsTooLong, .unfinishedAnswer: .object([:])
    case nil, .duplicateID, .unknownTool, .tooManyCalls: arguments
    }
  }

  /// The same where arguments are a text in the format: byte for byte if they are sound.
  var sentText: String {
    switch problem {
    case .malformedArguments, .argumentsTooLong, .unfinishedAnswer: sentArguments.canonical
    case nil, .duplicateID, .unknownTool, .tooManyCalls: text.isEmpty ? "{}" : text
    }
  }
}
