import JSONScan
import Ledger

extension ClaudeCodeReader {
  /// A user line: a message that begins a turn, or the results of tool calls, or a note of the tool's own.
  mutating func readUser(
    _ line: ClaudeLine, _ whole: JSONCursor, trackName: String?, at timestamp: Instant?,
    into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let content = line.message?.content, let at = timestamp ?? state.lastTimestamp else { return }
    var cursor = whole
    cursor.position = content.lowerBound
    switch cursor.nextKind() {
    case .string:
      let text = try cursor.string()
      takeMessage(text, line, cursor, trackName: trackName, at: at, isFirst: true, into: &batch)
    case .array where detail >= .facts:
      try readBlocks(&cursor, line, trackName: trackName, at: at, into: &batch)
    default: break
    }
  }

  private mutating func readBlocks(
    _ cursor: inout JSONCursor, _ line: ClaudeLine, trackName: String?, at: Instant,
    into batch: inout FactBatch
  ) throws(JSONScanError) {
    var results: [ToolResult] = []
    var isFirst = true
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var type: JSONString?
      var text: JSONString?
      var result = ToolResult()
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "type") {
          type = try cursor.stringIfPresent()
        } else if cursor.text(key, equals: "text") {
          text = try cursor.stringIfPresent()
        } else if cursor.text(key, equals: "tool_use_id") {
          result.callID = try cursor.stringIfPresent().map { cursor.decoded($0) }
        } else if cursor.text(key, equals: "is_error") {
          result.isError = try cursor.booleanIfPresent() ?? false
        } else if cursor.text(key, equals: "content") {
          result.content = try cursor.skipValue()
        } else {
          try cursor.skipValue()
        }
      }
      guard let type else { continue }
      if cursor.text(type, equals: "tool_result") {
        results.append(result)
      } else if let text, cursor.text(type, equals: "text") {
        takeMessage(text, line, cursor, trackName: trackName, at: at, isFirst: isFirst, into: &batch)
        isFirst = false
      }
    }
    for result in results {
      // What the line says of its result holds for one result only.
      try take(result, detailAt: results.count == 1 ? line.toolUseResult : nil, cursor, at: at, into: &batch)
    }
  }

  /// - Parameter isFirst: Whether this is the message's first text; later ones belong to the turn it began.
  private mutating func takeMessage(
    _ text: JSONString, _ line: ClaudeLine, _ cursor: JSONCursor, trackName: String?, at: Instant,
    isFirst: Bool, into batch: inout FactBatch
  ) {
    guard !line.isMeta else { return }
    let opening = Opening(text, cursor)
    switch opening {
    case .commandOutput: return
    case .interruption:
      state.tracks[trackName].turn?.fact.interrupted = true
      return
    case .message, .command, .notification:
      break
    }
    if isFirst {
      openTurn(
        trackName, begunBy: line, cursor, trigger: trigger(line, cursor, opening, trackName: trackName),
        at: at, needsActivity: opening == .command, into: &batch)
    }
    guard detail >= .sketches else { return }
    cursor.withUTF8(text, scratch: &scratch) { state.tracks[trackName].turn?.prompt.append($0) }
  }

  private func trigger(
    _ line: ClaudeLine, _ cursor: JSONCursor, _ opening: Opening, trackName: String?
  ) -> TurnTrigger {
    if state.isSubagentFile || trackName != nil || line.isSidechain { return .agent }
    if let origin = line.origin {
      let name = cursor.decoded(origin).lowercased()
      if name.contains("schedul") || name.contains("cron") || name.contains("loop") { return .schedule }
      if name.contains("hook") || name.contains("notification") || name == "task" { return .hook }
      if name.contains("agent") || name.contains("teammate") || name.contains("peer") { return .agent }
      if name == "sdk" { return .script }
    }
    if opening == .notification { return .hook }
    if let entrypoint = line.entrypoint {
      return cursor.decoded(entrypoint).hasPrefix("sdk") ? .script : .person
    }
    return .person
  }

  /// Subagents of versions 2.0 to 2.1.5x report as `progress` lines that embed the subagent's own lines.
  mutating func readProgress(
    _ line: ClaudeLine, _ whole: JSONCursor, number: Int, into batch: inout FactBatch
  ) throws(JSONScanError) {
    guard let range = line.data else { return }
    var cursor = whole
    cursor.position = range.lowerBound
    guard cursor.nextKind() == .object else { return }
    var isAgent = false
    var agentID: JSONString?
    var embedded: Range<Int>?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "type"), let type = try cursor.stringIfPresent() {
        isAgent = cursor.text(type, equals: "agent_progress")
      } else if cursor.text(key, equals: "agentId") {
        agentID = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "message") {
        embedded = try cursor.skipValue()
      } else {
        try cursor.skipValue()
      }
    }
    guard isAgent, let embedded else { return }
    let name = agentID.map { cursor.decoded($0) } ?? "agent"
    var part = whole.extracting(embedded)
    guard part.nextKind() == .object else { return }
    let inner = try ClaudeLine(&part)
    let at = inner.timestamp.flatMap { instant($0, part) } ?? line.timestamp.flatMap { instant($0, whole) }
    switch inner.kind {
    case .assistant:
      try readAssistant(inner, part, trackName: name, at: at, number: number, into: &batch)
    case .user:
      try readUser(inner, part, trackName: name, at: at, into: &batch)
    default: break
    }
  }
}

/// What a user message is, by how it begins.
private enum Opening {
  case message
  /// A slash command, as the person typed it.
  case command
  /// What a local command printed, or a caveat about it.
  case commandOutput
  /// A background task reports.
  case notification
  case interruption

  init(_ text: JSONString, _ cursor: JSONCursor) {
    func begins(_ prefix: StaticString) -> Bool {
      let count = prefix.utf8CodeUnitCount
      guard text.range.count >= count else { return false }
      return cursor.text(text.range.lowerBound..<text.range.lowerBound + count, equals: prefix)
    }
    if begins("[Request interrupted") {
      self = .interruption
    } else if !begins("<") {
      self = .message
    } else if begins("<command-name>") || begins("<command-message>") || begins("<bash-input>") {
      self = .command
    } else if begins("<local-command-") || begins("<bash-stdout>") || begins("<bash-stderr>")
      || begins("<system-reminder>")
    {
      self = .commandOutput
    } else if begins("<task-notification>") || begins("<teammate-message") || begins("<bash-notification") {
      self = .notification
    } else {
      self = .message
    }
  }
}
