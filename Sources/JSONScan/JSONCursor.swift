#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Walks over one JSON text in place, validating only what it visits.
///
/// Session logs are mostly long strings that nobody asks for; skipping them at the speed of `memchr` is what
/// makes reading gigabytes of history cheap. Nothing is copied until a value is asked for. Text that is
/// broken where it was not visited may go unnoticed; where it matters, visit it.
///
/// ```swift
/// var cursor = JSONCursor(line)
/// try cursor.enterObject()
/// while let key = try cursor.nextKey() {
///   if cursor.text(key, equals: "type") { kind = try cursor.string() } else { try cursor.skipValue() }
/// }
/// ```
package struct JSONCursor: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>
  /// The offset of the next byte to read.
  package var position: Int

  @_lifetime(copy bytes)
  @inlinable
  package init(_ bytes: Span<UInt8>, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  // MARK: Structure

  /// What kind of value comes next; `nil` at the end of the text or where no value can begin.
  @inlinable
  package mutating func nextKind() -> JSONKind? {
    skipWhitespace()
    guard position < bytes.count else { return nil }
    switch bytes[position] {
    case 0x7B: return .object
    case 0x5B: return .array
    case 0x22: return .string
    case 0x74, 0x66: return .boolean
    case 0x6E: return .null
    case 0x2D, 0x30...0x39: return .number
    default: return nil
    }
  }

  @inlinable
  package mutating func enterObject() throws(JSONScanError) { try expect(0x7B) }

  @inlinable
  package mutating func enterArray() throws(JSONScanError) { try expect(0x5B) }

  /// The next key of the object entered, as the range of its raw bytes, with the cursor at its value;
  /// `nil` after the last, with the cursor behind the object.
  @inlinable
  package mutating func nextKey() throws(JSONScanError) -> Range<Int>? {
    skipWhitespace()
    guard position < bytes.count else { throw error(.truncated) }
    if bytes[position] == 0x2C {
      position += 1
      skipWhitespace()
    } else if bytes[position] == 0x7D {
      position += 1
      return nil
    }
    let key = try string()
    try expect(0x3A)
    return key.range
  }

  /// Whether the array entered has another element, with the cursor at it; else the cursor is behind the array.
  @inlinable
  package mutating func nextElement() throws(JSONScanError) -> Bool {
    skipWhitespace()
    guard position < bytes.count else { throw error(.truncated) }
    if bytes[position] == 0x2C {
      position += 1
      skipWhitespace()
      guard position < bytes.count else { throw error(.truncated) }
      return true
    }
    if bytes[position] == 0x5D {
      position += 1
      return false
    }
    return true
  }

  /// Skips one value of any kind and returns where it stood.
  @inlinable
  @discardableResult
  package mutating func skipValue() throws(JSONScanError) -> Range<Int> {
    skipWhitespace()
    let start = position
    guard start < bytes.count else { throw error(.truncated) }
    switch bytes[start] {
    case 0x22:
      position = try endOfString(from: start + 1) + 1
    case 0x7B, 0x5B:
      try skipContainer()
    case 0x2D, 0x30...0x39, 0x74, 0x66, 0x6E:
      skipScalar()
    default:
      throw error(.unexpectedByte)
    }
    return start..<position
  }

  /// Requires that nothing but white space is left.
  @inlinable
  package mutating func expectEnd() throws(JSONScanError) {
    skipWhitespace()
    guard position == bytes.count else { throw error(.unexpectedByte) }
  }

  // MARK: Scalars

  /// The next value, which must be a string.
  @inlinable
  package mutating func string() throws(JSONScanError) -> JSONString {
    skipWhitespace()
    guard position < bytes.count else { throw error(.truncated) }
    guard bytes[position] == 0x22 else { throw error(.wrongKind) }
    let start = position + 1
    let end = try endOfString(from: start)
    position = end + 1
    return JSONString(range: start..<end)
  }

  /// The next value if it is a string; any other value is skipped.
  @inlinable
  package mutating func stringIfPresent() throws(JSONScanError) -> JSONString? {
    if nextKind() == .string { return try string() }
    try skipValue()
    return nil
  }

  /// The next value, which must be an integer or `null`.
  ///
  /// - Throws: ``JSONScanError`` of reason `notAnInteger` for a fraction, an exponent, or more than 64 bits.
  @inlinable
  package mutating func integer() throws(JSONScanError) -> Int64? {
    switch nextKind() {
    case .null:
      try skipValue()
      return nil
    case .number:
      break
    case nil where position >= bytes.count:
      throw error(.truncated)
    default:
      throw error(.notAnInteger)
    }
    var at = position
    let negative = bytes[at] == 0x2D
    if negative { at += 1 }
    var value: Int64 = 0
    let firstDigit = at
    while at < bytes.count {
      let digit = bytes[at] &- 0x30
      guard digit < 10 else { break }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.subtractingReportingOverflow(Int64(digit))
      guard !overflow, !carry else { throw error(.notAnInteger) }
      value = sum  // Kept negative: the negative range is the larger one.
      at += 1
    }
    guard at > firstDigit else { throw error(.notAnInteger) }
    if at < bytes.count, bytes[at] == 0x2E || bytes[at] | 0x20 == 0x65 { throw error(.notAnInteger) }
    if !negative {
      guard value != .min else { throw error(.notAnInteger) }
      value = -value
    }
    position = at
    return value
  }

  /// The next value if it is a number, read as a `Double`; any other value is skipped.
  package mutating func doubleIfPresent() throws(JSONScanError) -> Double? {
    guard nextKind() == .number else {
      try skipValue()
      return nil
    }
    let range = try skipValue()
    return Double(decoded(JSONString(range: range)))
  }

  /// The next value if it is `true` or `false`; any other value is skipped.
  @inlinable
  package mutating func booleanIfPresent() throws(JSONScanError) -> Bool? {
    guard nextKind() == .boolean else {
      try skipValue()
      return nil
    }
    let isTrue = bytes[position] == 0x74
    skipScalar()
    return isTrue
  }

  // MARK: Inside

  @inlinable
  func error(_ reason: JSONScanError.Reason) -> JSONScanError {
    JSONScanError(reason: reason, offset: position)
  }

  @inlinable
  mutating func skipWhitespace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  @inlinable
  mutating func expect(_ byte: UInt8) throws(JSONScanError) {
    skipWhitespace()
    guard position < bytes.count else { throw error(.truncated) }
    guard bytes[position] == byte else { throw error(.unexpectedByte) }
    position += 1
  }

  /// Not inlinable, so that C's names stay out of the interface; the call is nothing beside the scan.
  @usableFromInline
  func indexOf(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      // In bounds: 0 <= start < end <= bytes.count.
      guard let hit = memchr(base + start, Int32(byte), end - start) else { return nil }
      return UnsafeRawPointer(base).distance(to: hit)
    }
  }

  /// The offset of the quote that ends the string whose content begins at `start`.
  @usableFromInline
  func endOfString(from start: Int) throws(JSONScanError) -> Int {
    let end = bytes.withUnsafeBytes { Self.endOfString($0, from: start) }
    guard let end else { throw JSONScanError(reason: .truncated, offset: bytes.count) }
    return end
  }

  /// Keys, identifiers and timestamps end within a few words, which are looked at eight bytes at a time; only
  /// what is longer is worth a call to `memchr`.
  @inline(__always)
  static func endOfString(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = text.baseAddress else { return nil }
    let count = text.count
    var from = start
    // In bounds: every load ends at or before `count`.
    while from &+ 8 <= count, from < start &+ 48 {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: from, as: UInt64.self))
      let quotes = zeroBytes(word ^ 0x2222_2222_2222_2222)
      let escapes = zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
      if quotes | escapes == 0 {
        from &+= 8
        continue
      }
      if escapes == 0 || quotes != 0 && quotes.trailingZeroBitCount < escapes.trailingZeroBitCount {
        return from &+ quotes.trailingZeroBitCount / 8
      }
      from &+= escapes.trailingZeroBitCount / 8 &+ 2
    }
    while from < count, let hit = memchr(base + from, 0x22, count &- from) {
      let quote = base.distance(to: UnsafeRawPointer(hit))
      var backslash = quote
      while backslash > start, base.load(fromByteOffset: backslash &- 1, as: UInt8.self) == 0x5C {
        backslash &-= 1
      }
      if (quote &- backslash) & 1 == 0 { return quote }
      from = quote &+ 1
    }
    return nil
  }

  /// The highest bit of each byte that is zero, up to and including the first (Mycroft's test; bits above the
  /// first may be wrong, and are not looked at).
  @inline(__always)
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  @usableFromInline
  mutating func skipContainer() throws(JSONScanError) {
    let start = position
    let end = bytes.withUnsafeBytes { Self.endOfContainer($0, from: start) }
    guard let end else { throw JSONScanError(reason: .truncated, offset: bytes.count) }
    position = end
  }

  /// The offset behind the object or array that begins at `start`; `nil` if it does not end.
  static func endOfContainer(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = text.baseAddress else { return nil }
    let count = text.count
    var depth = 0
    var at = start
    while at < count {
      // In bounds: 0 <= at < count.
      let byte = base.load(fromByteOffset: at, as: UInt8.self)
      at &+= 1
      if byte == 0x22 {
        guard let quote = endOfString(text, from: at) else { return nil }
        at = quote &+ 1
        continue
      }
      // Brackets and braces differ in one bit, and nothing else becomes one of them by it.
      switch byte | 0x20 {
      case 0x7B: depth &+= 1
      case 0x7D:
        depth &-= 1
        if depth == 0 { return at }
      default: break
      }
    }
    return nil
  }

  /// The offset of the first byte from `start` on that is not white space.
  @inline(__always)
  static func skipWhitespace(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var at = start
    while at < text.count {
      let byte = text[at]
      guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return at }
      at &+= 1
    }
    return at
  }

  /// The offset of what ends the number, `true`, `false` or `null` that begins at `start`.
  static func endOfScalar(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var at = start
    while at < text.count {
      switch text[at] {
      case 0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D, 0x09: return at
      default: at &+= 1
      }
    }
    return at
  }

  @inlinable
  mutating func skipScalar() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D, 0x09: return
      default: position += 1
      }
    }
  }
}

/// The kind of a JSON value.
package enum JSONKind: Sendable, Hashable { case object, array, string, number, boolean, null }

/// A string value as it stands in the text: the range of its raw bytes between the quotes.
package struct JSONString: Sendable, Hashable {
  package var range: Range<Int>

  @inlinable
  package init(range: Range<Int>) { self.range = range }

  package var isEmpty: Bool { range.isEmpty }
}

/// Why a text could not be read on, and where.
package struct JSONScanError: Error, Hashable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case truncated, unexpectedByte, wrongKind, notAnInteger
  }

  package var reason: Reason
  /// Bytes from the start of the text.
  package var offset: Int

  @inlinable
  package init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String {
    switch reason {
    case .truncated: "the JSON text ends too early, at byte \(offset)"
    case .unexpectedByte: "not JSON at byte \(offset)"
    case .wrongKind: "a value of another kind was expected at byte \(offset)"
    case .notAnInteger: "not an integer at byte \(offset)"
    }
  }
}
