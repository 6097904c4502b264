import JSONScan

/// The text of a message's or result's `content`: a string, a part, or an array of parts (`PartListUnion` in
/// Google's GenAI SDK).
enum GeminiText {
  /// Calls `body` with every piece of text.
  ///
  /// - Returns: Whether a part held a tool's answer, which makes a `user` message one that nobody wrote.
  @discardableResult
  static func forEach(
    _ cursor: inout JSONCursor, scratch: inout [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(JSONScanError) -> Bool {
    switch cursor.nextKind() {
    case .string:
      let text = try cursor.string()
      cursor.withUTF8(text, scratch: &scratch, body)
      return false
    case .object:
      return try part(&cursor, scratch: &scratch, body)
    case .array:
      var hasAnswer = false
      try cursor.enterArray()
      while try cursor.nextElement() {
        switch cursor.nextKind() {
        case .string:
          let text = try cursor.string()
          cursor.withUTF8(text, scratch: &scratch, body)
        case .object:
          if try part(&cursor, scratch: &scratch, body) { hasAnswer = true }
        default:
          try cursor.skipValue()
        }
      }
      return hasAnswer
    default:
      try cursor.skipValue()
      return false
    }
  }

  private static func part(
    _ cursor: inout JSONCursor, scratch: inout [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(JSONScanError) -> Bool {
    var hasAnswer = false
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      if cursor.text(key, equals: "text"), let text = try cursor.stringIfPresent() {
        cursor.withUTF8(text, scratch: &scratch, body)
      } else if cursor.text(key, equals: "functionResponse") {
        hasAnswer = true
        try cursor.skipValue()
      } else if !cursor.text(key, equals: "text") {
        try cursor.skipValue()
      }
    }
    return hasAnswer
  }
}
