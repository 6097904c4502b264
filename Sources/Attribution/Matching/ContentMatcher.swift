import Ledger
import Outcomes

/// Finds the lines of sessions among the lines that commits changed, and decides whose they are.
///
/// A commit's line speaks for a session if an edit of the session added it to a file of the same name, before
/// the commit was made and not long before, and the line was not there yet when the edit was made. How loudly it
/// speaks depends on how rare it is, how well the paths agree, and whether its neighbours match as well.
struct ContentMatcher {
  let catalogue: EvidenceCatalogue
  let history: RepositoryHistory
  let policy: AttributionPolicy
  let occurrences: LineOccurrences
  let paths: PathComparison
  private var index: RepositoryIndex { history.index }

  init(catalogue: EvidenceCatalogue, history: RepositoryHistory, policy: AttributionPolicy) {
    self.catalogue = catalogue
    self.history = history
    self.policy = policy
    paths = PathComparison(history.index)
    occurrences = LineOccurrences(of: catalogue.table, in: history)
  }

  /// One line of a commit with one session that may have written it.
  struct Match {
    var session: UInt32
    var occurrence: UInt32
    var edit: UInt32
    var position: UInt32
    var path: PathAgreement
    /// Weight by rarity, path and kind, before neighbours are looked at.
    var weight: Double
    var isRemoval: Bool
  }

  struct Candidate {
    var session: UInt32
    var score = 0.0
    /// New lines in a file of the same name that were in at most one other file.
    var rareLines = 0
    var matches: [Match] = []
  }

  /// All sessions with any evidence in the commit.
  func candidates(in commit: Int, range: Range<Int>) -> [Candidate] {
    let row = index.commits[commit]
    guard !row.flags.contains(.boundary) else { return [] }
    var found: [UInt32: Candidate] = [:]
    var best: [UInt32: Match] = [:]
    for place in range {
      let occurrence = occurrences.all[place]
      guard occurrence.spread < LineOccurrences.maximumSpread else { continue }
      best.removeAll(keepingCapacity: true)
      collect(place, of: row, into: &best)
      for (session, match) in best {
        found[session, default: Candidate(session: session)].matches.append(match)
      }
    }
    return found.values.map { weighed($0) }.sorted { $0.session < $1.session }
  }

  /// Sessions that wrote the lines of which the commit only changes the white space: formatting what a session
  /// left unformatted finishes its work, if nobody has a better claim to the commit.
  ///
  /// - Returns: The sessions with their lines, if those are at least half of what the commit adds.
  func reformatted(in commit: Int, range: Range<Int>, addedLines: Int) -> [Candidate] {
    let row = index.commits[commit]
    guard !row.flags.contains(.boundary) else { return [] }
    var found: [UInt32: Candidate] = [:]
    for place in range where occurrences.all[place].isReformatted {
      var best: [UInt32: Match] = [:]
      collect(place, of: row, asReformatted: true, into: &best)
      for (session, match) in best {
        found[session, default: Candidate(session: session)].matches.append(match)
        found[session]?.score += match.weight
      }
    }
    return found.values.filter { $0.matches.count * 2 >= addedLines }.sorted { $0.session < $1.session }
  }

  private func collect(
    _ place: Int, of commit: RepositoryIndex.Commit, asReformatted: Bool = false,
    into best: inout [UInt32: Match]
  ) {
    let occurrence = occurrences.all[place]
    let file = index.files[Int(occurrence.file)]
    let path = index.paths[Int(file.path)]
    let previous = file.previousPath == RepositoryIndex.none ? nil : index.paths[Int(file.previousPath)]
    let latest = max(commit.authored, commit.committed) + policy.clockSkew.wholeMilliseconds
    let earliest = commit.authored - policy.maximumEditAge.wholeMilliseconds
    var next = catalogue.table.heads[Int(occurrence.line)]
    var steps = 0
    while next != LineTable.none, steps < 4096 {
      let posting = catalogue.table.postings[Int(next)]
      next = posting.next
      steps += 1
      let edit = catalogue.edits[Int(posting.edit)]
      guard edit.at <= latest, edit.at >= earliest else { continue }
      let agreement = paths.agreement(of: edit, with: path, or: previous)
      let isRemoval = catalogue.isRemoval[Int(occurrence.line)]
      if isRemoval || occurrence.isMoved, agreement != .tail { continue }
      var weight = agreement.factor / Double(occurrence.spread)
      if isRemoval {
        weight *= 0.5
      } else if asReformatted {
        guard !wasThereBefore(occurrence, edit: edit, agreement: agreement) else { continue }
      } else if occurrence.isMoved {
        // Moving a line is work of whoever took it away as well; repeating a file that holds it is not.
        guard removes(occurrence.line, session: edit.session, tail: edit.tail) else { continue }
        weight *= 0.3
      } else if wasThereBefore(occurrence, edit: edit, agreement: agreement) {
        continue
      } else if edit.isWholeFile, wasWrittenBefore(occurrence.line, edit: edit, since: earliest) {
        continue
      }
      weight *= recency(of: edit, at: commit)
      // Made after the work was first committed: an amended commit, or a copy of what was there.
      if edit.at > commit.authored + policy.clockSkew.wholeMilliseconds { weight *= 0.5 }
      let match = Match(
        session: edit.session, occurrence: UInt32(truncatingIfNeeded: place), edit: posting.edit,
        position: posting.position, path: agreement, weight: weight, isRemoval: isRemoval)
      if let known = best[edit.session], !isBetter(match, than: known) { continue }
      best[edit.session] = match
    }
  }

