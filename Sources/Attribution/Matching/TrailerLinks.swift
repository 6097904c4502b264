import Ledger
import Outcomes

/// Commits that say a tool wrote them, but hold no line of any session: the session's edit was reformatted, made
/// by a command, or undone by hand. Such a commit goes to the one session of that tool that edited one of its
/// files within a working day before; if there are several, to none.
struct TrailerLinks {
  let catalogue: EvidenceCatalogue
  let history: RepositoryHistory
  let home: Set<UInt32>

  private static let window = Duration.hours(24)

  func links(except claimed: Set<UInt32>) -> [CommitLink] {
    let index = history.index
    var edits: [UInt64: [UInt32]] = [:]
    for (row, edit) in catalogue.edits.enumerated() where home.contains(edit.session) {
      edits[edit.tail, default: []].append(UInt32(truncatingIfNeeded: row))
    }
    guard !edits.isEmpty else { return [] }
    var links: [CommitLink] = []
    for (row, commit) in index.commits.enumerated() {
      let number = UInt32(truncatingIfNeeded: row)
      guard !commit.flags.isDisjoint(with: .anyTool), !claimed.contains(number), history.isRelated[row] else {
        continue
      }
      if let link = link(to: row, commit, edits: edits) { links.append(link) }
    }
    return links
  }

  private func link(to row: Int, _ commit: RepositoryIndex.Commit, edits: [UInt64: [UInt32]]) -> CommitLink? {
    let index = history.index
    var latest: [UInt32: UInt32] = [:]
    for file in commit.files {
      for edit in edits[index.paths[Int(index.files[file].path)].tail] ?? [] {
        let known = catalogue.edits[Int(edit)]
        let age = commit.authored - known.at
        guard age >= 0, Instant(milliseconds: known.at) + Self.window >= commit.authoredAt,
          let flag = Self.flag(of: catalogue.sessions[Int(known.session)].session.tool),
          commit.flags.contains(flag)
        else { continue }
        if let other = latest[known.session], catalogue.edits[Int(other)].at >= known.at { continue }
        latest[known.session] = edit
      }
    }
    guard latest.count == 1, let (session, edit) = latest.first else { return nil }
    return CommitLink(
      commit: UInt32(truncatingIfNeeded: row), session: session, tier: .trailer, score: 0.1,
      isBest: true, lines: [], turns: [catalogue.edits[Int(edit)].turn])
  }

  private static func flag(of tool: Tool) -> RepositoryIndex.CommitFlags? {
    switch tool {
    case .claudeCode: .byClaude
    case .copilotCLI: .byCopilot
    case .codex: .byCodex
    case .geminiCLI: .byGemini
    case .cursor: .byCursor
    case .openCode: .byOpenCode
    case .other: nil
    }
  }
}
