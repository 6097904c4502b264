import JSONScan

/// One pass over a request body: checks that it is JSON, and hands every key and value to a visitor.
///
/// Strict about structure where ``JSONCursor`` is lenient, since a body that two parsers read in two ways could be
/// metered as one request and served as another. It does not recurse; nesting is bounded.
struct RequestScanner {
  static let depthLimit = 256

  /// Where a value stands: the keys of the innermost containers, and how deep.
  struct Place {
    /// 1 for the values of the body itself.
    var depth: Int
    /// The key of the value; `.other` in an array.
    var key: RequestKey
    /// The key of the container that the value is in.
    var parent: RequestKey
  }

  enum Value {
    /// The bytes between the quotes, escapes and all.
    case string(Range<Int>)
    case number(Range<Int>)
    case boolean(Bool)
    case null
    case object
    case array
  }

  private struct Frame {
    var isObject: Bool
    var key: RequestKey
  }

  private let text: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var frames: [Frame] = []
  private var scratch: [UInt8] = []

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    frames.reserveCapacity(16)
  }

  /// - Parameters:
  ///   - onKey: Gets each key of the body itself (depth 1) with the range of its raw bytes.
  ///   - onValue: Gets each value as it begins, and the offset at which it does.
  mutating func scan(
    onKey: (RequestKey, Range<Int>) throws(RequestProblem) -> Void,
    onValue: (Place, Value, Int) throws(RequestProblem) -> Void
  ) throws(RequestProblem) {
    skipByteOrderMark()
    skipWhitespace()
    guard at < text.count, text[at] == 0x7B else {
      throw text[safe: at].map { $0 == 0x5B || $0 == 0x22 } == true ? .notAnObject : .notJSON(offset: at)
    }
    at += 1
    frames.append(Frame(isObject: true, key: .other))
    var isFirst = true
    while let top = frames.last {
      skipWhitespace()
      guard at < text.count else { throw .notJSON(offset: at) }
      let closing: UInt8 = top.isObject ? 0x7D : 0x5D
      if text[at] == closing {
        at += 1
        frames.removeLast()
        isFirst = false
        continue
      }
      if !isFirst {
        guard text[at] == 0x2C else { throw .notJSON(offset: at) }
        at += 1
        skipWhitespace()
      }
      var key = RequestKey.other
      if top.isObject {
        key = try readKey(onKey)
      }
      isFirst = try readValue(key: key, parent: top.key, onValue)
    }
    skipWhitespace()
    guard at == text.count else { throw .notJSON(offset: at) }
  }

  // MARK: Inside

  private mutating func readKey(
    _ onKey: (RequestKey, Range<Int>) throws(RequestProblem) -> Void
  ) throws(RequestProblem) -> RequestKey {
    guard at < text.count, text[at] == 0x22 else { throw .notJSON(offset: at) }
    let (range, hasEscapes) = try string()
    let key: RequestKey
    if hasEscapes {
      scratch.removeAll(keepingCapacity: true)
      JSONCursor(Span(_unsafeElements: text)).unescape(JSONString(range: range), into: &scratch)
      key = scratch.withUnsafeBufferPointer { RequestKey($0) }
    } else {
      key = RequestKey(UnsafeBufferPointer(rebasing: text[range]))
    }
    if frames.count == 1 { try onKey(key, range) }
    skipWhitespace()
    guard at < text.count, text[at] == 0x3A else { throw .notJSON(offset: at) }
    at += 1
    skipWhitespace()
    return key
  }

  /// - Returns: Whether a container was entered, so that what comes next is its first.
  private mutating func readValue(
    key: RequestKey, parent: RequestKey, _ onValue: (Place, Value, Int) throws(RequestProblem) -> Void
  ) throws(RequestProblem) -> Bool {
    guard at < text.count else { throw .notJSON(offset: at) }
    let place = Place(depth: frames.count, key: key, parent: parent)
    let start = at
    switch text[at] {
    case 0x22:
      let (range, _) = try string()
      try onValue(place, .string(range), start)
    case 0x7B, 0x5B:
      let isObject = text[at] == 0x7B
      guard frames.count < Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit) }
      at += 1
      try onValue(place, isObject ? .object : .array, start)
      frames.append(Frame(isObject: isObject, key: key))
      return true
    case 0x2D, 0x30...0x39:
      let end = try number()
      at = end
      try onValue(place, .number(start..<end), start)
    case 0x74:
      try literal("true")
      try onValue(place, .boolean(true), start)
    case 0x66:
      try literal("false")
      try onValue(place, .boolean(false), start)
    case 0x6E:
      try literal("null")
      try onValue(place, .null, start)
    default:
      throw .notJSON(offset: at)
    }
    return false
  }

  private mutating func string() throws(RequestProblem) -> (range: Range<Int>, hasEscapes: Bool) {
    let start = at + 1
    guard let (end, hasEscapes) = StringEnd.find(in: text, from: start) else {
      throw .notJSON(offset: text.count)
    }
    at = end + 1
    return (start..<end, hasEscapes)
  }

  /// RFC 8259's grammar of numbers.
  private func number() throws(RequestProblem) -> Int {
    var end = at
    func digits() -> Int {
      let first = end
      while end < text.count, text[end] &- 0x30 < 10 { end += 1 }
      return end - first
    }
    if text[end] == 0x2D { end += 1 }
    let leadsWithZero = end < text.count && text[end] == 0x30
    let whole = digits()
    guard whole > 0, !(leadsWithZero && whole > 1) else { throw .notJSON(offset: at) }
    if end < text.count, text[end] == 0x2E {
      end += 1
      guard digits() > 0 else { throw .notJSON(offset: at) }
    }
    if end < text.count, text[end] | 0x20 == 0x65 {
      end += 1
      if end < text.count, text[end] == 0x2B || text[end] == 0x2D { end += 1 }
      guard digits() > 0 else { throw .notJSON(offset: at) }
    }
    return end
  }

  private mutating func literal(_ name: StaticString) throws(RequestProblem) {
    let other = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    guard text[at...].starts(with: other) else { throw .notJSON(offset: at) }
    at += other.count
  }

  private mutating func skipWhitespace() {
    while at < text.count {
      let byte = text[at]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      at += 1
    }
  }

  private mutating func skipByteOrderMark() {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate subscript(safe index: Int) -> UInt8? { index < count ? self[index] : nil }
}
