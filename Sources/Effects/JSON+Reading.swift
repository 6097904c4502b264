package import Foundation
import JSONScan

extension JSON {
  /// What RFC 8259 calls a JSON text, all of it checked, and what `JSONDecoder` takes beside: a comma behind the last
  /// element or member, and a mark of UTF-8 before all. Of a name that comes twice the first value is kept.
  ///
  /// A number whose value is whole and fits 64 bits is an integer however it is written (`1e3`, `-0.0`).
  ///
  /// - Parameter bytes: One JSON value in UTF-8. Whoever reads from outside bounds their size first.
  package init(bytes: Data) throws(JSONError) { try self.init(bytes.span, within: nil) }

  /// What RFC 8259 calls a JSON text and nothing beside, within bounds, and with no name twice in an object: whoever else reads
  /// the same bytes reads the same value.
  ///
  /// - Parameter bytes: One JSON value in UTF-8, as anybody may have sent it.
  package init(strictly bytes: [UInt8], within bounds: ReadingBounds) throws(JSONError) {
    guard bytes.count <= bounds.bytes else {
      throw JSONError(reason: "longer than \(bounds.bytes) bytes")
    }
    try self.init(bytes.span, within: bounds)
  }

  private init(_ text: Span<UInt8>, within bounds: ReadingBounds?) throws(JSONError) {
    var reading = JSONReading(text, within: bounds)
    do throws(JSONScanError) { self = try reading.whole() } catch {
      throw JSONError(reason: reading.problem)
    }
  }

  /// How much a text from outside may hold.
  package struct ReadingBounds: Hashable, Sendable {
    package var bytes: Int
    /// Arrays and objects within each other.
    package var nesting: Int
    /// Of whatever kind.
    package var values: Int

    package init(bytes: Int, nesting: Int, values: Int) {
      self.bytes = bytes
      self.nesting = nesting
      self.values = values
    }
  }
}

/// Reads one value with the scanner, and checks what the scanner passes over: commas, words, numbers, what is in strings.
private struct JSONReading: ~Escapable {
  /// What is wrong with the text, after “it is”.
  private(set) var problem = "not well-formed JSON"

  private let text: Span<UInt8>
  private let isStrict: Bool
  /// How many arrays and objects may stand in one another; each takes room on the stack.
  private let deepest: Int
  /// How many more values there may be.
  private var room: Int
  private var cursor: JSONCursor
  /// For strings with escapes.
  private var scratch: [UInt8] = []

  @_lifetime(copy text)
  init(_ text: Span<UInt8>, within bounds: JSON.ReadingBounds?) {
    self.text = text
    isStrict = bounds != nil
    deepest = min(bounds?.nesting ?? 512, 512)
    room = bounds?.values ?? .max
    let hasMark = !isStrict && text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
    cursor = JSONCursor(text, at: hasMark ? 3 : 0)
  }

  @_lifetime(self: copy self)
  mutating func whole() throws(JSONScanError) -> JSON {
    let value = try value(in: 0)
    try cursor.expectEnd()
    return value
  }

  /// - Parameter depth: How many arrays and objects are open.
  @_lifetime(self: copy self)
  private mutating func value(in depth: Int) throws(JSONScanError) -> JSON {
    room -= 1
    guard room >= 0 else { throw refusal("made of too many values") }
    switch cursor.nextKind() {
    case .string: return .string(try string())
    case .number: return try number()
    case .object: return .object(try object(in: depth))
    case .array: return .array(try array(in: depth))
    case .null:
      try word("null")
      return .null
    case .boolean:
      let isTrue = text[cursor.position] == UInt8(ascii: "t")
      try word(isTrue ? "true" : "false")
      return .bool(isTrue)
    case nil: throw unexpected(at: cursor.position)
    }
  }

  @_lifetime(self: copy self)
  private mutating func array(in depth: Int) throws(JSONScanError) -> [JSON] {
    guard depth < deepest else { throw refusal("nested too deeply") }
    try cursor.enterArray()
    var elements: [JSON] = []
    while !takes(UInt8(ascii: "]")) {
      elements.append(try value(in: depth + 1))
      guard try another(before: UInt8(ascii: "]")) else { break }
    }
    return elements
  }

