import JSONScan

/// The log events of the tools that telemetry is understood of.
enum TelemetryEvent {
  case claudeRequest, claudePrompt, claudeToolResult, claudeToolDecision
  case codexEvent, codexPrompt, codexToolResult
  case geminiResponse, geminiPrompt, geminiToolCall
  case genAIDetails
  /// One of a tool's that says nothing that is kept.
  case known

  /// `nil` for events of other programs.
  init?(_ item: TelemetryItem) {
    // Codex and Gemini CLI name an event in an attribute; Claude Code in its body, and without its prefix in the
    // attribute; the GenAI conventions in the field for it.
    for value in [item[.eventName], item.body, item.name] {
      guard let range = item.range(value) else { continue }
      if let event = Self.event(range, of: item, in: Self.full) {
        self = event
        return
      }
    }
    guard item.begins(item.scope, "com.anthropic.claude_code"), let range = item.range(.eventName),
      let event = Self.event(range, of: item, in: Self.short)
    else { return nil }
    self = event
  }

  private static func event(
    _ range: Range<Int>, of item: TelemetryItem, in names: (table: JSONKeyTable, events: [TelemetryEvent])
  ) -> TelemetryEvent? {
    item.text.withUnsafeBytes { names.table.index(of: range, in: $0) }.map { names.events[$0] }
  }

  private static let full = names([
    ("claude_code.api_request", .claudeRequest), ("claude_code.user_prompt", .claudePrompt),
    ("claude_code.tool_result", .claudeToolResult), ("claude_code.tool_decision", .claudeToolDecision),
    ("claude_code.api_error", .known), ("claude_code.assistant_response", .known),
    ("codex.sse_event", .codexEvent), ("codex.user_prompt", .codexPrompt),
    ("codex.tool_result", .codexToolResult), ("codex.api_request", .known), ("codex.tool_decision", .known),
    ("gemini_cli.api_response", .geminiResponse), ("gemini_cli.user_prompt", .geminiPrompt),
    ("gemini_cli.tool_call", .geminiToolCall), ("gemini_cli.api_request", .known),
    ("gemini_cli.api_error", .known), ("gen_ai.client.inference.operation.details", .genAIDetails),
  ])

  private static let short = names([
    ("api_request", .claudeRequest), ("user_prompt", .claudePrompt), ("tool_result", .claudeToolResult),
    ("tool_decision", .claudeToolDecision),
  ])

  private static func names(
    _ events: [(String, TelemetryEvent)]
  ) -> (table: JSONKeyTable, events: [TelemetryEvent]) {
    (JSONKeyTable(events.map(\.0)), events.map(\.1))
  }
}
