import Ledger
import Outcomes

/// Commits that sessions' own records name.
struct MentionLinks {
  struct Naming {
    var session: UInt32
    var turn: UInt32
    /// Whether the commit was made there and then; otherwise the session rebased, amended or merged what may be
    /// others' work.
    var isAuthor: Bool
    var tier = AttributionTier.exact
    /// Lines that a tool's record gives to the session.
    var lines = 0
  }

  /// By commit: the turns that made it, or opened the request through which it landed.
  private(set) var committed: [Int: [Naming]] = [:]
  /// Sessions that name any commit of the repository by enough digits not to be chance.
  private(set) var home: Set<UInt32> = []
  /// By commit: turns whose own commit command stated its message just before it was made. Only of sessions that
  /// are at home: two people may well write the same words in the same minute, but not into one repository.
  private(set) var worded: [Int: [Naming]] = [:]

  init(catalogue: EvidenceCatalogue, history: RepositoryHistory, key: SipHash24.Key) {
    let index = history.index
    var requests: [UInt32: [Int]] = [:]
    for (row, commit) in index.commits.enumerated() where commit.pullRequest != 0 && history.hasLanded(row) {
      requests[commit.pullRequest, default: []].append(row)
    }
    let subjects = CommitSubjects(of: catalogue, in: history)
    for (place, evidence) in catalogue.sessions.enumerated() {
      let session = UInt32(truncatingIfNeeded: place)
      for mention in evidence.mentions {
        guard let turn = catalogue.turnRows[mention.turn] else { continue }
        var naming = Naming(session: catalogue.turns[Int(turn)].session, turn: turn, isAuthor: false)
        switch mention.kind {
        case .committed, .named:
          guard let name = CommitHash(mention.value), name.digits >= 7, let row = history.commit(named: name)
          else {
            continue
          }
          home.insert(session)
          let age = mention.at.milliseconds - index.commits[row].authored
          naming.isAuthor = abs(age) <= Self.justNow.wholeMilliseconds
          if mention.kind == .committed { add(naming, to: row) }
        case .message:
          for row in subjects.commits(of: mention, in: index) {
            naming.isAuthor = true
            worded[row, default: []].append(naming)
          }
        case .pullRequest:
          guard let request = RemoteName.pullRequest(mention.value),
            let remote = RemoteName.hash(request.repository, key: key), index.remotes.contains(remote)
          else { continue }
          home.insert(session)
          for row in requests[request.number] ?? [] { add(naming, to: row) }
        }
      }
    }
  }

  /// Adds what git-ai notes and Agent Trace files say.
  mutating func add(_ records: RecordLinks) {
    for (row, namings) in records.byCommit {
      for naming in namings where committed[row]?.contains(where: { $0.session == naming.session }) != true {
        committed[row, default: []].append(naming)
        home.insert(naming.session)
      }
    }
  }

  /// Takes what the commands of the sessions at home said they commit.
  mutating func addWorded(home: Set<UInt32>) {
    for (row, namings) in worded.sorted(by: { $0.key < $1.key }) {
      for naming in namings where home.contains(naming.session) {
        // The printed hash says as much already.
        if committed[row]?.contains(where: { $0.session == naming.session && $0.isAuthor }) == true {
          continue
        }
        add(naming, to: row)
      }
    }
  }

  /// How long after a commit its command may report.
  private static let justNow = Duration.minutes(10)

  private mutating func add(_ naming: Naming, to row: Int) {
    if committed[row]?.contains(where: { $0.turn == naming.turn }) == true { return }
    committed[row, default: []].append(naming)
  }
}
