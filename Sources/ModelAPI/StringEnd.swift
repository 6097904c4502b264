/// Finds where JSON strings end, a word at a time: most are short, the long ones are content that nobody reads.
enum StringEnd {
  /// The closing quote of the string whose content begins at `start`, and whether an escape stands before it;
  /// `nil` if the text ends first.
  static func find(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, hasEscapes: Bool)? {
    var at = start
    var hasEscapes = false
    while let stop = nextSpecial(in: text, from: at) {
      if text[stop] == 0x22 { return (stop, hasEscapes) }
      hasEscapes = true
      at = stop &+ 2
    }
    return nil
  }

  /// The first quote or backslash at or behind `start`.
  @inline(__always)
  static func nextSpecial(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = UnsafeRawPointer(text.baseAddress) else { return nil }
    var at = start
    // In bounds: every load ends at or before the buffer's end.
    while at &+ 8 <= text.count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      // Exact up to and including the first hit (Mycroft), which is all that is used.
      let hits = zeroBytes(word ^ 0x2222_2222_2222_2222) | zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
      if hits != 0 { return at &+ hits.trailingZeroBitCount &>> 3 }
      at &+= 8
    }
    while at < text.count {
      let byte = base.load(fromByteOffset: at, as: UInt8.self)
      if byte == 0x22 || byte == 0x5C { return at }
      at &+= 1
    }
    return nil
  }

  /// The highest bit of each byte that is zero; bits above the first may be set for others too.
  @inline(__always)
  static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
