import Ledger

/// Room that one frame after the other is written into: it grows to the longest of them and is never given back.
struct FrameBuffer: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 4096
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  mutating func removeAll() { count = 0 }

  /// Room for so many further bytes, of which as many as `body` says were written are kept.
  @inline(__always)
  private mutating func append(upTo length: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    if capacity &- count < length { grow(by: length) }
    // In bounds: there is room for `length` bytes behind `count`, and no `body` writes more.
    count &+= body(start + count)
  }

  private mutating func grow(by length: Int) {
    let larger = max(capacity * 2, count + length)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity = larger
  }

  mutating func append(contentsOf other: borrowing FrameBuffer) {
    append(upTo: other.count) { target in
      target.update(from: other.start, count: other.count)
      return other.count
    }
  }

  // MARK: JSON

  mutating func append(_ text: StaticString) {
    append(upTo: text.utf8CodeUnitCount) { target in
      // In bounds: a StaticString of more than one scalar has utf8CodeUnitCount bytes behind its pointer.
      target.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
      return text.utf8CodeUnitCount
    }
  }

  mutating func append(_ number: Int64) {
    append(upTo: 20) { target in
      var rest = number.magnitude
      var length = number < 0 ? 2 : 1
      var bound: UInt64 = 10
      while rest >= bound, length < 20 {
        length &+= 1
        let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
        if overflow { break }
        bound = next
      }
      var at = length
      repeat {
        at &-= 1
        target[at] = UInt8(truncatingIfNeeded: 0x30 &+ rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 { target[0] = UInt8(ascii: "-") }
      return length
    }
  }

  /// 32 hexadecimal digits in quotes.
  mutating func append(_ key: Key128) {
    append(upTo: 34) { target in
      target[0] = UInt8(ascii: "\"")
      Self.write(hexadecimal: key.high, digits: 16, to: target + 1)
      Self.write(hexadecimal: key.low, digits: 16, to: target + 17)
      target[33] = UInt8(ascii: "\"")
      return 34
    }
  }

  /// A string in quotes, cut after `limit` bytes at the end of a character.
  mutating func append(text: String, limit: Int) {
    var text = text
    text.withUTF8 { utf8 in
      var end = min(utf8.count, limit)
      // In bounds: `end` is less than the count wherever it is looked at.
      while end > 0, end < utf8.count, utf8[end] & 0xC0 == 0x80 { end -= 1 }
      append(quoted: UnsafeBufferPointer(rebasing: utf8[..<end]), asLatin: false)
    }
  }

  /// Any bytes as a string in quotes in which each byte is the character of its number.
  mutating func append(latin bytes: [UInt8], limit: Int) {
    bytes.withUnsafeBufferPointer {
      append(quoted: UnsafeBufferPointer(rebasing: $0[..<min($0.count, limit)]), asLatin: true)
    }
  }

  private mutating func append(quoted source: UnsafeBufferPointer<UInt8>, asLatin: Bool) {
    // Six bytes for each of the source at most: `\u00xx`.
    append(upTo: source.count * 6 + 2) { target in
      var at = 0
      func put(_ byte: UInt8) {
        target[at] = byte
        at &+= 1
      }
      put(UInt8(ascii: "\""))
      for byte in source {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
          put(UInt8(ascii: "\\"))
          put(byte)
        case 0x20..<0x7F: put(byte)
        case 0x80... where !asLatin: put(byte)
        default:
          for escape in "\\u00".utf8 { put(escape) }
          Self.write(hexadecimal: UInt64(byte), digits: 2, to: target + at)
          at &+= 2
        }
      }
      put(UInt8(ascii: "\""))
      return at
    }
  }

  // MARK: Frames

  /// Begins a frame with room for its checksum.
  mutating func beginFrame() -> Int {
    let start = count
    append("00000000 ")
    return start
  }

  /// Ends the frame that began at `start`: fills in the checksum of what was added since, and ends the line.
  mutating func endFrame(from start: Int) {
    // In bounds: beginFrame wrote nine bytes at `start`.
    let body = UnsafeRawBufferPointer(rebasing: bytes[(start + 9)...])
    Self.write(hexadecimal: UInt64(CRC32C.checksum(body)), digits: 8, to: self.start + start)
    append("\n")
  }

  private static func write(hexadecimal value: UInt64, digits: Int, to target: UnsafeMutablePointer<UInt8>) {
    var rest = value
    var at = digits
    while at > 0 {
      at &-= 1
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      target[at] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
      rest >>= 4
    }
  }
}
