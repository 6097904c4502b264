import JSONScan

/// One line of a Claude Code transcript, taken apart at its top level only: what it is, and where the parts lie
/// that a closer look may be worth. Offsets are into the line.
struct ClaudeLine {
  /// The record types that carry usage or facts, and those known to carry neither.
  enum Kind {
    case user, assistant, system, progress, costState, pullRequestLink
    /// Known, and nothing in it is of use.
    case other
    case unknown
  }

  var kind = Kind.unknown
  var type: JSONString?
  var uuid: JSONString?
  var timestamp: JSONString?
  var sessionID: JSONString?
  var requestID: JSONString?
  var requestSessionID: JSONString?
  var agentID: JSONString?
  var directory: JSONString?
  var version: JSONString?
  var branch: JSONString?
  var origin: JSONString?
  var entrypoint: JSONString?
  var address: JSONString?
  var message: ClaudeMessage?
  var toolUseResult: Range<Int>?
  var data: Range<Int>?
  var modelUsage: Range<Int>?
  var isSidechain = false
  /// Written by the tool, not by the person: caveats, reminders, summaries.
  var isMeta = false

  /// - Throws: If the line is not a whole JSON object.
  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 3 where cursor.text(key, equals: "cwd"): directory = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "type"): type = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "uuid"): uuid = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "data"): data = try cursor.skipValue()
      case 5 where cursor.text(key, equals: "prUrl"): address = try cursor.stringIfPresent()
      case 6 where cursor.text(key, equals: "isMeta"):
        isMeta = try cursor.booleanIfPresent() ?? false || isMeta
      case 6 where cursor.text(key, equals: "origin"): try readOrigin(&cursor)
      case 7 where cursor.text(key, equals: "message"): message = try ClaudeMessage(&cursor)
      case 7 where cursor.text(key, equals: "version"): version = try cursor.stringIfPresent()
      case 7 where cursor.text(key, equals: "agentId"): agentID = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "timestamp"): timestamp = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "sessionId"): sessionID = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "requestId"): requestID = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "gitBranch"): branch = try cursor.stringIfPresent()
      case 10 where cursor.text(key, equals: "turnOrigin"): origin = try cursor.stringIfPresent() ?? origin
      case 10 where cursor.text(key, equals: "entrypoint"): entrypoint = try cursor.stringIfPresent()
      case 10 where cursor.text(key, equals: "modelUsage"): modelUsage = try cursor.skipValue()
      case 11 where cursor.text(key, equals: "isSidechain"):
        isSidechain = try cursor.booleanIfPresent() ?? false
      case 13 where cursor.text(key, equals: "toolUseResult"): toolUseResult = try cursor.skipValue()
      case 16 where cursor.text(key, equals: "requestSessionId"):
        requestSessionID = try cursor.stringIfPresent()
      case 16 where cursor.text(key, equals: "isCompactSummary"):
        isMeta = try cursor.booleanIfPresent() ?? false || isMeta
      case 25 where cursor.text(key, equals: "isVisibleInTranscriptOnly"):
        isMeta = try cursor.booleanIfPresent() ?? false || isMeta
      default: try cursor.skipValue()
      }
    }
    try cursor.expectEnd()
    kind = Self.kind(type, cursor)
  }

  /// `origin` is an object whose `kind` says what began the turn.
  private mutating func readOrigin(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "kind"), let kind = try cursor.stringIfPresent() {
        origin = origin ?? kind
      } else {
        try cursor.skipValue()
      }
    }
  }

  private static func kind(_ type: JSONString?, _ cursor: JSONCursor) -> Kind {
    guard let type else { return .unknown }
    let range = type.range
    if cursor.text(range, equals: "assistant") { return .assistant }
    if cursor.text(range, equals: "user") { return .user }
    if cursor.text(range, equals: "progress") { return .progress }
    if cursor.text(range, equals: "system") { return .system }
    if cursor.text(range, equals: "cost-state") { return .costState }
    if cursor.text(range, equals: "pr-link") { return .pullRequestLink }
    for name: StaticString in [
      "summary", "file-history-snapshot", "queue-operation", "attachment", "last-prompt", "mode",
      "tools-used", "api-request", "api-request-blob", "api-request-shape", "atis-latch", "custom-title",
      "ai-title", "tag", "agent-name", "agent-color", "agent-setting", "permission-mode",
      "content-replacement", "worktree-state", "task-summary", "speculation-accept",
      "marble-origami-commit", "marble-origami-snapshot", "file-history-delta", "started",
    ] where cursor.text(range, equals: name) {
      return .other
    }
    return .unknown
  }
}

/// A line's `message`, taken apart while it is passed over, so that long content is passed over once.
struct ClaudeMessage {
  var id: JSONString?
  var model: JSONString?
  var content: Range<Int>?
  /// Where the `usage` object begins.
  var usageAt: Int?

  /// `nil` if the value is no object; it is skipped in any case.
  init?(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return nil
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 2 where cursor.text(key, equals: "id"): id = try cursor.stringIfPresent()
      case 5 where cursor.text(key, equals: "model"): model = try cursor.stringIfPresent()
      case 5 where cursor.text(key, equals: "usage"):
        if cursor.nextKind() == .object { usageAt = cursor.position }
        try cursor.skipValue()
      case 7 where cursor.text(key, equals: "content"): content = try cursor.skipValue()
      default: try cursor.skipValue()
      }
    }
  }
}
