/// The 16 bytes that name a trace. Never all zero.
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  /// nil if all bits are zero, which the recommendation forbids.
  package init?(high: UInt64, low: UInt64) {
    guard high != 0 || low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  static func random() -> TraceID {
    while true {
      if let made = TraceID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)) { return made }
    }
  }

  /// 32 lower-case hexadecimal digits.
  package var description: String {
    var text = ""
    text.reserveCapacity(32)
    Hex.append(high, to: &text)
    Hex.append(low, to: &text)
    return text
  }
}

/// The 8 bytes that name a span within its trace. Never all zero.
package struct SpanID: Hashable, Sendable, CustomStringConvertible {
  let bits: UInt64

  package init?(_ bits: UInt64) {
    guard bits != 0 else { return nil }
    self.bits = bits
  }

  static func random() -> SpanID {
    while true {
      if let made = SpanID(.random(in: .min ... .max)) { return made }
    }
  }

  /// 16 lower-case hexadecimal digits.
  package var description: String {
    var text = ""
    text.reserveCapacity(16)
    Hex.append(bits, to: &text)
    return text
  }
}

package struct TraceFlags: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The caller recorded this trace.
  package static let sampled = TraceFlags(rawValue: 1)
  /// The trace id's last seven bytes are random (Trace Context Level 2).
  package static let random = TraceFlags(rawValue: 2)
  /// The flags that have a meaning; others are set to zero before they are passed on.
  static let known: TraceFlags = [.sampled, .random]
}

enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  static func append(_ value: UInt64, to text: inout String) {
    for shift in stride(from: 60, through: 0, by: -4) {
      text.unicodeScalars.append(Unicode.Scalar(digits[Int((value >> UInt64(shift)) & 15)]))
    }
  }

  static func append(_ value: UInt8, to text: inout String) {
    text.unicodeScalars.append(Unicode.Scalar(digits[Int(value >> 4)]))
    text.unicodeScalars.append(Unicode.Scalar(digits[Int(value & 15)]))
  }

  /// Lower-case digits only, at most 16; nil for anything else.
  static func value(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    guard !bytes.isEmpty, bytes.count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in bytes {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt64(byte &- 0x30)
      case 0x61...0x66: value = value << 4 | UInt64(byte &- 0x61 &+ 10)
      default: return nil
      }
    }
    return value
  }
}
