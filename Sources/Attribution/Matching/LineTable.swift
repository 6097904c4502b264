/// Which edits hold which lines: a hash table that is probed once for every line of a repository's history, so
/// it is laid out for misses. The keys are keyed hashes already and are used as they are.
struct LineTable: Sendable {
  static let none: UInt32 = .max

  struct Posting {
    var edit: UInt32
    /// The place of the line among the edit's lines.
    var position: UInt32
    /// The next posting of the same line.
    var next: UInt32
  }

  private var filter: [UInt64]
  private var keys: [UInt64]
  private var ids: [UInt32]
  /// The first posting of each line, by its id.
  private(set) var heads: [UInt32] = []
  private(set) var postings: [Posting] = []
  private let mask: Int
  private let filterMask: UInt64

  /// - Parameter capacity: At least the number of insertions to come.
  init(capacity: Int) {
    var size = 1024
    while size < capacity * 2 { size *= 2 }
    mask = size - 1
    keys = Array(repeating: 0, count: size)
    ids = Array(repeating: Self.none, count: size)
    // Eight bits per slot.
    filter = Array(repeating: 0, count: max(16, size / 8))
    filterMask = UInt64(filter.count * 64 - 1)
    postings.reserveCapacity(capacity)
  }

  var lineCount: Int { heads.count }

  mutating func insert(_ line: UInt64, edit: UInt32, position: UInt32) {
    let bit = (line &>> 20) & filterMask
    filter[Int(bit / 64)] |= 1 &<< (bit % 64)
    var slot = Int(truncatingIfNeeded: line) & mask
    while ids[slot] != Self.none, keys[slot] != line { slot = (slot + 1) & mask }
    if ids[slot] == Self.none {
      keys[slot] = line
      ids[slot] = UInt32(truncatingIfNeeded: heads.count)
      heads.append(Self.none)
    }
    let id = Int(ids[slot])
    let posting = UInt32(truncatingIfNeeded: postings.count)
    postings.append(Posting(edit: edit, position: position, next: heads[id]))
    heads[id] = posting
  }

  /// The id of `line`, or ``none`` if no edit holds it.
  @inline(__always)
  func id(of line: UInt64) -> UInt32 {
    let bit = (line &>> 20) & filterMask
    guard filter[Int(bit / 64)] & (1 &<< (bit % 64)) != 0 else { return Self.none }
    var slot = Int(truncatingIfNeeded: line) & mask
    while ids[slot] != Self.none {
      if keys[slot] == line { return ids[slot] }
      slot = (slot + 1) & mask
    }
    return Self.none
  }
}
