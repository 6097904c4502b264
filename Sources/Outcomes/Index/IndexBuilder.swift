/// Appends commits and their contents to a ``RepositoryIndex``.
struct IndexBuilder {
  private(set) var index: RepositoryIndex
  private(set) var rows: [CommitHash: UInt32] = [:]
  private var pathRows: [UInt64: UInt32] = [:]

  init(extending index: RepositoryIndex) {
    self.index = index
    rows.reserveCapacity(index.commits.count)
    for (row, commit) in index.commits.enumerated() { rows[commit.hash] = UInt32(truncatingIfNeeded: row) }
    for (row, path) in index.paths.enumerated() { pathRows[path.full] = UInt32(truncatingIfNeeded: row) }
  }

  /// - Parameters:
  ///   - commits: Parents before children; those that are there already are passed over.
  ///   - boundary: Commits whose parents a shallow clone cut off.
  mutating func append(_ commits: [CommitLister.Listed], boundary: Set<CommitHash>) {
    for listed in commits where rows[listed.hash] == nil {
      let row = UInt32(truncatingIfNeeded: index.commits.count)
      rows[listed.hash] = row
      var flags = listed.marks.flags
      if boundary.contains(listed.hash) { flags.insert(.boundary) }
      index.commits.append(
        .init(
          hash: listed.hash, authored: listed.authored, committed: listed.committed, author: listed.author,
          subject: listed.subject, flags: flags, pullRequest: listed.marks.pullRequest,
          firstParent: UInt32(truncatingIfNeeded: index.parents.count),
          parentCount: UInt32(truncatingIfNeeded: listed.parents.count), firstFile: 0, fileCount: 0))
      for parent in listed.parents { index.parents.append(rows[parent] ?? RepositoryIndex.none) }
      for reverted in listed.marks.reverts { index.reverts.append(.init(commit: row, reverted: reverted)) }
    }
  }

  mutating func append(_ fragment: PatchParser.Fragment) {
    let firstHunk = UInt32(truncatingIfNeeded: index.hunks.count)
    let firstLine = UInt32(truncatingIfNeeded: index.lines.count)
    let pathMap = fragment.paths.map { row(of: $0) }
    for commit in fragment.commits {
      guard let row = rows[commit.hash] else { continue }
      index.commits[Int(row)].firstFile = UInt32(truncatingIfNeeded: index.files.count)
      index.commits[Int(row)].fileCount = commit.fileCount
      let first = Int(commit.firstFile)
      for file in fragment.files[first..<first + Int(commit.fileCount)] {
        var moved = file
        moved.commit = row
        moved.path = pathMap[Int(file.path)]
        if file.previousPath != RepositoryIndex.none { moved.previousPath = pathMap[Int(file.previousPath)] }
        moved.firstHunk &+= firstHunk
        index.files.append(moved)
      }
    }
    for hunk in fragment.hunks {
      var moved = hunk
      moved.firstLine &+= firstLine
      index.hunks.append(moved)
    }
    index.lines.append(contentsOf: fragment.lines)
    index.skippedFiles += fragment.skippedFiles
  }

  mutating func markUnreadable(_ commits: [CommitHash]) {
    change(commits) { $0.insert(.unreadable) }
  }

  mutating func markUnread(_ commits: [CommitHash]) { change(commits) { $0.insert(.unread) } }
  mutating func markRead(_ commits: [CommitHash]) { change(commits) { $0.remove(.unread) } }

  private mutating func change(_ commits: [CommitHash], _ body: (inout RepositoryIndex.CommitFlags) -> Void) {
    for commit in commits {
      if let row = rows[commit] { body(&index.commits[Int(row)].flags) }
    }
  }

  mutating func setTips(_ refs: RefReader) {
    var seen: Set<CommitHash> = []
    index.tips = refs.refs.compactMap { ref in
      guard let row = rows[ref.commit], seen.insert(ref.commit).inserted else { return nil }
      return .init(commit: row, isDefault: refs.defaultTips.contains(ref.commit) ? 1 : 0)
    }
  }

  mutating func setRecords(_ records: [RepositoryIndex.Record], notesTip: String) {
    index.records = records
    index.notesTip = notesTip
  }

  mutating func setProblems(_ problems: [RepositoryProblem]) { index.problems = problems }

  private mutating func row(of path: RepositoryIndex.Path) -> UInt32 {
    if let row = pathRows[path.full] { return row }
    let row = UInt32(truncatingIfNeeded: index.paths.count)
    index.paths.append(path)
    pathRows[path.full] = row
    return row
  }
}
