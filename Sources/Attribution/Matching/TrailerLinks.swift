import Ledger
import Outcomes

/// Commits that say a tool wrote them, but hold no line of any session: the session's edit was reformatted, made
/// by a command, or undone by hand. Such a commit goes to a session of that tool that edited one of its files
/// within a working day before. Of several, the one whose work it continues: it replaces lines that the session
/// had just written, or holds some that are too few for a claim; if that decides nothing, none.
struct TrailerLinks {
  let catalogue: EvidenceCatalogue
  let history: RepositoryHistory
  let home: Set<UInt32>
  let paths: PathComparison
  /// What of each commit matches, enough for a claim or not.
  let partial: [Int: [ContentMatcher.Candidate]]

  private static let window = Duration.hours(24)

  private struct Nearby {
    /// The last edit to one of the commit's files.
    var edit: UInt32
    /// Lines that the session added and the commit takes away.
    var replaced = 0
    var score = 0.0
    var files = 1
  }

  func links(except claimed: Set<UInt32>) -> [CommitLink] {
    let index = history.index
    var byTail: [UInt64: [UInt32]] = [:]
    var byName: [UInt64: [UInt32]] = [:]
    for (row, edit) in catalogue.edits.enumerated() where home.contains(edit.session) {
      byTail[edit.tail, default: []].append(UInt32(truncatingIfNeeded: row))
      byName[edit.name, default: []].append(UInt32(truncatingIfNeeded: row))
    }
    guard !byTail.isEmpty else { return [] }
    var links: [CommitLink] = []
    for (row, commit) in index.commits.enumerated() {
      let number = UInt32(truncatingIfNeeded: row)
      guard !commit.flags.isDisjoint(with: .anyTool), !claimed.contains(number), history.isRelated[row] else {
        continue
      }
      var nearby: [UInt32: Nearby] = [:]
      for file in commit.files {
        let path = index.paths[Int(index.files[file].path)]
        var edits = byTail[path.tail] ?? []
        if path.tail == path.name {
          edits = (byName[path.name] ?? []).filter { paths.isAtRoot(catalogue.edits[Int($0)], as: path) }
        }
        note(edits, in: file, of: commit, into: &nearby)
      }
      for candidate in partial[row] ?? [] { nearby[candidate.session]?.score += candidate.score }
      guard let (session, found) = strongest(nearby) else { continue }
      links.append(
        CommitLink(
          commit: number, session: session, tier: .trailer, score: 0.1, isBest: true, lines: [],
          turns: [catalogue.edits[Int(found.edit)].turn]))
    }
    return links
  }

  private func note(
    _ edits: [UInt32], in file: Int, of commit: RepositoryIndex.Commit, into nearby: inout [UInt32: Nearby]
  ) {
    var sessions: Set<UInt32> = []
    for row in edits {
      let edit = catalogue.edits[Int(row)]
      guard edit.at <= commit.authored, Instant(milliseconds: edit.at) + Self.window >= commit.authoredAt,
        let flag = Self.flag(of: catalogue.sessions[Int(edit.session)].session.tool),
        commit.flags.contains(flag)
      else { continue }
      if let known = nearby[edit.session] {
        if sessions.insert(edit.session).inserted { nearby[edit.session]?.files += 1 }
        if catalogue.edits[Int(known.edit)].at < edit.at { nearby[edit.session]?.edit = row }
      } else {
        nearby[edit.session] = Nearby(edit: row)
        sessions.insert(edit.session)
      }
    }
    guard !sessions.isEmpty else { return }
    for hunk in history.index.files[file].hunks {
      for place in history.index.hunks[hunk].removed {
        for session in writers(of: history.index.lines[place], edits: Set(edits))
        where sessions.contains(session) {
          nearby[session]?.replaced += 1
        }
      }
    }
  }

  /// The sessions that added the line by one of the edits.
  private func writers(of line: UInt64, edits: Set<UInt32>) -> Set<UInt32> {
    let id = catalogue.table.id(of: line)
    guard id != LineTable.none else { return [] }
    var writers: Set<UInt32> = []
    var next = catalogue.table.heads[Int(id)]
    var steps = 0
    while next != LineTable.none, steps < 4096 {
      let posting = catalogue.table.postings[Int(next)]
      next = posting.next
      steps += 1
      if edits.contains(posting.edit) { writers.insert(catalogue.edits[Int(posting.edit)].session) }
    }
    return writers
  }

  private func strongest(_ nearby: [UInt32: Nearby]) -> (UInt32, Nearby)? {
    guard nearby.count > 1 else { return nearby.first.map { ($0.key, $0.value) } }
    func strength(_ each: Nearby) -> Double { Double(each.replaced) + each.score * 2 }
    let ordered = nearby.sorted { (strength($0.value), $1.key) > (strength($1.value), $0.key) }
    guard strength(ordered[0].value) > 2 * strength(ordered[1].value) else { return nil }
    return (ordered[0].key, ordered[0].value)
  }

  private static func flag(of tool: Tool) -> RepositoryIndex.CommitFlags? {
    switch tool {
    case .claudeCode: .byClaude
    case .copilotCLI: .byCopilot
    case .codex: .byCodex
    case .geminiCLI: .byGemini
    case .cursor: .byCursor
    case .openCode: .byOpenCode
    case .assayAgent, .other: nil
    }
  }
}
