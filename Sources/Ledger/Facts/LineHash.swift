/// A keyed hash of one line of source text after normalisation; equal lines of one ledger have equal hashes.
///
/// Normalisation drops what formatters and copying change: leading, trailing and repeated white space, and
/// the difference between quote characters. A line that has fewer than ``minimumSignificantBytes`` letters or
/// digits (a brace, `else {`, `end`) carries no evidence and has no hash.
package struct LineHash: Hashable, Comparable, Sendable, Codable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// As stored in text.
  package var hexadecimal: String { String(rawValue, radix: 16) }

  /// - Parameter text: As ``hexadecimal`` gives it.
  package init?(hexadecimal text: some StringProtocol) {
    guard let value = UInt64(text, radix: 16) else { return nil }
    rawValue = value
  }

  package static func < (a: LineHash, b: LineHash) -> Bool { a.rawValue < b.rawValue }

  /// How many ASCII letters, digits or non-ASCII bytes a line needs to be evidence.
  package static let minimumSignificantBytes = 6
  /// Longer lines are data or generated text and have no hash.
  package static let maximumBytes = 1000

  /// The hash of `line` (without its line break), or `nil` if it carries no evidence.
  @inline(__always)
  package init?(_ line: UnsafeBufferPointer<UInt8>, key: SipHash24.Key) {
    guard line.count >= Self.minimumSignificantBytes, line.count <= Self.maximumBytes else { return nil }
    let hash: UInt64? = withUnsafeTemporaryAllocation(byteCount: line.count, alignment: 8) { normal in
      var length = 0
      var significant = 0
      var pendingSpace = false
      // In bounds: a byte is written for each that was read, and a space only for one that was read before.
      for byte in line {
        switch byte {
        case 0x20, 0x09, 0x0D, 0x0B, 0x0C:
          pendingSpace = length > 0
        default:
          if pendingSpace {
            normal[length] = 0x20
            length &+= 1
            pendingSpace = false
          }
          // ' and ` count as ": formatters and models swap them freely.
          let folded: UInt8 = byte == 0x27 || byte == 0x60 ? 0x22 : byte
          if folded >= 0x80 || (folded | 0x20) &- 0x61 < 26 || folded &- 0x30 < 10 { significant &+= 1 }
          normal[length] = folded
          length &+= 1
        }
      }
      guard significant >= Self.minimumSignificantBytes else { return nil }
      var hash = SipHash24(key: key)
      hash.append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(normal)[..<length]))
      return hash.finalize64()
    }
    guard let hash else { return nil }
    rawValue = hash
  }

  /// As above, for text that is already a string.
  package init?(_ line: some StringProtocol, key: SipHash24.Key) {
    var copy = String(line)
    let hash = copy.withUTF8 { LineHash($0, key: key) }
    guard let hash else { return nil }
    self = hash
  }
}

/// A keyed hash of a path as sessions and commits both can take it, without knowing where the repository is:
/// of its last component, and of its last two.
package struct PathHash: Hashable, Sendable, Codable {
  package var name: UInt64
  package var tail: UInt64

  package init(name: UInt64, tail: UInt64) {
    self.name = name
    self.tail = tail
  }

  /// - Parameter path: Absolute or relative, separated by `/` or, as Windows tools write it, by `\`.
  package init(_ path: some StringProtocol, key: SipHash24.Key) {
    var text = String(path)
    self = text.withUTF8 { PathHash(bytes: $0, key: key) }
  }

  /// As above, for a path's UTF-8.
  package init(bytes path: UnsafeBufferPointer<UInt8>, key: SipHash24.Key) {
    let last = Self.component(of: path, endingAt: path.count)
    let parent = Self.component(of: path, endingAt: last.lowerBound)
    var name = SipHash24(key: key)
    var tail = SipHash24(key: key)
    if !parent.isEmpty { Self.add(path, parent, to: &tail) }
    if !last.isEmpty {
      Self.add(path, last, to: &name)
      Self.add(path, last, to: &tail)
    }
    self.init(name: name.finalize64(), tail: tail.finalize64())
  }

  private static func add(
    _ path: UnsafeBufferPointer<UInt8>, _ component: Range<Int>, to hash: inout SipHash24
  ) {
    hash.append(0x2F)
    for byte in path[component] { hash.append(byte) }
  }

  /// The last component that ends at or before `end`, separators at the end left out; empty if there is none.
  private static func component(of path: UnsafeBufferPointer<UInt8>, endingAt end: Int) -> Range<Int> {
    func isSeparator(_ index: Int) -> Bool { path[index] == 0x2F || path[index] == 0x5C }
    var end = end
    while end > 0, isSeparator(end - 1) { end -= 1 }
    var start = end
    while start > 0, !isSeparator(start - 1) { start -= 1 }
    return start..<end
  }
}
