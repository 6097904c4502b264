/// Lists of flags that were read lately: messages of one mailbox have few different ones, and a list found here is neither read
/// nor stored again.
struct FlagListCache: Sendable {
  private struct Entry {
    var text: [UInt8]
    var flags: MessageFlags
  }

  private static let size = 64
  private static let longest = 200
  private var entries = [Entry?](repeating: nil, count: size)

  @inline(__always)
  func flags(for bytes: Span<UInt8>, _ range: Range<Int>) -> MessageFlags? {
    guard range.count <= Self.longest, let entry = entries[Self.place(bytes, range)],
      entry.text.count == range.count
    else { return nil }
    let text = entry.text.span
    for offset in 0..<range.count where text[offset] != bytes[range.lowerBound + offset] { return nil }
    return entry.flags
  }

  mutating func keep(_ flags: MessageFlags, for bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= Self.longest else { return }
    entries[Self.place(bytes, range)] = Entry(text: ByteScan.copy(bytes, range), flags: flags)
  }

  @inline(__always)
  private static func place(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var hash: UInt32 = 2_166_136_261
    for index in range { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
    return Int(hash >> 16) & (size - 1)
  }
}
