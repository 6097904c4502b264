import Ledger

/// Seeded chance: the same seed gives the same draws on every machine (SplitMix64, Steele, Lea and Flood 2014).
struct Chance: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A stream of its own for whatever `label` names, so that one person's draws do not shift another's.
  init(seed: UInt64, label: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in label.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    state = seed ^ hash
    _ = next()
  }

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In `0..<count`; 0 if `count` is not positive.
  @inline(__always)
  mutating func below(_ count: Int) -> Int {
    guard count > 0 else { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  mutating func int64(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound + 1)))
  }

  /// True in `percent` of a hundred draws.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  /// One of `choices`, which must not be empty.
  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// A span between the two, to the millisecond.
  mutating func span(_ low: Duration, _ high: Duration) -> Duration {
    .milliseconds(int64(low.wholeMilliseconds...high.wholeMilliseconds))
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base62Digits = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  mutating func hex(_ count: Int) -> String { word(count, of: Self.hexDigits) }

  /// As the providers' identifiers are written.
  mutating func base62(_ count: Int) -> String { word(count, of: Self.base62Digits) }

  private mutating func word(_ count: Int, of digits: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: count) { buffer in
      for index in 0..<count { buffer[index] = digits[below(digits.count)] }
      return count
    }
  }

  /// A random UUID (version 4).
  mutating func uuid() -> String {
    "\(hex(8))-\(hex(4))-4\(hex(3))-\(Self.variant(next()))\(hex(3))-\(hex(12))"
  }

  /// A UUID that begins with the time (version 7), as Codex names its threads and turns.
  mutating func uuid(at instant: Instant) -> String {
    let stamp = String(UInt64(bitPattern: instant.milliseconds) & 0xffff_ffff_ffff, radix: 16)
    let time = String(repeating: "0", count: 12 - stamp.count) + stamp
    return "\(time.prefix(8))-\(time.suffix(4))-7\(hex(3))-\(Self.variant(next()))\(hex(3))-\(hex(12))"
  }

  private static func variant(_ bits: UInt64) -> String { ["8", "9", "a", "b"][Int(bits >> 62)] }
}
