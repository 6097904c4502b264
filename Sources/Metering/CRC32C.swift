/// The Castagnoli checksum (RFC 3720, appendix B.4), eight bytes at a time.
enum CRC32C {
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var crc: UInt32 = 0xFFFF_FFFF
      var at = 0
      // In bounds: every load ends at or before the buffer's end, and every index is a byte plus 256 × (0…7).
      while at &+ 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let low = UInt32(truncatingIfNeeded: word) ^ crc
        let high = UInt32(truncatingIfNeeded: word >> 32)
        crc =
          table[Int(1792 &+ (low & 0xFF))] ^ table[Int(1536 &+ (low >> 8 & 0xFF))]
          ^ table[Int(1280 &+ (low >> 16 & 0xFF))] ^ table[Int(1024 &+ (low >> 24))]
          ^ table[Int(768 &+ (high & 0xFF))] ^ table[Int(512 &+ (high >> 8 & 0xFF))]
          ^ table[Int(256 &+ (high >> 16 & 0xFF))] ^ table[Int(high >> 24)]
        at &+= 8
      }
      while at < bytes.count {
        crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 0xFF)]
        at &+= 1
      }
      return ~crc
    }
  }

  /// Eight tables of 256 words: the effect of a byte that is followed by none to seven others.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256 as Range<UInt32>).map { byte in
      (0..<8).reduce(byte) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : 0x82F6_3B78) }
    }
    for index in 256..<2048 {
      let previous = tables[index - 256]
      tables.append(previous >> 8 ^ tables[Int(previous & 0xFF)])
    }
    return tables
  }()
}