  @_lifetime(self: copy self)
  private mutating func object(in depth: Int) throws(JSONScanError) -> [String: JSON] {
    guard depth < deepest else { throw refusal("nested too deeply") }
    try cursor.enterObject()
    var members: [(String, JSON)] = []
    while !takes(UInt8(ascii: "}")) {
      let name = try string()
      guard takes(UInt8(ascii: ":")) else { throw unexpected(at: cursor.position) }
      members.append((name, try value(in: depth + 1)))
      guard try another(before: UInt8(ascii: "}")) else { break }
    }
    // Made at once, so that it does not grow, and hash its names anew, step by step.
    let object = Dictionary(members) { first, _ in first }
    // Two spellings of one letter are one name to Swift, and to others two.
    guard !isStrict || object.count == members.count else { throw refusal("an object with a name twice") }
    return object
  }

  /// Whether a comma comes next and not `end`; the one or the other is passed.
  @_lifetime(self: copy self)
  private mutating func another(before end: UInt8) throws(JSONScanError) -> Bool {
    guard takes(UInt8(ascii: ",")) else {
      guard takes(end) else { throw unexpected(at: cursor.position) }
      return false
    }
    guard isStrict else { return true }
    // Behind the last there is none.
    _ = cursor.nextKind()
    guard cursor.position < text.count, text[cursor.position] != end else {
      throw unexpected(at: cursor.position)
    }
    return true
  }

  /// Whether `byte` comes next, behind white space; then it is passed.
  @inline(__always) @_lifetime(self: copy self)
  private mutating func takes(_ byte: UInt8) -> Bool {
    _ = cursor.nextKind()  // Leaves the cursor behind white space.
    guard cursor.position < text.count, text[cursor.position] == byte else { return false }
    cursor.position += 1
    return true
  }

  @_lifetime(self: copy self)
  private mutating func word(_ word: StaticString) throws(JSONScanError) {
    let end = cursor.position + word.utf8CodeUnitCount
    guard end <= text.count, cursor.text(cursor.position..<end, equals: word) else {
      throw unexpected(at: cursor.position)
    }
    cursor.position = end
  }

  private func unexpected(at offset: Int) -> JSONScanError {
    JSONScanError(reason: .unexpectedByte, offset: offset)
  }

  @_lifetime(self: copy self)
  private mutating func refusal(_ problem: String) -> JSONScanError {
    self.problem = problem
    return unexpected(at: cursor.position)
  }
}

// MARK: - Strings

extension JSONReading {
  @_lifetime(self: copy self)
  private mutating func string() throws(JSONScanError) -> String {
    let range = try cursor.string().range
    let string = text.extracting(range).withUnsafeBufferPointer { bytes -> String? in
      // Without a way out, so that it is done many bytes at a time.
      var isPlain = true
      var isASCII = true
      for byte in bytes {
        isPlain = isPlain && byte >= 0x20 && byte != UInt8(ascii: "\\")
        isASCII = isASCII && byte < 0x80
      }
      guard isPlain else { return nil }
      // Of the two this is the faster; but it mends what is no UTF-8, where the other refuses it.
      return isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }
    if let string { return string }
    // What is no UTF-8 comes by here too, to be refused below.
    try unescape(range)
    guard let string = String(validating: scratch, as: UTF8.self) else {
      throw unexpected(at: range.lowerBound)
    }
    return string
  }

