import JSONScan

/// A JSON value whole, with numbers as they are written: reports are small, and one field of the wrong type must not
/// cost the rest.
enum ExactJSON: Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([ExactJSON])
  case object([String: ExactJSON])

  static let maximumDepth = 32

  var array: [ExactJSON]? { if case .array(let items) = self { items } else { nil } }
  var object: [String: ExactJSON]? { if case .object(let members) = self { members } else { nil } }
  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The next value of a text that may hold several.
  ///
  /// - Throws: ``JSONScanError`` where the text is not JSON, ends too early, or is nested too deeply.
  static func next(_ cursor: inout JSONCursor, in text: [UInt8], depth: Int = 0) throws(JSONScanError)
    -> ExactJSON
  {
    guard depth < maximumDepth, let kind = cursor.nextKind() else {
      throw JSONScanError(
        reason: cursor.position >= text.count ? .truncated : .unexpectedByte, offset: cursor.position)
    }
    switch kind {
    case .object:
      try cursor.enterObject()
      var members: [String: ExactJSON] = [:]
      while let key = try cursor.nextKey() {
        let name = cursor.decoded(JSONString(range: key))
        members[name] = try next(&cursor, in: text, depth: depth + 1)
      }
      return .object(members)
    case .array:
      try cursor.enterArray()
      var items: [ExactJSON] = []
      while try cursor.nextElement() { items.append(try next(&cursor, in: text, depth: depth + 1)) }
      return .array(items)
    case .string: return .string(cursor.decoded(try cursor.string()))
    case .number: return .number(String(decoding: text[try cursor.skipValue()], as: UTF8.self))
    case .boolean: return .bool(try cursor.booleanIfPresent() ?? false)
    case .null:
      let range = try cursor.skipValue()
      guard text[range].elementsEqual("null".utf8) else {
        throw JSONScanError(reason: .unexpectedByte, offset: range.lowerBound)
      }
      return .null
    }
  }
}
