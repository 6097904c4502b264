package import Ledger

extension Organisation {
  /// What the place where an application's code is kept would say of its main line: every push to it, and the merge
  /// requests by which most of the changes came, opened, approved and merged.
  ///
  /// Who reads what a session wrote takes longer over it: two to three times, in the truth. Some requests were squashed;
  /// the pushes to their branches say when work on them began.
  package func forgeReports(of application: Int, in site: Site) -> [OutcomeEvent] {
    var chance = Chance(seed: seed, label: "forge-\(application)")
    let project = applications[application].project
    guard let name = RemoteName.normalised(project.remote) else { return [] }
    var reports: [OutcomeEvent] = []
    var before: String?
    for (number, commit) in site.trunk.enumerated() {
      reports.append(
        push(
          EventCommit(commit.sha, at: commit.at), after: before, at: commit.at, of: project, isMainline: true)
      )
      before = commit.sha
      guard commit.at > start, commit.kind != .revert, chance.happens(70) else { continue }
      var request = OutcomeEvent(
        .change(Int64(number), of: name), .change, from: .gitlab, asOf: commit.at)
      let review = Duration.minutes(
        commit.kind == .session ? chance.int64(120...1500) : chance.int64(40...600))
      request.repository = project.remote
      request.number = Int64(number)
      request.isMainline = true
      request.state = .merged
      request.landed = commit.at
      request.approved = commit.at - .minutes(chance.int64(2...60))
      request.reviewed = request.approved
      request.started = request.approved.map { $0 - review }
      request.commits = [EventCommit(commit.sha)]
      request.head = commit.sha
      if chance.happens(40), let opened = request.started {
        // The branch's own commit, which nobody keeps once it is squashed.
        let branch = EventCommit(String(commit.sha.reversed()), at: opened - .hours(chance.int64(1...30)))
        request.head = branch.hash
        reports.append(push(branch, after: nil, at: opened, of: project, isMainline: false))
      }
      reports.append(request)
    }
    return reports
  }

  private func push(
    _ commit: EventCommit, after before: String?, at instant: Instant, of project: Project, isMainline: Bool
  ) -> OutcomeEvent {
    var push = OutcomeEvent(
      EventID(space: "arena/push", "\(project.remote)\n\(commit.hash)"), .push, from: .gitlab, asOf: instant)
    push.repository = project.remote
    push.isMainline = isMainline
    push.before = before
    push.head = commit.hash
    push.started = instant
    push.commits = [commit]
    return push
  }
}
