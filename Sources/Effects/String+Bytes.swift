#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension String {
  /// The text with another in place of every part that has the bytes of `part`, from left to right. To `replacing`, which
  /// compares characters, a part that a combining mark follows is another one.
  ///
  /// - Parameters:
  ///   - part: Empty, it is found nowhere.
  ///   - other: Asked for once, if it is needed.
  package func replacingBytes(of part: String, with other: () -> String) -> String {
    guard let first = firstBytes(of: part, from: 0) else { return self }
    let (bytes, length, other) = (Array(utf8), part.utf8.count, Array(other().utf8))
    var made: [UInt8] = []
    var (end, next): (Int, Int?) = (0, first)
    while let start = next {
      made += bytes[end..<start]
      made += other
      end = start + length
      next = firstBytes(of: part, from: end)
    }
    return String(decoding: made + bytes[end...], as: UTF8.self)
  }

  /// Where the bytes of `part` begin, at `start` or behind it.
  private func firstBytes(of part: String, from start: Int) -> Int? {
    var (whole, part) = (self, part)
    return whole.withUTF8 { whole in
      part.withUTF8 { part -> Int? in
        // Neither is empty where it has an address.
        guard let base = whole.baseAddress, let sought = part.baseAddress, !part.isEmpty else { return nil }
        var at = start
        while at + part.count <= whole.count {
          let last = whole.count - part.count
          guard let hit = memchr(base + at, Int32(part[0]), last - at + 1) else { return nil }
          at = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
          if memcmp(base + at, sought, part.count) == 0 { return at }
          at += 1
        }
        return nil
      }
    }
  }
}
