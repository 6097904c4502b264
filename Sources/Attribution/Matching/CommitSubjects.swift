import Ledger
import Outcomes

/// Finds the commits that a session's own `git commit` made by the message that it gave them. That finds commits
/// whose hash the session never saw or that were rewritten since (rebased, amended, cut off by a hook).
struct CommitSubjects {
  /// By subject, the commits that have it.
  private var rows: [UInt64: [Int]] = [:]

  /// How long a commit may take: hooks run tests.
  private static let patience = Duration.minutes(10)
  private static let skew = Duration.minutes(2)

  init(of catalogue: EvidenceCatalogue, in history: RepositoryHistory) {
    for evidence in catalogue.sessions {
      for mention in evidence.mentions where mention.kind == .message {
        if let subject = LineHash(hexadecimal: mention.value) { rows[subject.rawValue] = [] }
      }
    }
    guard !rows.isEmpty else { return }
    for (row, commit) in history.index.commits.enumerated()
    where history.isRelated[row] && commit.subject != 0 {
      rows[commit.subject]?.append(row)
    }
  }

  /// The commit authored right after the command began, and its rebased copies, which keep the time.
  func commits(of mention: OutcomeMention, in index: RepositoryIndex) -> [Int] {
    guard let subject = LineHash(hexadecimal: mention.value), let named = rows[subject.rawValue] else {
      return []
    }
    let times = (mention.at - Self.skew).milliseconds...(mention.at + Self.patience).milliseconds
    let near = named.filter { times.contains(index.commits[$0].authored) }
    func distance(_ row: Int) -> Int64 { abs(index.commits[row].authored - mention.at.milliseconds) }
    guard let nearest = near.min(by: { distance($0) < distance($1) }) else { return [] }
    return near.filter { index.commits[$0].authored == index.commits[nearest].authored }
  }
}
