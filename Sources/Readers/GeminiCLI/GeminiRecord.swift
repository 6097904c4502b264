import JSONScan

/// One object of a session file, taken apart at its top level only: a message, the session's own data, an update
/// of that data, or a rewind. Ranges are of the text it was read from.
struct GeminiRecord {
  enum Kind {
    case user, gemini
    /// What the tool says to the person.
    case notice
    case metadata, update, rewind
    case unknown
  }

  var kind = Kind.unknown
  var id: JSONString?
  var timestamp: JSONString?
  var content: Range<Int>?
  var toolCalls: Range<Int>?
  var tokens: Range<Int>?
  var model: JSONString?

  var sessionID: JSONString?
  var startTime: JSONString?
  var directory: JSONString?
  var projectHash: JSONString?
  var isSubagent = false
  /// Where the array of messages begins, which may be cut off.
  var messages: Int?
  /// The object behind `$set`.
  var update: Range<Int>?

  /// - Throws: If the text ends or breaks before the object does. What stood before is in `partial` then, since a
  ///   document that is cut off is read as far as it goes.
  init(_ cursor: inout JSONCursor, partial: inout GeminiRecord?) throws(JSONScanError) {
    var type: JSONString?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 2 where cursor.text(key, equals: "id"): id = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "type"): type = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "$set"): update = try cursor.skipValue()
      case 4 where cursor.text(key, equals: "kind"):
        isSubagent = try cursor.stringIfPresent().map { cursor.text($0, equals: "subagent") } ?? false
      case 5 where cursor.text(key, equals: "model"): model = try cursor.stringIfPresent()
      case 6 where cursor.text(key, equals: "tokens"): tokens = try cursor.skipValue()
      case 7 where cursor.text(key, equals: "content"): content = try cursor.skipValue()
      case 8 where cursor.text(key, equals: "messages"):
        if cursor.nextKind() == .array { messages = cursor.position }
        partial = self
        try cursor.skipValue()
      case 9 where cursor.text(key, equals: "timestamp"): timestamp = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "toolCalls"): toolCalls = try cursor.skipValue()
      case 9 where cursor.text(key, equals: "sessionId"): sessionID = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "startTime"): startTime = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "$rewindTo"):
        kind = .rewind
        try cursor.skipValue()
      case 11 where cursor.text(key, equals: "projectHash"): projectHash = try cursor.stringIfPresent()
      case 11 where cursor.text(key, equals: "directories"): directory = try Self.firstString(&cursor)
      default: try cursor.skipValue()
      }
    }
    try cursor.expectEnd()
    if kind != .rewind { kind = kind(type, cursor) }
  }

  private func kind(_ type: JSONString?, _ cursor: borrowing JSONCursor) -> Kind {
    if update != nil { return .update }
    guard let type else {
      return sessionID != nil || messages != nil || startTime != nil || directory != nil
        ? .metadata : .unknown
    }
    if cursor.text(type, equals: "gemini") { return .gemini }
    if cursor.text(type, equals: "user") { return .user }
    for name: StaticString in ["info", "error", "warning"] where cursor.text(type, equals: name) {
      return .notice
    }
    return .unknown
  }

  private static func firstString(_ cursor: inout JSONCursor) throws(JSONScanError) -> JSONString? {
    guard cursor.nextKind() == .array else {
      try cursor.skipValue()
      return nil
    }
    var first: JSONString?
    try cursor.enterArray()
    while try cursor.nextElement() {
      let text = try cursor.stringIfPresent()
      first = first ?? text
    }
    return first
  }
}
