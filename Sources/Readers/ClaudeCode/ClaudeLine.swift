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

  private enum Key: String, CaseIterable {
    case cwd, type, uuid, data, prUrl, isMeta, origin, message, version, agentId, timestamp, sessionId,
      requestId,
      gitBranch, turnOrigin, entrypoint, modelUsage, isSidechain, toolUseResult, requestSessionId,
      isCompactSummary, isVisibleInTranscriptOnly
  }
  private static let keys = JSONKeys<Key>()

  /// - Throws: If the line is not a whole JSON object.
  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    let keys = Self.keys
    try cursor.enterObject()
    while let key = try cursor.next(keys) {
      switch key {
      case .cwd: directory = try cursor.stringIfPresent()
      case .type: type = try cursor.stringIfPresent()
      case .uuid: uuid = try cursor.stringIfPresent()
      case .data: data = try cursor.skipValue()
      case .prUrl: address = try cursor.stringIfPresent()
      case .isMeta, .isCompactSummary, .isVisibleInTranscriptOnly:
        isMeta = try cursor.booleanIfPresent() ?? false || isMeta
      case .origin: try readOrigin(&cursor)
      case .message: message = try ClaudeMessage(&cursor)
      case .version: version = try cursor.stringIfPresent()
      case .agentId: agentID = try cursor.stringIfPresent()
      case .timestamp: timestamp = try cursor.stringIfPresent()
      case .sessionId: sessionID = try cursor.stringIfPresent()
      case .requestId: requestID = try cursor.stringIfPresent()
      case .gitBranch: branch = try cursor.stringIfPresent()
      case .turnOrigin: origin = try cursor.stringIfPresent() ?? origin
      case .entrypoint: entrypoint = try cursor.stringIfPresent()
      case .modelUsage: modelUsage = try cursor.skipValue()
      case .isSidechain: isSidechain = try cursor.booleanIfPresent() ?? false
      case .toolUseResult: toolUseResult = try cursor.skipValue()
      case .requestSessionId: requestSessionID = try cursor.stringIfPresent()
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

  private enum Key: String, CaseIterable { case id, model, usage, content }
  private static let keys = JSONKeys<Key>()

  /// `nil` if the value is no object; it is skipped in any case.
  init?(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return nil
    }
    let keys = Self.keys
    try cursor.enterObject()
    while let key = try cursor.next(keys) {
      switch key {
      case .id: id = try cursor.stringIfPresent()
      case .model: model = try cursor.stringIfPresent()
      case .usage:
        if cursor.nextKind() == .object { usageAt = cursor.position }
        try cursor.skipValue()
      case .content: content = try cursor.skipValue()
      }
    }
  }
}
