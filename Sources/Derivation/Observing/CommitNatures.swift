import Ledger
import Outcomes

/// What stands in the commits that sessions led to, as far as hashes of lines tell: whether they change anything, and
/// whether what they add was there before or was ever touched again.
struct CommitNatures {
  /// The first of these that is true of a commit.
  enum Sort {
    /// It has no changes at all.
    case empty
    /// Every line that it adds is one that it takes away, white space aside.
    case spacing
    /// Nearly all lines that it adds stood in other files before.
    case copied
    /// It only adds files, and no other commit touches any of them.
    case filler
    case sound
  }

  struct Nature {
    var sort: Sort
    var hasLanded: Bool
    fileprivate var history: Int
    fileprivate var row: Int
  }

  private let histories: [RepositoryHistory]
  private var natures: [String: Nature] = [:]

  /// So many lines have to be added before anything is said of where they stood.
  private static let fewestLines = 10
  private static let copiedShare = 0.8
  private static let undoneShare = 0.6

  /// - Parameter commits: Full names; those that no repository has are left out.
  init(of commits: Set<String>, in histories: [RepositoryHistory]) {
    self.histories = histories
    guard !commits.isEmpty else { return }
    for (place, history) in histories.enumerated() {
      var rows: [(name: String, row: Int)] = []
      for name in commits where natures[name] == nil {
        if let hash = CommitHash(name), let row = history.commit(named: hash) { rows.append((name, row)) }
      }
      guard !rows.isEmpty else { continue }
      let origins = LineOrigins(of: rows.map(\.row), in: history.index)
      for (name, row) in rows {
        natures[name] = Nature(
          sort: Self.sort(of: row, in: history.index, origins), hasLanded: history.hasLanded(row),
          history: place, row: row)
      }
    }
  }

  subscript(commit: String) -> Nature? { natures[commit] }

  private static func sort(of row: Int, in index: RepositoryIndex, _ origins: LineOrigins) -> Sort {
    let commit = index.commits[row]
    guard commit.flags.isDisjoint(with: [.boundary, .unreadable, .unread]), commit.parentCount <= 1 else {
      return .sound
    }
    let files = index.files[commit.files]
    if files.isEmpty { return .empty }
    // What is not in lines (pictures, modes, names) is work that nothing can be said of.
    guard files.allSatisfy({ !$0.flags.contains(.skipped) && $0.hunkCount > 0 }) else { return .sound }
    let hunks = files.flatMap { index.hunks[$0.hunks] }
    if hunks.allSatisfy({ index.lines[$0.added].elementsEqual(index.lines[$0.removed]) }) { return .spacing }
    let removed = Set(hunks.flatMap { index.lines[$0.removed] })
    var (added, copied) = (0, 0)
    for file in files {
      for line in index.hunks[file.hunks].lazy.flatMap({ index.lines[$0.added] }) {
        added += 1
        // What it takes away elsewhere it has moved.
        if !removed.contains(line), origins.stoodElsewhere(line, than: file.path, before: row) { copied += 1 }
      }
    }
    if added >= fewestLines, Double(copied) >= copiedShare * Double(added) { return .copied }
    if files.allSatisfy({ $0.flags.contains(.isNew) && origins.touches[Int($0.path)] == 1 }) {
      return .filler
    }
    return .sound
  }

  /// Whether commits of one session mostly take back what others of them did.
  func isChurn(_ commits: [String]) -> Bool {
    struct Line: Hashable {
      var history: Int
      var path: UInt32
      var line: UInt64
    }
    let own = commits.compactMap { natures[$0] }.filter(\.hasLanded)
    guard own.count > 1 else { return false }
    var standing: [Line: Int] = [:]
    var gone: [Line: Int] = [:]
    var (changed, undone) = (0, 0)
    for nature in own.sorted(by: { ($0.history, $0.row) < ($1.history, $1.row) }) {
      let index = histories[nature.history].index
      for file in index.files[index.commits[nature.row].files] {
        for hunk in index.hunks[file.hunks] {
          for line in index.lines[hunk.removed] {
            let key = Line(history: nature.history, path: file.path, line: line)
            if let count = standing[key], count > 0 {
              standing[key] = count - 1
              undone += 1
            } else {
              gone[key, default: 0] += 1
              changed += 1
            }
          }
          for line in index.lines[hunk.added] {
            let key = Line(history: nature.history, path: file.path, line: line)
            if let count = gone[key], count > 0 {
              gone[key] = count - 1
              undone += 1
            } else {
              standing[key, default: 0] += 1
              changed += 1
            }
          }
        }
      }
    }
    return changed >= Self.fewestLines && Double(undone) >= Self.undoneShare * Double(changed)
  }
}

/// Where lines of some commits stood first, and how many commits touch each path.
private struct LineOrigins {
  /// By path: commits that are no merges. A branch's commit and its squashed copy are two.
  private(set) var touches: [Int]
  private var first: [UInt64: (row: Int, path: UInt32)?] = [:]

  init(of rows: [Int], in index: RepositoryIndex) {
    touches = Array(repeating: 0, count: index.paths.count)
    for row in rows {
      for file in index.files[index.commits[row].files] {
        for hunk in index.hunks[file.hunks] {
          for line in index.lines[hunk.added] { first.updateValue(nil, forKey: line) }
        }
      }
    }
    for (row, commit) in index.commits.enumerated() where commit.parentCount <= 1 {
      for file in index.files[commit.files] {
        touches[Int(file.path)] += 1
        for hunk in index.hunks[file.hunks] {
          for line in index.lines[hunk.added] {
            guard let known = first[line], known == nil else { continue }
            first[line] = (row, file.path)
          }
        }
      }
    }
  }

  func stoodElsewhere(_ line: UInt64, than path: UInt32, before row: Int) -> Bool {
    guard let known = first[line], let origin = known else { return false }
    return origin.row < row && origin.path != path
  }
}
