import Ledger
import Outcomes

/// Sessions that tools' own records (git-ai notes, Agent Trace) name as writers of a commit.
struct RecordLinks {
  private(set) var byCommit: [Int: [MentionLinks.Naming]] = [:]

  init(catalogue: EvidenceCatalogue, index: RepositoryIndex, key: SipHash24.Key) {
    guard !index.records.isEmpty else { return }
    var byConversation: [UInt64: UInt32] = [:]
    var byName: [UInt64: UInt32] = [:]
    for (place, evidence) in catalogue.sessions.enumerated() {
      let session = UInt32(truncatingIfNeeded: place)
      byConversation[RepositoryIndex.conversationHash(evidence.session.name, key: key)] = session
      for tool in Self.names(of: evidence.session.tool) {
        let digest = SHA256.hash("\(tool):\(evidence.session.name)".utf8)
        let name = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The current format keeps 14 digits, the one before 16.
        byName[name & ~0xff] = session
        byName[name] = session
      }
    }
    for record in index.records {
      let named = record.nameDigits == 14 || record.nameDigits == 16 ? byName[record.name] : nil
      guard let session = byConversation[record.conversation] ?? named else { continue }
      let row = Int(record.commit)
      guard let turn = Self.turn(of: session, before: index.commits[row], catalogue: catalogue) else {
        continue
      }
      byCommit[row, default: []].append(
        MentionLinks.Naming(
          session: session, turn: turn, isAuthor: false, tier: .record, lines: Int(record.lines)))
    }
  }

  /// The turn that last edited before the commit, else the last that began before it.
  private static func turn(
    of session: UInt32, before commit: RepositoryIndex.Commit, catalogue: EvidenceCatalogue
  ) -> UInt32? {
    let evidence = catalogue.sessions[Int(session)]
    let time = Instant(milliseconds: max(commit.authored, commit.committed))
    let edit = evidence.edits.filter { $0.at <= time && $0.wasApplied }.max {
      ($0.at, $0.id) < ($1.at, $1.id)
    }
    if let edit, let turn = catalogue.turnRows[edit.turn] { return turn }
    let turn = evidence.turns.filter { $0.started <= time }.max { ($0.started, $0.id) < ($1.started, $1.id) }
    return turn.flatMap { catalogue.turnRows[$0.id] }
  }

  /// As git-ai names tools.
  private static func names(of tool: Tool) -> [String] {
    switch tool {
    case .claudeCode: ["claude"]
    case .codex: ["codex"]
    case .geminiCLI: ["gemini"]
    case .openCode: ["opencode"]
    case .copilotCLI: ["github-copilot", "copilot"]
    case .cursor: ["cursor"]
    case .assayAgent, .other: []
    }
  }
}
