/// SipHash-2-4, a keyed pseudo-random function for short inputs (Aumasson and Bernstein, "SipHash: a fast
/// short-input PRF", 2012). Swift's own `Hasher` is seeded per process, so it cannot name things for good.
package struct SipHash24: Sendable {
  /// The 128-bit secret under which the hashes of one ledger are taken.
  package struct Key: Hashable, Sendable, Codable {
    package var k0: UInt64
    package var k1: UInt64

    package init(k0: UInt64, k1: UInt64) {
      self.k0 = k0
      self.k1 = k1
    }

    /// The public key for identifiers: names must agree between machines and are not secret.
    package static let names = Key(k0: 0x6173_7361_792e_6b65, k1: 0x7931_3238_2e76_3100)
  }

  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private var pending: UInt64 = 0
  private var count: UInt64 = 0

  /// - Parameter wide: Whether `finalize128` will end it; the two variants start differently.
  @inline(__always)
  package init(key: Key, wide: Bool = false) {
    v0 = key.k0 ^ 0x736f_6d65_7073_6575
    v1 = key.k1 ^ 0x646f_7261_6e64_6f6d ^ (wide ? 0xee : 0)
    v2 = key.k0 ^ 0x6c79_6765_6e65_7261
    v3 = key.k1 ^ 0x7465_6462_7974_6573
  }

  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    pending |= UInt64(byte) &<< ((count & 7) &* 8)
    count &+= 1
    if count & 7 == 0 {
      compress(pending)
      pending = 0
    }
  }

  /// Appends bytes to a hash to which a multiple of eight were appended before, a word at a time.
  @inline(__always)
  package mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    precondition(count & 7 == 0)
    var at = 0
    // In bounds: every load ends at or before the buffer's end.
    while at &+ 8 <= bytes.count {
      compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
      at &+= 8
    }
    count &+= UInt64(at)
    while at < bytes.count {
      append(bytes[at])
      at &+= 1
    }
  }

  @inline(__always)
  private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = v1 &<< 13 | v1 &>> 51
    v1 ^= v0
    v0 = v0 &<< 32 | v0 &>> 32
    v2 &+= v3
    v3 = v3 &<< 16 | v3 &>> 48
    v3 ^= v2
    v0 &+= v3
    v3 = v3 &<< 21 | v3 &>> 43
    v3 ^= v0
    v2 &+= v1
    v1 = v1 &<< 17 | v1 &>> 47
    v1 ^= v2
    v2 = v2 &<< 32 | v2 &>> 32
  }

  /// The 64-bit hash of what was appended.
  @inline(__always)
  package consuming func finalize64() -> UInt64 {
    compress(pending | (count & 0xff) &<< 56)
    v2 ^= 0xff
    round()
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  /// The 128-bit hash of what was appended to a `wide` hash: the reference's two words, the first as `high`.
  package consuming func finalize128() -> Key128 {
    compress(pending | (count & 0xff) &<< 56)
    v2 ^= 0xee
    round()
    round()
    round()
    round()
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xdd
    round()
    round()
    round()
    round()
    return Key128(high: first, low: v0 ^ v1 ^ v2 ^ v3)
  }
}
