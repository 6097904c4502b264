import JSONScan

/// One event of a session, `{type, data, id, timestamp, parentId}`, taken apart at its top level only.
struct CopilotLine {
  enum Kind: Hashable {
    case sessionStart, sessionResume, shutdown, modelChange, contextChanged, usageCheckpoint
    case userMessage, assistantMessage, turnEnd, abort, toolStart, toolComplete
    /// Known, and nothing in it is of use.
    case other
    case unknown(String?)
  }

  var kind = Kind.unknown(nil)
  var id: JSONString?
  var timestamp: JSONString?
  /// Where the event's data object begins.
  var data: Int?

  /// - Throws: If the line is not an object, or is cut off.
  init(_ bytes: Span<UInt8>) throws(JSONScanError) {
    guard JSONValue.endsObject(bytes) else { throw JSONScanError(reason: .truncated, offset: bytes.count) }
    var cursor = JSONCursor(bytes)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "type") {
        kind = try cursor.stringIfPresent().map { Self.kind(bytes, $0) } ?? .unknown(nil)
        // Their data is long (prompts, hooks' input) and of no use.
        if kind == .other { return }
      } else if cursor.text(key, equals: "data"), cursor.nextKind() == .object {
        data = cursor.position
        try cursor.skipValue()
      } else if cursor.text(key, equals: "timestamp") {
        timestamp = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "id") {
        id = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }

  private static func kind(_ bytes: Span<UInt8>, _ type: JSONString) -> Kind {
    let cursor = JSONCursor(bytes)
    if cursor.text(type, equals: "assistant.message") { return .assistantMessage }
    if cursor.text(type, equals: "tool.execution_start") { return .toolStart }
    if cursor.text(type, equals: "tool.execution_complete") { return .toolComplete }
    if cursor.text(type, equals: "assistant.turn_end") { return .turnEnd }
    if cursor.text(type, equals: "user.message") { return .userMessage }
    if cursor.text(type, equals: "session.shutdown") { return .shutdown }
    if cursor.text(type, equals: "session.start") { return .sessionStart }
    if cursor.text(type, equals: "session.resume") { return .sessionResume }
    if cursor.text(type, equals: "session.model_change") { return .modelChange }
    if cursor.text(type, equals: "session.context_changed") { return .contextChanged }
    if cursor.text(type, equals: "session.usage_checkpoint") { return .usageCheckpoint }
    if cursor.text(type, equals: "abort") { return .abort }
    if cursor.text(type, equals: "agent.interrupted") { return .abort }
    // The event families of the CLI's own schema (github-copilot-sdk 1.0.27, session_events.py).
    for family: StaticString in [
      "session.", "assistant.", "tool.", "hook.", "system.", "model.", "skill.", "subagent.", "permission.",
      "user_input.", "elicitation.", "sampling.", "sandbox.", "instruction.", "mcp.", "command.", "workflow.",
      "external_tool.", "auto_mode_switch.", "exit_plan_mode.", "human_response.", "pending_messages.",
      "tool_search.", "ui.", "commands.", "capabilities.", "mcp_app.", "session_limits_exhausted.",
    ] where type.range.count > family.utf8CodeUnitCount {
      let head = type.range.lowerBound..<type.range.lowerBound + family.utf8CodeUnitCount
      if cursor.text(head, equals: family) { return .other }
    }
    return .unknown(JSONValue.typeName(bytes, type))
  }
}
