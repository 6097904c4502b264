import JSONScan
import Ledger

/// A session, a message or a part, taken apart as far as all three are read; plain, or in the envelope of a
/// database row. Ranges are of the text it was read from.
struct OpenCodeRecord {
  // Of all.
  var id: JSONString?
  var sessionID: JSONString?
  var messageID: JSONString?
  var parentID: JSONString?
  var type: JSONString?
  var created: Instant?
  var completed: Instant?

  // Of a session.
  var directory: JSONString?
  var version: JSONString?

  // Of a message.
  var role: JSONString?
  var model: JSONString?
  var provider: JSONString?
  var workingDirectory: JSONString?
  var tokens: Range<Int>?
  /// The name of what went wrong, such as `MessageAbortedError`.
  var error: JSONString?
  var hasError = false

  // Of a part.
  var text: JSONString?
  /// Written by the tool, not by the person or the model.
  var isSynthetic = false
  var tool: JSONString?
  var callID: JSONString?
  var state: Range<Int>?

  /// - Throws: If the text is not one whole object.
  init(_ cursor: inout JSONCursor) throws(JSONScanError) {
    try read(&cursor, isEnvelope: true)
    try cursor.expectEnd()
  }

  private mutating func read(_ cursor: inout JSONCursor, isEnvelope: Bool) throws(JSONScanError) {
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      switch key.count {
      case 2 where cursor.text(key, equals: "id"): id = try cursor.stringIfPresent() ?? id
      case 4 where cursor.text(key, equals: "role"): role = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "type"): type = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "text"): text = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "tool"): tool = try cursor.stringIfPresent()
      case 4 where cursor.text(key, equals: "time"): try readTime(&cursor)
      case 4 where cursor.text(key, equals: "path"): try readPath(&cursor)
      case 4 where isEnvelope && cursor.text(key, equals: "data") && cursor.nextKind() == .object:
        try read(&cursor, isEnvelope: false)
      case 5 where cursor.text(key, equals: "model"): try readModel(&cursor)
      case 5 where cursor.text(key, equals: "state"): state = try cursor.skipValue()
      case 5 where cursor.text(key, equals: "error"): try readError(&cursor)
      case 6 where cursor.text(key, equals: "tokens"): tokens = try cursor.skipValue()
      case 6 where cursor.text(key, equals: "callID"): callID = try cursor.stringIfPresent()
      case 7 where cursor.text(key, equals: "modelID"): model = try cursor.stringIfPresent()
      case 7 where cursor.text(key, equals: "version"): version = try cursor.stringIfPresent()
      case 8 where cursor.text(key, equals: "parentID"): parentID = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "sessionID"):
        sessionID = try cursor.stringIfPresent() ?? sessionID
      case 9 where cursor.text(key, equals: "messageID"):
        messageID = try cursor.stringIfPresent() ?? messageID
      case 9 where cursor.text(key, equals: "directory"): directory = try cursor.stringIfPresent()
      case 9 where cursor.text(key, equals: "synthetic"):
        isSynthetic = try cursor.booleanIfPresent() ?? false
      case 10 where cursor.text(key, equals: "providerID"): provider = try cursor.stringIfPresent()
      default: try cursor.skipValue()
      }
    }
  }

  private mutating func readTime(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "created") || cursor.text(key, equals: "start") {
        created = try cursor.epochMilliseconds()
      } else if cursor.text(key, equals: "completed") || cursor.text(key, equals: "end") {
        completed = try cursor.epochMilliseconds()
      } else {
        try cursor.skipValue()
      }
    }
  }

  /// OpenCode 2 has the model and its provider in one object.
  private mutating func readModel(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "id") || cursor.text(key, equals: "modelID") {
        model = try cursor.stringIfPresent()
      } else if cursor.text(key, equals: "providerID") {
        provider = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }

  private mutating func readPath(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "cwd") {
        workingDirectory = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }

  private mutating func readError(_ cursor: inout JSONCursor) throws(JSONScanError) {
    guard cursor.nextKind() == .object else {
      try cursor.skipValue()
      return
    }
    hasError = true
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "name") {
        error = try cursor.stringIfPresent()
      } else {
        try cursor.skipValue()
      }
    }
  }
}

extension JSONCursor {
  /// The next value as milliseconds since 1970, if it is a time at all: from 2001 to 2096.
  mutating func epochMilliseconds() throws(JSONScanError) -> Instant? {
    guard nextKind() == .number else {
      try skipValue()
      return nil
    }
    let start = position
    do {
      guard let value = try integer(), (1_000_000_000_000..<4_000_000_000_000).contains(value) else {
        return nil
      }
      return Instant(milliseconds: value)
    } catch {
      position = start
      try skipValue()
      return nil
    }
  }
}
