/// What became of lines after they landed, by replaying the later changes of their file (renames followed) from
/// hashes alone. Equal lines of one file cannot be told apart; one that is removed and added in the same commit,
/// anywhere, was moved and lives on.
package struct LineFates: Sendable {
  package struct Fate: Hashable, Sendable {
    /// When it was last removed, in milliseconds; `nil` while it is there.
    package var removedAt: Int64?
    /// Whether other lines took its place: rework, not a revert.
    package var wasReplaced: Bool
  }

  private let history: RepositoryHistory
  /// Changes that landed, by path and by the path that they renamed from, in the order of landing.
  private let changes: [UInt32: [UInt32]]

  package init(_ history: RepositoryHistory) {
    self.history = history
    var changes: [UInt32: [UInt32]] = [:]
    for (row, file) in history.index.files.enumerated() where history.hasLanded(Int(file.commit)) {
      changes[file.path, default: []].append(UInt32(truncatingIfNeeded: row))
      if file.previousPath != RepositoryIndex.none, file.previousPath != file.path {
        changes[file.previousPath, default: []].append(UInt32(truncatingIfNeeded: row))
      }
    }
    self.changes = changes.mapValues { rows in
      rows.sorted {
        history.landingOrder[Int(history.index.files[Int($0)].commit)]
          < history.landingOrder[Int(history.index.files[Int($1)].commit)]
      }
    }
  }

  /// The fates of `lines`, added by the landed change at `file`, in their order.
  package func fates(of lines: [UInt64], addedBy file: Int) -> [Fate] {
    let index = history.index
    var fates = Array(repeating: Fate(removedAt: nil, wasReplaced: false), count: lines.count)
    guard index.files.indices.contains(file), history.hasLanded(Int(index.files[file].commit)) else {
      return fates
    }
    var places: [UInt64: [Int]] = [:]
    for (place, line) in lines.enumerated() { places[line, default: []].append(place) }
    var path = index.files[file].path
    var order = history.landingOrder[Int(index.files[file].commit)]
    var steps = 0
    search: while steps < 64 {
      steps += 1
      for row in changes[path] ?? [] {
        let change = index.files[Int(row)]
        let changeOrder = history.landingOrder[Int(change.commit)]
        guard changeOrder > order else { continue }
        apply(change, to: &fates, places: places)
        if change.previousPath == path, change.path != path {
          path = change.path
          order = changeOrder
          continue search
        }
      }
      break
    }
    return fates
  }

  private func apply(_ change: RepositoryIndex.FileChange, to fates: inout [Fate], places: [UInt64: [Int]]) {
    let index = history.index
    let at = history.landedAt[Int(change.commit)]
    var moved: Set<UInt64>?
    for row in change.hunks {
      let hunk = index.hunks[row]
      for line in index.lines[hunk.removed] {
        guard let hit = places[line] else { continue }
        if moved == nil { moved = linesAdded(by: Int(change.commit)) }
        if moved?.contains(line) == true { continue }
        for place in hit where fates[place].removedAt == nil {
          fates[place] = Fate(removedAt: at, wasReplaced: hunk.addedAll > 0)
        }
      }
      for line in index.lines[hunk.added] {
        guard let hit = places[line] else { continue }
        for place in hit { fates[place] = Fate(removedAt: nil, wasReplaced: false) }
      }
    }
  }

  private func linesAdded(by commit: Int) -> Set<UInt64> {
    let index = history.index
    var lines: Set<UInt64> = []
    for file in index.commits[commit].files {
      for hunk in index.files[file].hunks { lines.formUnion(index.lines[index.hunks[hunk].added]) }
    }
    return lines
  }
}
