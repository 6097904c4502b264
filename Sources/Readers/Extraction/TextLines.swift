import Ledger

/// Cuts text into lines and takes their hashes.
enum TextLines {
  /// The hashes of the lines of `text` that carry evidence, in order.
  static func hashes(_ text: UnsafeBufferPointer<UInt8>, key: SipHash24.Key) -> [LineHash] {
    var hashes: [LineHash] = []
    forEach(text) { line in
      if let hash = LineHash(line, key: key) { hashes.append(hash) }
    }
    return hashes
  }

  /// Calls `body` with each line, without its line break.
  @inline(__always)
  static func forEach(_ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    var start = 0
    for index in 0..<text.count where text[index] == 0x0A {
      body(UnsafeBufferPointer(rebasing: text[start..<index]))
      start = index + 1
    }
    if start < text.count { body(UnsafeBufferPointer(rebasing: text[start...])) }
  }

  /// What replacing `old` by `new` added and removed, as multisets of lines in order: a line on both sides
  /// is context, not work.
  static func difference(
    from old: [LineHash], to new: [LineHash]
  ) -> (added: [LineHash], removed: [LineHash]) {
    var surplus: [LineHash: Int] = [:]
    for line in old { surplus[line, default: 0] += 1 }
    var added: [LineHash] = []
    for line in new {
      if let count = surplus[line], count > 0 {
        surplus[line] = count - 1
      } else {
        added.append(line)
      }
    }
    var kept: [LineHash: Int] = [:]
    for line in new { kept[line, default: 0] += 1 }
    var removed: [LineHash] = []
    for line in old {
      if let count = kept[line], count > 0 {
        kept[line] = count - 1
      } else {
        removed.append(line)
      }
    }
    return (added, removed)
  }
}
