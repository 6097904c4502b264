/// Cuts a stream of bytes into lines, of which none may be longer than a message may be.
struct LineBuffer {
  private var rest: [UInt8] = []
  private let longest: Int

  init(longest: Int) { self.longest = longest }

  struct TooLong: Error {}

  /// The lines that are whole with `bytes`, without their ends.
  mutating func add(_ bytes: [UInt8]) throws(TooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      try append(bytes[start..<end])
      start = end + 1
      if rest.last == 0x0D { rest.removeLast() }
      lines.append(rest)
      rest = []
    }
    try append(bytes[start...])
    return lines
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) throws(TooLong) {
    guard rest.count + bytes.count <= longest else { throw TooLong() }
    rest += bytes
  }
}
