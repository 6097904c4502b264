#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension JSONCursor {
  /// Whether the raw bytes of `range` are `text`, which must not need escaping.
  package func text(_ range: Range<Int>, equals text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return true }
      // In bounds: the range came from this text, and a StaticString has utf8CodeUnitCount bytes.
      return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }
  }

  @inlinable
  package func text(_ string: JSONString, equals text: StaticString) -> Bool {
    self.text(string.range, equals: text)
  }

  /// Whether the string's raw bytes are those of `text`; `false` for a string that needs escapes to say the same.
  package func text(_ string: JSONString, equals text: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      text.withUnsafeBufferPointer { other in
        guard string.range.count == other.count else { return false }
        guard let a = buffer.baseAddress, let b = other.baseAddress else { return other.isEmpty }
        // In bounds: the range came from this text, and both sides have `other.count` bytes.
        return memcmp(a + string.range.lowerBound, b, other.count) == 0
      }
    }
  }

  package func text(_ string: JSONString, equals text: String) -> Bool {
    var text = text
    return text.withUTF8 { other in
      guard string.range.count == other.count else { return false }
      return bytes.withUnsafeBufferPointer { $0[string.range].elementsEqual(other) }
    }
  }

  /// The string's bytes as they stand, escapes included.
  package func rawBytes(_ string: JSONString) -> [UInt8] {
    bytes.withUnsafeBufferPointer { Array($0[string.range]) }
  }

  /// A cursor over a part of the text alone, with offsets of its own.
  @_lifetime(copy self)
  package func extracting(_ range: Range<Int>) -> JSONCursor {
    JSONCursor(bytes.extracting(range))
  }

  /// The string's value, with escapes resolved and invalid UTF-8 replaced.
  package func decoded(_ string: JSONString) -> String {
    if !hasEscapes(string) {
      return bytes.withUnsafeBufferPointer {
        String(decoding: UnsafeBufferPointer(rebasing: $0[string.range]), as: UTF8.self)
      }
    }
    var buffer: [UInt8] = []
    unescape(string, into: &buffer)
    return String(decoding: buffer, as: UTF8.self)
  }

  /// The string's UTF-8, escapes resolved: in place where there are none, else through `scratch`.
  @inlinable
  package func withUTF8<Result>(
    _ string: JSONString, scratch: inout [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if hasEscapes(string) {
      scratch.removeAll(keepingCapacity: true)
      unescape(string, into: &scratch)
      return scratch.withUnsafeBufferPointer(body)
    }
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[string.range])) }
  }

  @inlinable
  package func hasEscapes(_ string: JSONString) -> Bool {
    indexOf(0x5C, from: string.range.lowerBound, to: string.range.upperBound) != nil
  }

  /// Appends the string's UTF-8 to `output`. An escape that JSON does not know stands for itself; half a
  /// surrogate pair becomes U+FFFD.
  package func unescape(_ string: JSONString, into output: inout [UInt8]) {
    var at = string.range.lowerBound
    let end = string.range.upperBound
    output.reserveCapacity(output.count + string.range.count)
    while at < end {
      let plainEnd = indexOf(0x5C, from: at, to: end) ?? end
      bytes.withUnsafeBufferPointer { output.append(contentsOf: $0[at..<plainEnd]) }
      at = plainEnd
      guard at + 1 < end else { break }
      let escape = bytes[at + 1]
      at += 2
      switch escape {
      case 0x6E: output.append(0x0A)
      case 0x74: output.append(0x09)
      case 0x72: output.append(0x0D)
      case 0x62: output.append(0x08)
      case 0x66: output.append(0x0C)
      case 0x75:
        var scalar = hexadecimal(at: at, end: end)
        at = min(at + 4, end)
        if let high = scalar, high & 0xFC00 == 0xD800, at + 1 < end, bytes[at] == 0x5C,
          bytes[at + 1] == 0x75, let low = hexadecimal(at: at + 2, end: end), low & 0xFC00 == 0xDC00
        {
          scalar = 0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF)
          at += 6
        }
        let character = scalar.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        output.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
      default: output.append(escape)
      }
    }
  }

  private func hexadecimal(at start: Int, end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var value: UInt32 = 0
    for index in start..<start + 4 {
      let byte = bytes[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
