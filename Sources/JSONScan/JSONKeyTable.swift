/// The keys that a reader looks for in one kind of object. What it does not look for is passed over without coming
/// back to it, and a key is found by its first and last eight bytes and its length, in one step whatever their number.
///
/// Keys are compared as they stand, so that none may need escaping.
package struct JSONKeyTable: Sendable {
  private struct Entry {
    /// Where the key stands in the list; negative for an empty place.
    var index = -1
    var count = 0
    /// The first eight bytes, or all of a shorter key and zeros.
    var head: UInt64 = 0
    /// The last eight bytes of a longer key.
    var tail: UInt64 = 0
    /// What stands between them.
    var middle: [UInt8] = []

    func hasMiddle(_ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
      for index in middle.indices where middle[index] != text[start &+ index] { return false }
      return true
    }
  }

  /// Open addressing, at most a quarter full.
  private let entries: [Entry]

  /// - Parameter names: Each once.
  package init(_ names: [String]) {
    var size = 8
    while size < names.count * 4 { size *= 2 }
    var entries = [Entry](repeating: Entry(), count: size)
    for (index, text) in names.enumerated() {
      let name = Array(text.utf8)
      let words = name.withUnsafeBytes { Self.words($0, 0..<name.count) }
      var place = Self.place(words.head, name.count, in: size)
      while entries[place].index >= 0 { place = (place &+ 1) & (size &- 1) }
      entries[place] = Entry(
        index: index, count: name.count, head: words.head, tail: words.tail,
        middle: Array(name.dropFirst(8).dropLast(8)))
    }
    self.entries = entries
  }

  /// The place in the list of the key that stands in `range` of `text`; `nil` if it is none of them.
  package func index(of range: Range<Int>, in text: UnsafeRawBufferPointer) -> Int? {
    let words = Self.words(text, range)
    return entries.withUnsafeBufferPointer { entries in
      var place = Self.place(words.head, range.count, in: entries.count)
      while entries[place].index >= 0 {
        let entry = entries[place]
        if entry.head == words.head, entry.count == range.count, entry.tail == words.tail,
          range.count <= 16 || entry.hasMiddle(text, from: range.lowerBound &+ 8)
        {
          return entry.index
        }
        place = (place &+ 1) & (entries.count &- 1)
      }
      return nil
    }
  }

  @inline(__always)
  private static func place(_ head: UInt64, _ count: Int, in size: Int) -> Int {
    let hash = (head &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 40) & (size &- 1)
  }

  /// - Parameter range: Within `text`.
  @inline(__always)
  private static func words(
    _ text: UnsafeRawBufferPointer, _ range: Range<Int>
  ) -> (head: UInt64, tail: UInt64) {
    let count = range.count
    // In bounds: each load ends at or before the end of `text`.
    if range.lowerBound &+ 8 <= text.count {
      let head = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
      if count < 8 { return (head & (1 << UInt64(count &* 8) &- 1), 0) }
      if count == 8 { return (head, 0) }
      return (
        head,
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: range.upperBound &- 8, as: UInt64.self))
      )
    }
    var head: UInt64 = 0
    for index in range.reversed() { head = head << 8 | UInt64(text[index]) }
    return (head, 0)
  }
}

extension JSONCursor {
  /// Passes over the object entered up to the next of the keys in `table`, and returns the key's place in it, with
  /// the cursor at its value; `nil` behind the last, with the cursor behind the object.
  package mutating func nextKey(in table: JSONKeyTable) throws(JSONScanError) -> Int? {
    let start = position
    let found = bytes.withUnsafeBytes { Self.nextKey(in: table, $0, from: start) }
    position = found.position
    switch found.outcome {
    case .key(let index): return index
    case .end: return nil
    case .failure(let reason): throw error(reason)
    }
  }

  private enum KeyOutcome {
    case key(Int)
    case end
    case failure(JSONScanError.Reason)
  }

  private static func nextKey(
    in table: JSONKeyTable, _ text: UnsafeRawBufferPointer, from start: Int
  ) -> (position: Int, outcome: KeyOutcome) {
    var at = start
    while true {
      at = skipWhitespace(text, from: at)
      guard at < text.count else { return (at, .failure(.truncated)) }
      if text[at] == 0x2C {
        at = skipWhitespace(text, from: at &+ 1)
        guard at < text.count else { return (at, .failure(.truncated)) }
      } else if text[at] == 0x7D {
        return (at &+ 1, .end)
      }
      guard text[at] == 0x22 else { return (at, .failure(.wrongKind)) }
      let key = at &+ 1
      guard let end = endOfString(text, from: key) else { return (text.count, .failure(.truncated)) }
      at = skipWhitespace(text, from: end &+ 1)
      guard at < text.count else { return (at, .failure(.truncated)) }
      guard text[at] == 0x3A else { return (at, .failure(.unexpectedByte)) }
      at &+= 1
      if let index = table.index(of: key..<end, in: text) { return (at, .key(index)) }

      at = skipWhitespace(text, from: at)
      guard at < text.count else { return (at, .failure(.truncated)) }
      switch text[at] {
      case 0x22:
        guard let end = endOfString(text, from: at &+ 1) else { return (text.count, .failure(.truncated)) }
        at = end &+ 1
      case 0x7B, 0x5B:
        guard let end = endOfContainer(text, from: at) else { return (text.count, .failure(.truncated)) }
        at = end
      case 0x2D, 0x30...0x39, 0x74, 0x66, 0x6E:
        at = endOfScalar(text, from: at)
      default:
        return (at, .failure(.unexpectedByte))
      }
    }
  }
}
