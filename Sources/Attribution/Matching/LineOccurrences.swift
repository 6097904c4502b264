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
  }

  private(set) var all: [Occurrence] = []
  /// By line id, the latest occurrence.
  private(set) var heads: [UInt32]
  /// Per commit, its slice of `all`.
  private(set) var byCommit: [(commit: Int, range: Range<Int>)] = []
  /// By line id, in how many places of the repository it was ever added, capped.
  private(set) var spread: [UInt8]

  static let maximumSpread = 64

  init(of table: LineTable, in index: RepositoryIndex) {
    heads = Array(repeating: Self.none, count: table.lineCount)
    spread = Array(repeating: 0, count: table.lineCount)
    var removedIn = Array(repeating: UInt32(0), count: table.lineCount)
    for (row, commit) in index.commits.enumerated() where commit.fileCount > 0 {
      let start = all.count
      let stamp = UInt32(truncatingIfNeeded: row + 1)
      for file in commit.files {
        var position: UInt32 = 0
        for hunkRow in index.files[file].hunks {
          let hunk = index.hunks[hunkRow]
          for line in hunk.added {
            let id = table.id(of: index.lines[line])
            if id != LineTable.none { add(id, file: file, position: position) }
            position += 1
          }
          for line in hunk.removed {
            let plain = table.id(of: index.lines[line])
            if plain != LineTable.none { removedIn[Int(plain)] = stamp }
            let id = table.id(of: index.lines[line] ^ EvidenceCatalogue.removedMark)
            if id != LineTable.none { add(id, file: file, position: position) }
            position += 1
          }
        }
      }
      guard all.count > start else { continue }
      for place in start..<all.count where removedIn[Int(all[place].line)] == stamp {
        all[place].isMoved = true
      }
      byCommit.append((row, start..<all.count))
    }
    measureSpread(in: index)
  }

  private mutating func add(_ id: UInt32, file: Int, position: UInt32) {
    let place = UInt32(truncatingIfNeeded: all.count)
    all.append(
      Occurrence(
        line: id, file: UInt32(truncatingIfNeeded: file), position: position, next: heads[Int(id)],
        isMoved: false))
    heads[Int(id)] = place
  }

  /// Squashed, rebased and cherry-picked copies repeat a line in the same file: that does not make it common.
  private mutating func measureSpread(in index: RepositoryIndex) {
    var paths: [UInt32] = []
    for id in heads.indices {
      paths.removeAll(keepingCapacity: true)
      var place = heads[id]
      var steps = 0
      while place != Self.none, steps < 512, paths.count < Self.maximumSpread {
        let path = index.files[Int(all[Int(place)].file)].path
        if !paths.contains(path) { paths.append(path) }
        place = all[Int(place)].next
        steps += 1
      }
      spread[id] = UInt8(truncatingIfNeeded: steps >= 512 ? Self.maximumSpread : paths.count)
    }
  }
}
