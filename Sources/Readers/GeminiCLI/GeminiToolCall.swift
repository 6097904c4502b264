import JSONScan
import Ledger

/// One call as a message has it. Ranges are of the call's own text.
struct GeminiToolCall {
  var id: JSONString?
  var name: JSONString?
  var timestamp: JSONString?
  var arguments: Range<Int>?
  var result: Range<Int>?
  var exit = ExitState.unknown
  /// The text of the edited file before the edit, where the version keeps it.
  var original: Range<Int>?

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 2 where cursor.text(key, equals: "id"): id = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "name"): name = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "args"): arguments = try cursor.skipValue()
      case 6 where cursor.text(key, equals: "result"): result = try cursor.skipValue()
      case 6 where cursor.text(key, equals: "status"): try readStatus(&cursor)
      case 9 where cursor.text(key, equals: "timestamp"): timestamp = try cursor.stringIfPresent()
      case 13 where cursor.text(key, equals: "resultDisplay"): try readDisplay(&cursor)
      default: try cursor.skipValue()
      }
    }
  }

  private mutating func readStatus(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard let status = try cursor.stringIfPresent() else { return }
    if cursor.text(status, equals: "success") { exit = .succeeded }
    if cursor.text(status, equals: "error") { exit = .failed }
    if cursor.text(status, equals: "cancelled") { exit = .rejected }
  }

  private mutating func readDisplay(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "originalContent"), cursor.nextKind() == .string {
        original = try cursor.skipValue()
      } else {
        try cursor.skipValue()
      }
    }
  }

  /// The first `functionResponse.response.output` (or `error`) of a result.
  static func output(_ cursor: inout JSONCursor) throws(JSONScanError) -> JSONString? {
    guard cursor.nextKind() == .array else { return nil }
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var found: JSONString?
      try forEachKey(&cursor, "functionResponse") { cursor throws(JSONScanError) in
        try forEachKey(&cursor, "response") { cursor throws(JSONScanError) in
          try forEachKey(&cursor, "output", or: "error") { cursor throws(JSONScanError) in
            let text = try cursor.stringIfPresent()
            found = found ?? text
          }
        }
      }
      if let found { return found }
    }
    return nil
  }

  /// Calls `body` at the value of `name`; whatever else there is is skipped.
  private static func forEachKey(
    _ cursor: inout JSONCursor, _ name: StaticString, or other: StaticString? = nil,
    _ body: (inout JSONCursor) throws(JSONScanError) -> Void
  ) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: name) || other.map({ cursor.text(key, equals: $0) }) ?? false {
        try body(&cursor)
      } else {
        try cursor.skipValue()
      }
    }
  }
}

/// The arguments of a call that say what it was aimed at and what it would change.
struct GeminiArguments {
  var path: JSONString?
  var command: JSONString?
  var content: JSONString?
  var oldText: JSONString?
  var newText: JSONString?
  var wasChangedByPerson = false
  private var pattern: JSONString?

  /// The file, or else the pattern, address or query.
  var target: JSONString? { path ?? pattern }

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else { return }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "file_path") || cursor.text(key, equals: "absolute_path") {
        path = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "path") || cursor.text(key, equals: "dir_path") {
        let text = try cursor.stringIfPresent()
        path = path ?? text
      } else if cursor.text(key, equals: "command") {
        command = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "content") {
        content = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "old_string") {
        oldText = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "new_string") {
        newText = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "modified_by_user") {
        wasChangedByPerson = try cursor.booleanIfPresent() ?? false
      } else if cursor.text(key, equals: "pattern") || cursor.text(key, equals: "query")
        || cursor.text(key, equals: "url")
      {
        pattern = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }
}