  /// Puts into `scratch` what is meant by the bytes of `range`.
  @_lifetime(self: copy self)
  private mutating func unescape(_ range: Range<Int>) throws(JSONScanError) {
    scratch.removeAll(keepingCapacity: true)
    var at = range.lowerBound
    while true {
      let start = at
      while at < range.upperBound, text[at] >= 0x20, text[at] != UInt8(ascii: "\\") { at += 1 }
      text.extracting(start..<at).withUnsafeBufferPointer { scratch.append(contentsOf: $0) }
      guard at < range.upperBound else { return }
      guard text[at] == UInt8(ascii: "\\") else { throw unexpected(at: at) }
      // No backslash is the last: the quote behind it would not have ended the string.
      let escape = text[at + 1]
      at += 2
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(escape)
      case UInt8(ascii: "b"): scratch.append(0x08)
      case UInt8(ascii: "f"): scratch.append(0x0C)
      case UInt8(ascii: "n"): scratch.append(0x0A)
      case UInt8(ascii: "r"): scratch.append(0x0D)
      case UInt8(ascii: "t"): scratch.append(0x09)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(at: &at, to: range.upperBound) else { throw unexpected(at: at) }
        scratch.append(contentsOf: String(scalar).utf8)
      default: throw unexpected(at: at)
      }
    }
  }

  /// The scalar whose one or two escapes have their first digit at `at`; `nil` for less than four digits and half a pair.
  private func scalar(at: inout Int, to end: Int) -> Unicode.Scalar? {
    guard let unit = unit(at: at, to: end) else { return nil }
    at += 4
    guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) }
    guard at + 2 <= end, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u"),
      let trail = self.unit(at: at + 2, to: end), UTF16.isTrailSurrogate(trail)
    else { return nil }
    at += 6
    return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
  }

  private func unit(at start: Int, to end: Int) -> UInt16? {
    guard start + 4 <= end else { return nil }
    var unit: UInt16 = 0
    for at in start..<start + 4 {
      guard let digit = Character(Unicode.Scalar(text[at])).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}

// MARK: - Numbers

extension JSONReading {
  @_lifetime(self: copy self)
  private mutating func number() throws(JSONScanError) -> JSON {
    let start = cursor.position
    var at = start
    let isNegative = text[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let whole = try digits(&at)
    guard whole.count == 1 || text[whole.lowerBound] != UInt8(ascii: "0") else { throw unexpected(at: at) }
    var fraction = at..<at
    if at < text.count, text[at] == UInt8(ascii: ".") {
      at += 1
      fraction = try digits(&at)
    }
    var exponent = at..<at
    if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      let sign = at
      if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
      exponent = sign..<(try digits(&at).upperBound)
    }
    cursor.position = at

    let isInteger = fraction.isEmpty && exponent.isEmpty
    let number = ascii(start..<at)
    if isInteger, let value = Int64(number) { return .integer(value) }
    guard !isStrict || number.utf8.count <= 400 else { throw refusal("a number beyond all bounds") }
    guard let double = Double(number), double.isFinite else { throw unexpected(at: start) }
    guard !isInteger, let near = Int64(exactly: double) else { return .number(double) }
    // From here on neighbours are one to a Double.
    guard double.magnitude >= 0x1p53 else { return .integer(near) }
    let magnitude = integer(whole, fraction, exponent: exponent)
    return magnitude.map { .integer(isNegative ? -$0 : $0) } ?? .number(double)
  }

  /// One digit at least.
  private func digits(_ at: inout Int) throws(JSONScanError) -> Range<Int> {
    let start = at
    while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
    guard at > start else { throw unexpected(at: at) }
    return start..<at
  }

  /// The number without its sign where its digits fit 64 bits, and so does it; else `nil`. Like `JSONDecoder`, which goes by
  /// way of `Decimal` here, it cuts off what is left behind the point.
  private func integer(_ whole: Range<Int>, _ fraction: Range<Int>, exponent: Range<Int>) -> Int64? {
    var digits = (ascii(whole) + ascii(fraction))[...]
    guard var power = exponent.isEmpty ? 0 : Int(ascii(exponent)) else { return nil }
    power -= fraction.count
    while digits.last == "0" {
      digits.removeLast()
      power += 1
    }
    guard var value = UInt64(digits) else { return nil }
    // At most some twenty times: the number is known to lie between 2⁵³ and 2⁶³.
    for _ in 0..<abs(power) {
      let (next, isOver) = power < 0 ? (value / 10, false) : value.multipliedReportingOverflow(by: 10)
      guard !isOver else { return nil }
      value = next
    }
    return Int64(exactly: value)
  }

  private func ascii(_ range: Range<Int>) -> String {
    text.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}
