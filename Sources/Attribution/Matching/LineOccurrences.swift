import Outcomes

/// Where in a repository's history the sessions' lines were added or removed: one pass over all hashes, after
/// which only the hits are looked at again.
struct LineOccurrences {
  static let none: UInt32 = .max

  struct Occurrence {
    /// Id in the ``LineTable``.
    var line: UInt32
    var file: UInt32
    /// The place among the file's changed lines with hashes, added lines of all its hunks first to last.
    var position: UInt32
    /// The next occurrence of the same line.
    var next: UInt32
    /// Whether the same commit also removes the line: it was moved, which is nobody's work.
    var isMoved: Bool
    /// Whether it was removed from the very place where it is added: only its white space or quotes changed.
    var isReformatted: Bool
    /// In how many places of the repository it had been added by then, this one included, capped.
    var spread: UInt8
  }

  private(set) var all: [Occurrence] = []
  /// By line id, the latest occurrence.
  private(set) var heads: [UInt32]
  /// Per commit, its slice of `all`.
  private(set) var byCommit: [(commit: Int, range: Range<Int>)] = []

  static let maximumSpread: UInt8 = 64

  init(of table: LineTable, in history: RepositoryHistory) {
    let index = history.index
    heads = Array(repeating: Self.none, count: table.lineCount)
    var removedIn = Array(repeating: UInt32(0), count: table.lineCount)
    for (row, commit) in index.commits.enumerated() where commit.fileCount > 0 && history.isRelated[row] {
      let start = all.count
      let stamp = UInt32(truncatingIfNeeded: row + 1)
      for file in commit.files {
        var position: UInt32 = 0
        for hunkRow in index.files[file].hunks {
          let hunk = index.hunks[hunkRow]
          let first = all.count
          var removedHere: Set<UInt32> = []
          for line in hunk.added {
            let id = table.id(of: index.lines[line])
            if id != LineTable.none { add(id, file: file, position: position, in: index) }
            position += 1
          }
          for line in hunk.removed {
            let plain = table.id(of: index.lines[line])
            if plain != LineTable.none {
              removedIn[Int(plain)] = stamp
              removedHere.insert(plain)
            }
            let id = table.id(of: index.lines[line] ^ EvidenceCatalogue.removedMark)
            if id != LineTable.none { add(id, file: file, position: position, in: index) }
            position += 1
          }
          guard !removedHere.isEmpty else { continue }
          for place in first..<all.count where removedHere.contains(all[place].line) {
            all[place].isReformatted = true
          }
        }
      }
      guard all.count > start else { continue }
      for place in start..<all.count where removedIn[Int(all[place].line)] == stamp {
        all[place].isMoved = true
      }
      byCommit.append((row, start..<all.count))
    }
  }

  private mutating func add(_ id: UInt32, file: Int, position: UInt32, in index: RepositoryIndex) {
    let place = UInt32(truncatingIfNeeded: all.count)
    let before = heads[Int(id)]
    all.append(
      Occurrence(
        line: id, file: UInt32(truncatingIfNeeded: file), position: position, next: before, isMoved: false,
        isReformatted: false,
        spread: spread(after: before, path: index.files[file].path, in: index)))
    heads[Int(id)] = place
  }

  /// Squashed, rebased and cherry-picked copies repeat a line in the same file: that does not make it common.
  private func spread(after before: UInt32, path: UInt32, in index: RepositoryIndex) -> UInt8 {
    guard before != Self.none else { return 1 }
    let known = all[Int(before)].spread
    guard known < Self.maximumSpread else { return known }
    var place = before
    var steps = 0
    while place != Self.none, steps < 256 {
      let other = all[Int(place)]
      if index.files[Int(other.file)].path == path { return known }
      place = other.next
      steps += 1
    }
    return known + 1
  }
}
