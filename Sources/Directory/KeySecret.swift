import Crypto

/// The secret of a virtual key, shown to its holder once and kept nowhere: `asy_`, 32 random bytes as 43 digits of
/// base 62, and a checksum of six, 53 characters in all.
///
/// Whatever prints it by accident (string interpolation, a debugger, `dump`) gets its ``prefix`` only.
package struct KeySecret: Sendable {
  /// The secret itself. Whoever asks for it says so.
  package let revealed: String

  /// A new secret, of the system's random numbers.
  package init() {
    var generator = SystemRandomNumberGenerator()
    var digits: [UInt8] = Array(Self.lead.utf8)
    digits += Base62.digits(of: (0..<4).map { _ in generator.next() as UInt64 }, count: Self.randomDigits)
    digits += Base62.digits(of: [UInt64(CRC32.checksum(digits))], count: Self.checksumDigits)
    revealed = String(decoding: digits, as: UTF8.self)
  }

  /// A secret that somebody presents; `nil` if it cannot be one of ours, which its checksum tells.
  package init?(_ text: String) {
    var text = text
    guard text.withUTF8(Self.isWellFormed) else { return nil }
    revealed = text
  }

  /// What is kept of it.
  package var hash: KeyHash {
    var text = revealed
    return text.withUTF8 { KeyHash(ofSecret: $0) }
  }

  /// What is shown of it, so that people can tell keys apart: 36 of its 256 bits.
  package var prefix: String { String(revealed.prefix(Self.lead.utf8.count + 6)) }

  private static let lead = "asy_"
  /// 62⁴³ is just above 2²⁵⁶.
  private static let randomDigits = 43
  private static let checksumDigits = 6
  private static let length = 4 + randomDigits + checksumDigits

  /// Whether the text has the form of a secret and its checksum is right: what is mistyped, cut short or another
  /// provider's key costs no hash and no look-up.
  static func isWellFormed(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count == length, text.starts(with: lead.utf8) else { return false }
    var stated: UInt64 = 0
    for byte in text[(length - checksumDigits)...] {
      guard let digit = Base62.value(of: byte) else { return false }
      stated = stated &* 62 &+ UInt64(digit)
    }
    return stated == UInt64(CRC32.checksum(text[..<(length - checksumDigits)]))
  }
}

extension KeySecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { prefix + "…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["prefix": prefix]) }
}

/// SHA-256 of a secret's text: what is kept at rest. Secrets are random and of 256 bits, so that a slow or salted
/// hash would add nothing but time to every call.
package struct KeyHash: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64)

  init(ofSecret text: UnsafeBufferPointer<UInt8>) {
    var hash = Crypto.SHA256()
    hash.update(bufferPointer: UnsafeRawBufferPointer(text))
    // In bounds: the digest of SHA-256 has 32 bytes.
    words = hash.finalize().withUnsafeBytes {
      $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }
  }

  /// - Returns: `nil` unless there are 32 bytes.
  package init?(bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 32 else { return nil }
    words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
  }

  package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

  package static func == (a: KeyHash, b: KeyHash) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) {
    // The other words are as random, and are compared.
    hasher.combine(words.0)
  }
}

/// Digits of base 62: 0–9, A–Z, a–z.
enum Base62 {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// The lowest `count` digits of a number whose words are given from the highest to the lowest.
  static func digits(of words: [UInt64], count: Int) -> [UInt8] {
    var words = words
    var digits: [UInt8] = []
    for _ in 0..<count {
      var rest: UInt64 = 0
      for index in words.indices {
        (words[index], rest) = UInt64(62).dividingFullWidth((rest, words[index]))
      }
      digits.append(alphabet[Int(rest)])
    }
    return digits.reversed()
  }

  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 36
    default: nil
    }
  }
}

/// CRC-32 as in IEEE 802.3 and zlib. A checksum against typing errors, not against forgers: the hash is.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    return ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
  }
}
