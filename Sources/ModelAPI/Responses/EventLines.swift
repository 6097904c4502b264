#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Finds the line ends of one piece of a stream of server-sent events: LF, CR, or both.
struct EventLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// The next of each at or behind where the search stands; `count` if there is none. Each byte is searched once.
  private var nextLF = -1
  private var nextCR = -1

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The first line end at or behind `start`.
  @inline(__always)
  mutating func end(from start: Int) -> Int? {
    if nextLF < start { nextLF = find(0x0A, from: start) }
    if nextCR < start { nextCR = find(0x0D, from: start) }
    let end = min(nextLF, nextCR)
    return end < bytes.count ? end : nil
  }

  private func find(_ byte: Int32, from start: Int) -> Int {
    guard start < bytes.count, let base = bytes.baseAddress else { return bytes.count }
    // In bounds: 0 <= start < count.
    guard let hit = memchr(base + start, byte, bytes.count - start) else { return bytes.count }
    return UnsafeRawPointer(base).distance(to: hit)
  }
}
