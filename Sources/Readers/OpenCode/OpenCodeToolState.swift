import JSONScan
import Ledger

/// The `state` of a tool part: how the call went, what it was asked and what it answered.
struct OpenCodeToolState {
  private var status: JSONString?
  private var error: JSONString?
  private(set) var output: JSONString?
  private(set) var started: Instant?
  private(set) var ended: Instant?
  /// What the shell returned.
  private(set) var exitCode: Int64?

  private(set) var command: JSONString?
  /// The file, or else the pattern or address.
  var target: JSONString? { path ?? pattern }
  private var path: JSONString?
  private var pattern: JSONString?
  private(set) var patch: JSONString?
  /// What was replaced, and by what; nothing is replaced where a file is written whole.
  private(set) var newTexts: [(old: JSONString?, new: JSONString)] = []

  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      let isObject = cursor.nextKind() == .object
      switch key.count {
      case 6 where cursor.text(key, equals: "status"): status = try cursor.stringIfPresent()
      case 6 where cursor.text(key, equals: "output"): output = try cursor.stringIfPresent()
      case 5 where cursor.text(key, equals: "error"): error = try cursor.stringIfPresent()
      case 5 where isObject && cursor.text(key, equals: "input"): try readInput(&cursor)
      case 4 where isObject && cursor.text(key, equals: "time"): try readTime(&cursor)
      case 8 where isObject && cursor.text(key, equals: "metadata"): try readMetadata(&cursor)
      default: try cursor.skipValue()
      }
    }
  }

  func exit(_ cursor: JSONCursor) -> ExitState {
    guard let status else { return .unknown }
    if cursor.text(status, equals: "completed") { return .succeeded }
    guard cursor.text(status, equals: "error") else { return .unknown }
    let text = error.map { cursor.decoded($0) } ?? ""
    if text.contains("rejected permission") || text.contains("user rejected") { return .rejected }
    return text.contains("aborted") ? .interrupted : .failed
  }

  private mutating func readInput(_ cursor: inout JSONCursor) throws(JSONScanError) {
    var old: JSONString?
    var new: JSONString?
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "filePath") {
        path = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "path") {
        let text = try cursor.stringIfPresent()
        path = path ?? text
      } else if cursor.text(key, equals: "command") {
        command = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "oldString") {
        old = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "newString") || cursor.text(key, equals: "content") {
        new = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "patchText") {
        patch = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "edits"), cursor.nextKind() == .array {
        try readEdits(&cursor)
      } else if cursor.text(key, equals: "pattern") || cursor.text(key, equals: "url")
        || cursor.text(key, equals: "query")
      {
        pattern = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
    if let new { newTexts.append((old, new)) }
  }

  private mutating func readEdits(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterArray()
    while try cursor.nextElement() {
      guard cursor.nextKind() == .object else {
        try cursor.skipValue()
        continue
      }
      var old: JSONString?
      var new: JSONString?
      try cursor.enterObject()
      while let key = try cursor.nextKey() {
        if cursor.text(key, equals: "oldString") {
          old = try cursor.stringIfPresent()
        } else if cursor.text(key, equals: "newString") {
          new = try cursor.stringIfPresent()
        } else {
          try cursor.skipValue()
        }
      }
      if let new { newTexts.append((old, new)) }
    }
  }

  private mutating func readTime(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "start") {
        started = try cursor.epochMilliseconds()
      } else if cursor.text(key, equals: "end") {
        ended = try cursor.epochMilliseconds()
      } else {
        try cursor.skipValue()
      }
    }
  }

  private mutating func readMetadata(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "exit") {
        exitCode = try cursor.tokenNumber().orFailure
      } else {
        try cursor.skipValue()
      }
    }
  }
}

extension TokenNumber {
  /// As what a shell returned: a number that is none, such as that of a signal, is a failure.
  fileprivate var orFailure: Int64? { self == .impossible ? 1 : value }
}
