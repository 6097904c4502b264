package import Ledger

/// Names one run of one agent for good: a UUID of version 7 (RFC 9562, 5.7), so that runs lie in the order in which they
/// began.
package struct RunID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// 36 characters, lower case.
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  /// One that nothing else has.
  package static func make(at now: Instant) -> RunID {
    var generator = SystemRandomNumberGenerator()
    return make(at: now, using: &generator)
  }

  package static func make(at now: Instant, using generator: inout some RandomNumberGenerator) -> RunID {
    let time = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
    let high = time << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &generator)
    let low = UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &generator) | 0x8000_0000_0000_0000
    let digits = Key128(high: high, low: low).hexadecimal
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return RunID(rawValue: text)
  }

  package var description: String { rawValue }

  /// Its random end: enough for people to tell runs apart.
  package var short: String { String(rawValue.suffix(12)) }

  package static func < (a: RunID, b: RunID) -> Bool { a.rawValue < b.rawValue }
}
