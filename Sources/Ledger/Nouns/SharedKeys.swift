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

  /// A call to Anthropic that is known by its request (`req_…`) only, as telemetry knows it. The message that answered
  /// it is another name of it; ``UsageRecord/counted(_:)`` brings the two together.
  package static func anthropicRequest(_ id: String) -> EventID { EventID(space: "anthropic/request", id) }

  /// A call by the identifier of its answer, whoever gave it; `nil` if that may not be the only one of its name: some
  /// servers number their answers anew each time they start.
  package static func modelResponse(_ id: String) -> EventID? {
    if id.hasPrefix("msg_") { return .anthropicMessage(id) }
    if id.hasPrefix("resp_") { return .openAIResponse(id) }
    return id.utf8.count >= 20 ? EventID(space: "model-api/response", id) : nil
  }
}

extension SessionID {
  package static func ofClaudeCode(_ name: String) -> SessionID {
    SessionID(space: "claude-code/session", name)
  }

  package static func ofCodex(_ name: String) -> SessionID { SessionID(space: "codex/session", name) }

  package static func ofGeminiCLI(_ name: String) -> SessionID {
    SessionID(space: "gemini-cli/session", name)
  }

  /// For telemetry; no client of the gateway names it.
  package static func ofCopilotCLI(_ name: String) -> SessionID {
    SessionID(space: "copilot-cli/session", name)
  }

  package static func ofOpenCode(_ name: String) -> SessionID { SessionID(space: "opencode/session", name) }

  /// Each run of an agent of ours is a session, named by the run.
  package static func ofAssayAgent(_ run: String) -> SessionID {
    SessionID(space: "assay-agent/session", run)
  }

  /// The session that a client of the gateway calls `name`, as the reader of the client's own records keys it; `nil`
  /// for clients whose records name no session by which their calls could be known.
  package static func named(_ name: String, by tool: Tool) -> SessionID? {
    switch tool {
    case .claudeCode: .ofClaudeCode(name)
    case .codex: .ofCodex(name)
    case .geminiCLI: .ofGeminiCLI(name)
    case .openCode: .ofOpenCode(name)
    case .assayAgent: .ofAssayAgent(name)
    case .copilotCLI, .cursor, .other: nil
    }
  }
}
