import JSONScan

/// The values of some keys of one JSON object, as ranges of its text: one pass, nothing copied.
struct JSONFields {
  private var ranges: [Range<Int>?]

  /// - Parameter offset: Where the object begins in `bytes`.
  /// - Throws: If there is no object, or it is broken.
  init(
    _ bytes: Span<UInt8>, at offset: Int, _ names: [StaticString]
  ) throws(JSONScanError) {
    ranges = Array(repeating: nil, count: names.count)
    var cursor = JSONCursor(bytes, at: offset)
    try cursor.enterObject()
    while let key = try cursor.nextKey() {
      let value = try cursor.skipValue()
      // Most names are of another length.
      for index in names.indices
      where names[index].utf8CodeUnitCount == key.count && cursor.text(key, equals: names[index]) {
        ranges[index] = value
      }
    }
  }

  /// The value of the `index`th name; `nil` if the object does not have it.
  subscript(index: Int) -> Range<Int>? { ranges[index] }
}

/// Reads single values that ``JSONFields`` found.
enum JSONValue {
  static func kind(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> JSONKind? {
    guard let range else { return nil }
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    return cursor.nextKind()
  }

  /// The raw string, if the value is one.
  static func string(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> JSONString? {
    guard kind(bytes, range) == .string, let range, range.count >= 2 else { return nil }
    return JSONString(range: range.lowerBound + 1..<range.upperBound - 1)
  }

  /// The value of a string that is a name or a path: at most `limit` bytes long and not empty.
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>?, limit: Int = 4096) -> String? {
    guard let string = string(bytes, range), !string.isEmpty, string.range.count <= limit else { return nil }
    return JSONCursor(bytes).decoded(string)
  }

  /// The value of an integer; `nil` for anything else.
  static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> Int64? {
    guard kind(bytes, range) == .number, let range else { return nil }
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    do { return try cursor.integer() } catch { return nil }
  }

  static func boolean(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> Bool? {
    guard kind(bytes, range) == .boolean, let range else { return nil }
    return bytes[range.lowerBound] == 0x74
  }

  static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>?, _ text: StaticString) -> Bool {
    guard let string = string(bytes, range) else { return false }
    return JSONCursor(bytes).text(string, equals: text)
  }

  /// The name of a record's type for a diagnostic, if it is surely a name and no content.
  static func typeName(_ bytes: Span<UInt8>, _ type: JSONString) -> String? {
    guard (1...40).contains(type.range.count) else { return nil }
    for index in type.range {
      let byte = bytes[index]
      let isLetter = (byte | 0x20) &- 0x61 < 26
      guard isLetter || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2E || byte == 0x2D else { return nil }
    }
    return JSONCursor(bytes).decoded(type)
  }

  /// Whether the last byte that is not white space closes an object: the cheap sign that a line is whole.
  static func endsObject(_ bytes: Span<UInt8>) -> Bool {
    var index = bytes.count
    while index > 0 {
      index -= 1
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: continue
      case 0x7D: return true
      default: return false
      }
    }
    return false
  }
}
