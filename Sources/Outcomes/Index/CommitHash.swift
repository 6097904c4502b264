/// The name of a commit: 20 bytes of SHA-1 or 32 of SHA-256, the rest zero.
package struct CommitHash: Hashable, Sendable, BitwiseCopyable {
  package var words: (UInt64, UInt64, UInt64, UInt64)
  /// Significant hexadecimal digits: 40 or 64, or fewer for an abbreviation.
  package var digits: UInt64

  package static func == (a: CommitHash, b: CommitHash) -> Bool {
    a.words == b.words && a.digits == b.digits
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

  /// Reads lowercase or uppercase hexadecimal; `nil` if anything else is in it or it is not 4…64 digits long.
  package init?(hexadecimal: some Sequence<UInt8>) {
    var parts: [UInt64] = [0, 0, 0, 0]
    var count = 0
    for byte in hexadecimal {
      guard count < 64, let digit = Self.value(of: byte) else { return nil }
      parts[count / 16] |= UInt64(digit) << UInt64((15 - count % 16) * 4)
      count += 1
    }
    guard count >= 4 else { return nil }
    words = (parts[0], parts[1], parts[2], parts[3])
    digits = UInt64(count)
  }

  package init?(_ text: some StringProtocol) { self.init(hexadecimal: text.utf8) }

  /// In lowercase.
  package var hexadecimal: String {
    let parts = [words.0, words.1, words.2, words.3]
    let alphabet = Array("0123456789abcdef".utf8)
    let bytes = (0..<Int(min(digits, 64))).map { index in
      alphabet[Int(parts[index / 16] >> UInt64((15 - index % 16) * 4) & 15)]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether `self`, abbreviated or not, names `full`.
  package func abbreviates(_ full: CommitHash) -> Bool {
    guard digits <= full.digits else { return false }
    let mine = [words.0, words.1, words.2, words.3]
    let theirs = [full.words.0, full.words.1, full.words.2, full.words.3]
    var left = Int(min(digits, 64))
    for (a, b) in zip(mine, theirs) where left > 0 {
      let mask: UInt64 = left >= 16 ? .max : ~(UInt64.max >> UInt64(left * 4))
      if a & mask != b & mask { return false }
      left -= 16
    }
    return true
  }

  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
