// Names that more than one room gives to the same thing: the gateway sees a call as it is made, a reader finds it in
// a log afterwards, and both have to arrive at one key.

extension EventID {
  /// A call that was answered with an Anthropic message (`msg_…`).
  package static func anthropicMessage(_ id: String) -> EventID { EventID(space: "claude-code/message", id) }

  /// A call that was answered with an Anthropic message, by the bytes of its identifier.
  package static func anthropicMessage(_ id: UnsafeBufferPointer<UInt8>) -> EventID {
    EventID(space: "claude-code/message", id)
  }

  /// A call that was answered with a response of OpenAI's Responses API (`resp_…`).
  package static func openAIResponse(_ id: String) -> EventID { EventID(space: "codex/response", id) }
}

extension SessionID {
  package static func ofClaudeCode(_ name: String) -> SessionID {
    SessionID(space: "claude-code/session", name)
  }

  package static func ofCodex(_ name: String) -> SessionID { SessionID(space: "codex/session", name) }

  package static func ofGeminiCLI(_ name: String) -> SessionID {
    SessionID(space: "gemini-cli/session", name)
  }

  package static func ofOpenCode(_ name: String) -> SessionID { SessionID(space: "opencode/session", name) }

  /// The session that a client of the gateway calls `name`, as the reader of the client's own records keys it; `nil`
  /// for clients whose records name no session by which their calls could be known.
  package static func named(_ name: String, by tool: Tool) -> SessionID? {
    switch tool {
    case .claudeCode: .ofClaudeCode(name)
    case .codex: .ofCodex(name)
    case .geminiCLI: .ofGeminiCLI(name)
    case .openCode: .ofOpenCode(name)
    case .copilotCLI, .cursor, .other: nil
    }
  }
}
