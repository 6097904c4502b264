/// A 128-bit name for something a source reported, the same wherever and however often it is read:
/// SipHash-2-4-128 of the tool and the source's own identifier under a fixed key.
package struct Key128: Hashable, Comparable, Sendable, Codable {
  package var high: UInt64
  package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package static func < (a: Key128, b: Key128) -> Bool { (a.high, a.low) < (b.high, b.low) }

  /// The key of `identifier` in a name space such as `claude-code/message`.
  package init(space: StaticString, _ identifier: UnsafeBufferPointer<UInt8>) {
    var hash = SipHash24(key: .names, wide: true)
    for index in 0..<space.utf8CodeUnitCount {
      // In bounds: a StaticString of more than one scalar has utf8CodeUnitCount bytes behind its pointer.
      hash.append(space.utf8Start[index])
    }
    hash.append(0)
    for byte in identifier { hash.append(byte) }
    self = hash.finalize128()
  }

  package init(space: StaticString, _ identifier: String) {
    var identifier = identifier
    self = identifier.withUTF8 { Key128(space: space, $0) }
  }

  /// The key of a part of something that has a key, such as one file of a call that edits several.
  package init(part: some BinaryInteger, of whole: Key128) {
    var hash = SipHash24(key: .names, wide: true)
    for word in [whole.high, whole.low, UInt64(truncatingIfNeeded: part)] {
      for shift in stride(from: 0, to: 64, by: 8) { hash.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    self = hash.finalize128()
  }
}

extension Key128 {
  /// 32 lowercase hexadecimal digits.
  package var hexadecimal: String {
    func digits(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
    return digits(high) + digits(low)
  }

  /// Reads 32 hexadecimal digits; `nil` if the text is anything else.
  package init?(hexadecimal text: some StringProtocol) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// One that nothing else has.
  package static func random() -> Key128 {
    var generator = SystemRandomNumberGenerator()
    return Key128(high: generator.next(), low: generator.next())
  }
}

/// Makes keys that nothing else has, near those of the same time: 48 bits of milliseconds, as UUIDs of version 7 begin
/// with, 16 that are random, and a number that counts on from a random one. Those of a minute lie together wherever
/// keys are kept in the order of their bytes.
package struct TimeOrderedKeys: Sendable {
  private let run: UInt64
  private var number: UInt64

  package init() {
    var generator = SystemRandomNumberGenerator()
    run = generator.next() & 0xFFFF
    number = generator.next()
  }

  package mutating func next(at instant: Instant) -> Key128 {
    number &+= 1
    let time = UInt64(bitPattern: instant.milliseconds) << 16 | run
    // Keys are stored with the lowest byte first: so that comes to be the first of the time.
    return Key128(high: time.byteSwapped, low: number)
  }
}

/// Identifies one model call, however many sources and files report it.
package typealias EventID = Key128
/// Identifies one session of one tool.
package typealias SessionID = Key128
/// Identifies one turn: derived from the identifier of the message that began it, so that copies agree.
package typealias TurnID = Key128
