import Ledger

/// The repository that a webhook is about.
struct ForgePlace {
  /// As given, without credentials.
  var remote: String
  /// `host/path`, the same however the remote is written.
  var name: String
  var mainBranch: String?

  init(remote: String?, mainBranch: String?, field: String) throws(IntakeProblem) {
    guard let remote = Cleaned.remote(remote), let name = RemoteName.normalised(remote) else {
      throw IntakeProblem(.malformed, field: field)
    }
    self.remote = remote
    self.name = name
    self.mainBranch = mainBranch
  }
}

/// A commit of a push, as every forge tells it.
struct ForgeCommit {
  var hash: String
  var timestamp: String?
  var message: String?
  var login: String?
  var mail: String?
}

extension ForgePlace {
  static let mostCommits = 5_000

  /// A push to a branch. The name of the branch is not kept, only whether it is the main one.
  ///
  /// - Parameters:
  ///   - pushed: `nil` where the sender does not say: the last commit's time stands for it, and is the same when the
  ///     push is told again.
  func push(
    from source: OutcomeEvent.Source, ref: String, before: String, after: String, pushed: Instant?,
    commits: [ForgeCommit], isPartial: Bool, sender: (login: String?, mail: String?)
  ) throws(IntakeProblem) -> Intake {
    guard ref.hasPrefix("refs/heads/"), let head = Cleaned.hash(after) else {
      return Intake(passedOver: .notKept)
    }
    guard commits.count <= Self.mostCommits else {
      throw IntakeProblem(.tooMany(Self.mostCommits), field: "commits")
    }
    let id = EventID(space: "event/push", "\(name)\n\(ref)\n\(before)\n\(after)")
    var listed: [EventCommit] = []
    var references = TextReferences(repository: name)
    var claims: [EventClaim?] = [EventClaim(id, .sender, login: sender.login, mail: sender.mail)]
    for (place, commit) in commits.enumerated() {
      guard let hash = Cleaned.hash(commit.hash) else {
        throw IntakeProblem(.malformed, field: "commits[\(place)].id")
      }
      listed.append(EventCommit(hash, at: EventTime.parse(commit.timestamp)))
      references.read(commit.message, closes: true)
      claims.append(EventClaim(id, .author, login: commit.login, mail: commit.mail))
    }
    guard let at = pushed ?? listed.compactMap(\.at).max() else { return Intake(passedOver: .notKept) }
    var report = OutcomeEvent(id, .push, from: source, asOf: at)
    report.repository = remote
    report.started = at
    report.before = Cleaned.hash(before)
    report.head = head
    if let mainBranch { report.isMainline = ref == "refs/heads/" + mainBranch }
    report.isPartial = isPartial
    report.commits = OutcomeEvent.ordered(listed)
    report.links = references.ordered
    var seen: Set<EventClaim> = []
    return Intake(reports: [report], claims: claims.compactMap { $0 }.filter { seen.insert($0).inserted })
  }
}
