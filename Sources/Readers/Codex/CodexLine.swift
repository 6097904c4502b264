import JSONScan

/// One line of a rollout, taken apart only as far as is needed to know whether a closer look is worth it.
///
/// A line is `{timestamp, ordinal, type, payload}`. Lines of 2025's first versions are the payload itself.
struct CodexLine {
  var kind: Kind
  var timestamp: JSONString?
  /// Where the payload, or the line that stands for it, begins.
  var payload: Int

  enum Kind: Hashable {
    case sessionMeta, turnContext, worldState, usageRecord
    case tokenCount, taskStarted, taskComplete, turnAborted, userMessage, settingsApplied, patchEnd
    case itemCompleted, mcpEnd, webSearchEnd
    case message, functionCall, customCall, localShellCall, callOutput
    /// Known, and nothing in it is of use.
    case other
    case unknown(String?)
  }

  /// - Throws: If the line is not an object, or is cut off.
  init(_ bytes: Span<UInt8>) throws(JSONScanError) {
    guard JSONValue.endsObject(bytes) else { throw JSONScanError(reason: .truncated, offset: bytes.count) }
    var cursor = JSONCursor(bytes)
    var type: JSONString?
    var payload: Int?
    var hasIdentifier = false
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "timestamp") {
        timestamp = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "type") {
        type = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "payload"), cursor.nextKind() == .object {
        payload = cursor.position
        // The type comes first in every version seen; then nothing behind the payload is of interest.
        if type != nil, timestamp != nil { break }
        try cursor.skipValue()
      } else {
        if cursor.text(key, equals: "id") { hasIdentifier = true }
        try cursor.skipValue()
      }
    }
    self.payload = payload ?? 0
    if let type, payload != nil {
      kind = try Self.kind(bytes, type, payload: payload ?? 0)
    } else if let type {
      kind = Self.responseItem(bytes, type)
    } else {
      kind = hasIdentifier ? .sessionMeta : .other
    }
  }

  private static func kind(
    _ bytes: Span<UInt8>, _ type: JSONString, payload: Int
  ) throws(JSONScanError) -> Kind {
    let cursor = JSONCursor(bytes)
    if cursor.text(type, equals: "response_item") {
      guard let inner = try innerType(bytes, payload) else { return .unknown(nil) }
      return responseItem(bytes, inner)
    }
    if cursor.text(type, equals: "event_msg") {
      guard let inner = try innerType(bytes, payload) else { return .unknown(nil) }
      return event(bytes, inner)
    }
    if cursor.text(type, equals: "token_usage_record") { return .usageRecord }
    if cursor.text(type, equals: "turn_context") { return .turnContext }
    if cursor.text(type, equals: "session_meta") { return .sessionMeta }
    if cursor.text(type, equals: "world_state") { return .worldState }
    for name: StaticString in [
      "compacted", "inter_agent_communication", "inter_agent_communication_metadata",
    ]
    where cursor.text(type, equals: name) { return .other }
    return .unknown(JSONValue.typeName(bytes, type))
  }

  private static func innerType(_ bytes: Span<UInt8>, _ payload: Int) throws(JSONScanError) -> JSONString? {
    var cursor = JSONCursor(bytes, at: payload)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "type") { return try cursor.stringIfPresent() }
      try cursor.skipValue()
    }
    return nil
  }

  private static func responseItem(_ bytes: Span<UInt8>, _ type: JSONString) -> Kind {
    let cursor = JSONCursor(bytes)
    if cursor.text(type, equals: "reasoning") { return .other }
    if cursor.text(type, equals: "message") { return .message }
    if cursor.text(type, equals: "function_call") { return .functionCall }
    if cursor.text(type, equals: "function_call_output") { return .callOutput }
    if cursor.text(type, equals: "custom_tool_call") { return .customCall }
    if cursor.text(type, equals: "custom_tool_call_output") { return .callOutput }
    if cursor.text(type, equals: "local_shell_call") { return .localShellCall }
    for name: StaticString in [
      "web_search_call", "ghost_snapshot", "compaction", "context_compaction", "image_generation_call",
      "tool_search_call", "tool_search_output", "compaction_summary", "agent_message", "other",
    ] where cursor.text(type, equals: name) { return .other }
    return .unknown(JSONValue.typeName(bytes, type))
  }

  private static func event(_ bytes: Span<UInt8>, _ type: JSONString) -> Kind {
    let cursor = JSONCursor(bytes)
    if cursor.text(type, equals: "token_count") { return .tokenCount }
    if cursor.text(type, equals: "agent_message") { return .other }
    if cursor.text(type, equals: "agent_reasoning") { return .other }
    if cursor.text(type, equals: "item_completed") { return .itemCompleted }
    if cursor.text(type, equals: "task_started") || cursor.text(type, equals: "turn_started") {
      return .taskStarted
    }
    if cursor.text(type, equals: "task_complete") || cursor.text(type, equals: "turn_complete") {
      return .taskComplete
    }
    if cursor.text(type, equals: "turn_aborted") { return .turnAborted }
    if cursor.text(type, equals: "user_message") { return .userMessage }
    if cursor.text(type, equals: "thread_settings_applied") { return .settingsApplied }
    if cursor.text(type, equals: "patch_apply_end") { return .patchEnd }
    if cursor.text(type, equals: "mcp_tool_call_end") { return .mcpEnd }
    if cursor.text(type, equals: "web_search_end") { return .webSearchEnd }
    for name: StaticString in [
      "agent_reasoning_raw_content", "agent_reasoning_section_break", "context_compacted",
      "entered_review_mode", "exited_review_mode", "thread_rolled_back", "undo_completed", "error",
      "warning", "stream_error", "exec_command_end", "exec_command_begin", "view_image_tool_call",
      "collab_agent_spawn_end", "collab_agent_interaction_end", "collab_waiting_end",
      "collab_close_end", "collab_resume_end", "thread_name_updated", "thread_goal_updated",
      "plan_update", "image_generation_end", "dynamic_tool_call_response", "guardian_assessment",
      "mcp_tool_call_begin", "item_started", "turn_diff", "hook_completed", "sub_agent_activity",
    ] where cursor.text(type, equals: name) { return .other }
    return .unknown(JSONValue.typeName(bytes, type))
  }
}
