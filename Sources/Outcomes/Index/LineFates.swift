/// What became of lines after they landed, by replaying all later changes once, in the order of landing, from
/// hashes alone (renames followed). Equal lines of one file cannot be told apart; one that is removed and added
/// in the same commit, anywhere, was moved and lives on.
package struct LineFates: Sendable {
  package struct Fate: Hashable, Sendable {
    /// When it was last removed, in milliseconds; `nil` while it is there.
    package var removedAt: Int64?
    /// Whether other lines took its place: rework, not a revert.
    package var wasReplaced: Bool
  }

  /// Lines added by one landed change of one file.
  package struct Question: Sendable {
    /// Position in ``RepositoryIndex/files``.
    package var file: Int
    package var lines: [UInt64]

    package init(file: Int, lines: [UInt64]) {
      self.file = file
      self.lines = lines
    }
  }

  private static let none = UInt32.max

  private struct Watched {
    var question: UInt32
    var place: UInt32
    /// The next watched line with the same key.
    var next: UInt32
  }

  private let index: RepositoryIndex
  private let history: RepositoryHistory
  private var fates: [[Fate]]
  private var watched: [Watched] = []
  private var heads: [UInt64: UInt32] = [:]
  /// Files by path as of the commit being replayed: a rename carries the file to its new path.
  private var fileAtPath: [UInt32]
  private var isWatched: [Bool]

  /// The fates of all lines asked for, in the order of the questions and their lines.
  package static func fates(of questions: [Question], in history: RepositoryHistory) -> [[Fate]] {
    var replay = LineFates(questions, history)
    replay.run(questions)
    return replay.fates
  }

  private init(_ questions: [Question], _ history: RepositoryHistory) {
    self.history = history
    index = history.index
    fates = questions.map {
      Array(repeating: Fate(removedAt: nil, wasReplaced: false), count: $0.lines.count)
    }
    fileAtPath = Array(0..<UInt32(truncatingIfNeeded: history.index.paths.count))
    isWatched = Array(repeating: false, count: history.index.paths.count)
  }

  private mutating func run(_ questions: [Question]) {
    var asked: [Int: [UInt32]] = [:]
    for (number, question) in questions.enumerated() where index.files.indices.contains(question.file) {
      asked[question.file, default: []].append(UInt32(truncatingIfNeeded: number))
    }
    guard let first = asked.keys.map({ history.landingOrder[Int(index.files[$0].commit)] }).min() else {
      return
    }
    let order = history.landingOrder
    let landed = order.indices.filter { order[$0] >= first && order[$0] != RepositoryIndex.none }
      .sorted { order[$0] < order[$1] }
    for commit in landed {
      for file in index.commits[commit].files { apply(file, at: history.landedAt[commit]) }
      for file in index.commits[commit].files {
        for number in asked[file] ?? [] { watch(questions[Int(number)], number: number) }
      }
    }
  }

  private mutating func watch(_ question: Question, number: UInt32) {
    let file = fileAtPath[Int(index.files[question.file].path)]
    isWatched[Int(file)] = true
    for (place, line) in question.lines.enumerated() {
      let key = Self.key(file, line)
      watched.append(
        Watched(question: number, place: UInt32(truncatingIfNeeded: place), next: heads[key] ?? Self.none))
      heads[key] = UInt32(truncatingIfNeeded: watched.count - 1)
    }
  }

  private mutating func apply(_ row: Int, at time: Int64) {
    let change = index.files[row]
    if change.previousPath != RepositoryIndex.none, change.previousPath != change.path {
      // The two swap, so that whatever comes to the old path later is another file; unless another branch
      // brought the same rename before.
      let isRepeated =
        isWatched[Int(fileAtPath[Int(change.path)])] && !isWatched[Int(fileAtPath[Int(change.previousPath)])]
      if !isRepeated { fileAtPath.swapAt(Int(change.path), Int(change.previousPath)) }
    }
    let file = fileAtPath[Int(change.path)]
    guard isWatched[Int(file)] else { return }
    var moved: Set<UInt64>?
    for hunkRow in change.hunks {
      let hunk = index.hunks[hunkRow]
      for place in hunk.removed {
        let line = index.lines[place]
        guard let head = heads[Self.key(file, line)] else { continue }
        if moved == nil { moved = linesAdded(by: Int(change.commit)) }
        if moved?.contains(line) == true { continue }
        settle(head, as: Fate(removedAt: time, wasReplaced: hunk.addedAll > 0))
      }
      for place in hunk.added {
        guard let head = heads[Self.key(file, index.lines[place])] else { continue }
        settle(head, as: Fate(removedAt: nil, wasReplaced: false))
      }
    }
  }

  private mutating func settle(_ head: UInt32, as fate: Fate) {
    var next = head
    while next != Self.none {
      let line = watched[Int(next)]
      let known = fates[Int(line.question)][Int(line.place)]
      if known.removedAt == nil || fate.removedAt == nil { fates[Int(line.question)][Int(line.place)] = fate }
      next = line.next
    }
  }

  private func linesAdded(by commit: Int) -> Set<UInt64> {
    var lines: Set<UInt64> = []
    for file in index.commits[commit].files {
      for hunk in index.files[file].hunks { lines.formUnion(index.lines[index.hunks[hunk].added]) }
    }
    return lines
  }

  /// Hashes are random already; the file is spread over all bits.
  private static func key(_ file: UInt32, _ line: UInt64) -> UInt64 {
    line ^ (UInt64(file) &* 0x9e37_79b9_7f4a_7c15)
  }
}