  /// Whether another session added the line to the same file earlier: a file then written as a whole repeats it.
  private func wasWrittenBefore(_ line: UInt32, edit: EvidenceCatalogue.Edit, since earliest: Int64) -> Bool {
    var next = catalogue.table.heads[Int(line)]
    var steps = 0
    while next != LineTable.none, steps < 4096 {
      let posting = catalogue.table.postings[Int(next)]
      next = posting.next
      steps += 1
      let other = catalogue.edits[Int(posting.edit)]
      // Within a session the later edit counts, and what led to it carries over to it.
      if other.session != edit.session, other.tail == edit.tail, other.at < edit.at, other.at >= earliest {
        return true
      }
    }
    return false
  }

  private func removes(_ line: UInt32, session: UInt32, tail: UInt64) -> Bool {
    let id = catalogue.table.id(of: catalogue.lines[Int(line)] ^ EvidenceCatalogue.removedMark)
    guard id != LineTable.none else { return false }
    var next = catalogue.table.heads[Int(id)]
    var steps = 0
    while next != LineTable.none, steps < 4096 {
      let posting = catalogue.table.postings[Int(next)]
      let edit = catalogue.edits[Int(posting.edit)]
      if edit.session == session, edit.tail == tail { return true }
      next = posting.next
      steps += 1
    }
    return false
  }

  /// Edits are mostly committed soon: a week halves what one says.
  private func recency(of edit: EvidenceCatalogue.Edit, at commit: RepositoryIndex.Commit) -> Double {
    let week = 7.0 * 86_400_000
    return week / (week + Double(max(0, commit.authored - edit.at)))
  }

  /// Of one session's edits with the same line the heavier counts, of equals the later.
  private func isBetter(_ a: Match, than b: Match) -> Bool {
    if a.weight != b.weight { return a.weight > b.weight }
    let (first, second) = (catalogue.edits[Int(a.edit)], catalogue.edits[Int(b.edit)])
    return (first.at, a.edit) > (second.at, b.edit)
  }

  /// Whether the repository had the line in the same file before the edit: then the edit only repeated it.
  private func wasThereBefore(
    _ occurrence: LineOccurrences.Occurrence, edit: EvidenceCatalogue.Edit, agreement: PathAgreement
  ) -> Bool {
    let path = index.files[Int(occurrence.file)].path
    let previous = index.files[Int(occurrence.file)].previousPath
    let commit = index.commits[Int(index.files[Int(occurrence.file)].commit)]
    let before = edit.at - policy.clockSkew.wholeMilliseconds
    var next = occurrences.heads[Int(occurrence.line)]
    var steps = 0
    while next != LineOccurrences.none, steps < 256 {
      let other = occurrences.all[Int(next)]
      next = other.next
      steps += 1
      let file = index.files[Int(other.file)]
      let authored = index.commits[Int(file.commit)].authored
      // Copies of the commit itself (amended, rebased) keep its author time.
      guard authored < before, authored != commit.authored else { continue }
      if file.path == path || file.path == previous || agreement == .other { return true }
      // The path that the edit touched, if the commit's file was renamed since.
      if index.paths[Int(file.path)].tail == edit.tail { return true }
    }
    return false
  }

  /// Adds what neighbours say: lines that follow one another in the commit as they did in the edit.
  private func weighed(_ candidate: Candidate) -> Candidate {
    var result = candidate
    result.matches = withoutBoilerplate(candidate.matches).sorted { $0.occurrence < $1.occurrence }
    var start = 0
    var kept: [Match] = []
    while start < result.matches.count {
      var end = start + 1
      while end < result.matches.count, follows(result.matches[end], result.matches[end - 1]) { end += 1 }
      let run = result.matches[start..<end]
      // Alone in a file of another name, a line says nothing.
      let length = run.count
      for match in run where match.path != .other || length >= 4 {
        let boost = 1 + min(1, Double(length - 1) / 4)
        result.score += match.weight * boost
        if match.path != .other, !match.isRemoval, match.weight >= match.path.factor / 2 {
          result.rareLines += 1
        }
        kept.append(match)
      }
      start = end
    }
    result.matches = kept
    return result
  }

  /// Files of one kind share phrases: lines in a file of another path count only where they are most of what the
  /// commit added to it, as they are when a file was moved or copied.
  private func withoutBoilerplate(_ matches: [Match]) -> [Match] {
    var elsewhere: [UInt32: Int] = [:]
    for match in matches where match.path != .tail {
      elsewhere[occurrences.all[Int(match.occurrence)].file, default: 0] += 1
    }
    guard !elsewhere.isEmpty else { return matches }
    let moved = elsewhere.filter { file, count in count * 2 >= addedLines(in: Int(file)) }
    return matches.filter { $0.path == .tail || moved[occurrences.all[Int($0.occurrence)].file] != nil }
  }

  private func addedLines(in file: Int) -> Int {
    index.files[file].hunks.reduce(0) { $0 + Int(index.hunks[$1].addedCount) }
  }

  private func follows(_ b: Match, _ a: Match) -> Bool {
    let (first, second) = (occurrences.all[Int(a.occurrence)], occurrences.all[Int(b.occurrence)])
    return first.file == second.file && second.position == first.position + 1 && a.edit == b.edit
      && b.position == a.position + 1 && a.isRemoval == b.isRemoval
  }
}
