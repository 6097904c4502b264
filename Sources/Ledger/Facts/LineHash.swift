/// A keyed hash of one line of source text after normalisation; equal lines of one ledger have equal hashes.
///
/// Normalisation drops what formatters and copying change: leading, trailing and repeated white space, and
/// the difference between quote characters. A line that has fewer than ``minimumSignificantBytes`` letters or
/// digits (a brace, `else {`, `end`) carries no evidence and has no hash.
package struct LineHash: Hashable, Comparable, Sendable, Codable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static func < (a: LineHash, b: LineHash) -> Bool { a.rawValue < b.rawValue }

  /// How many ASCII letters, digits or non-ASCII bytes a line needs to be evidence.
  package static let minimumSignificantBytes = 6
  /// Longer lines are data or generated text and have no hash.
  package static let maximumBytes = 1000

  /// The hash of `line` (without its line break), or `nil` if it carries no evidence.
  @inline(__always)
  package init?(_ line: UnsafeBufferPointer<UInt8>, key: SipHash24.Key) {
    guard line.count >= Self.minimumSignificantBytes, line.count <= Self.maximumBytes else { return nil }
    var hash = SipHash24(key: key)
    var significant = 0
    var pendingSpace = false
    var started = false
    for byte in line {
      switch byte {
      case 0x20, 0x09, 0x0D, 0x0B, 0x0C:
        pendingSpace = started
      default:
        if pendingSpace {
          hash.append(0x20)
          pendingSpace = false
        }
        started = true
        // ' and ` count as ": formatters and models swap them freely.
        let folded: UInt8 = byte == 0x27 || byte == 0x60 ? 0x22 : byte
        if folded >= 0x80 || (folded | 0x20) &- 0x61 < 26 || folded &- 0x30 < 10 { significant &+= 1 }
        hash.append(folded)
      }
    }
    guard significant >= Self.minimumSignificantBytes else { return nil }
    rawValue = hash.finalize64()
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
    var components = path.utf8.split(whereSeparator: { $0 == 0x2F || $0 == 0x5C })[...]
    let last = components.popLast()
    let parent = components.popLast()
    func hash(_ parts: [Substring.UTF8View.SubSequence?]) -> UInt64 {
      var hash = SipHash24(key: key)
      for part in parts {
        guard let part else { continue }
        hash.append(0x2F)
        for byte in part { hash.append(byte) }
      }
      return hash.finalize64()
    }
    let lastBytes = last.map { Substring(decoding: $0, as: UTF8.self).utf8 }
    let parentBytes = parent.map { Substring(decoding: $0, as: UTF8.self).utf8 }
    name = hash([lastBytes])
    tail = hash([parentBytes, lastBytes])
  }
}
