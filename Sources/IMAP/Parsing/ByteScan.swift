#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is done to bytes without a check for each of them.
enum ByteScan {
  /// Where `byte` first is, at the speed of memchr(3).
  @inline(__always)
  static func index(of byte: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let part = bytes.extracting(start..<end)
    return part.withUnsafeBytes { buffer -> Int? in
      guard let base = buffer.baseAddress, let found = memchr(base, Int32(byte), buffer.count) else {
        return nil
      }
      return start + (UnsafeRawPointer(found) - base)
    }
  }

  /// Whether `word`, in upper case, stands at `start`, in whatever case. What would go past the end does not.
  @inline(__always)
  static func equals(_ bytes: Span<UInt8>, at start: Int, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard start >= 0, start <= bytes.count - count else { return false }
    for offset in 0..<count {
      // In bounds: a StaticString has utf8CodeUnitCount bytes.
      let wanted = word.utf8Start[offset]
      let byte = bytes[start + offset]
      guard byte == wanted || (wanted >= 0x41 && wanted <= 0x5A && byte == wanted | 0x20) else {
        return false
      }
    }
    return true
  }

  /// Whether the bytes of a range stand at `start` again. What would go past the end does not.
  static func equals(_ bytes: Span<UInt8>, at start: Int, _ range: Range<Int>) -> Bool {
    guard start >= 0, start <= bytes.count - range.count else { return false }
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return range.isEmpty }
      return memcmp(base + start, base + range.lowerBound, range.count) == 0
    }
  }

  /// The bytes of a range as an array of their own.
  @inline(__always)
  static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    bytes.extracting(range).withUnsafeBufferPointer { Array($0) }
  }

  /// The bytes of a range as text, with U+FFFD for what is no UTF-8.
  @inline(__always)
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a range as text, ASCII letters in lower case, with U+FFFD for what is no UTF-8. Text of up to 15
  /// bytes takes no memory of its own.
  static func lowered(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(unsafeUninitializedCapacity: range.count) { text in
      for offset in 0..<range.count {
        let byte = bytes[range.lowerBound + offset]
        text[offset] = byte &- 0x41 < 26 ? byte | 0x20 : byte
      }
      return range.count
    }
  }
}
