import Ledger

/// How each behaviour goes.
extension World {
  mutating func perform(_ job: Job, index: Int) {
    let label = "job-\(index)"
    switch job.behaviour {
    case .committed: commit(job, label)
    case .reverted: commitAndRevert(job, label)
    case .reworked: commit(job, label, reworked: true)
    case .squashed: squash(job, label)
    case .rebased: rebase(job, label)
    case .openBranch: leaveOpen(job, label)
    case .uncommitted, .discarded: leaveUncommitted(job, label)
    case .explored: explore(job, label)
    case .exploredThenCommitted: commit(job, label, explores: true)
    case .burning: burn(job, label)
    case .outside: workOutside(job, label)
    }
  }

  private func author(_ job: Job) -> Person { scenario.people[job.person] }
  private func language(_ job: Job) -> Language { scenario.projects[job.project].language }

  // MARK: On the trunk

  private mutating func commit(_ job: Job, _ label: String, reworked: Bool = false, explores: Bool = false) {
    let language = language(job)
    let feature = feature(of: job.project)
    var stint = stint(job, label: label, project: job.project, branch: History.trunk)
    let work = open(.fresh)
    let tree = histories[job.project].tree
    if explores { ask(&stint, turns: 2, in: job.project, follows: false) }
    let gap: Duration = explores ? .minutes(4) : .zero
    let opened = stint.chance.happens(35)
    if opened {
      stint.turn(
        "How do parts get registered in \(language.registryPath)? I want to add one.", after: gap, work: work)
      stint.explain(feature, path: language.registryPath, in: tree, sentences: 5)
    }
    stint.turn(
      Prose.request(feature, project: scenario.projects[job.project].name, &stint.chance),
      after: opened ? stint.chance.span(.seconds(70), .minutes(4)) : gap, work: work)
    var changes = stint.implement(
      feature, in: tree, language: language, registers: true, incidents: job.incidents)
    if stint.chance.happens(55) {
      stint.turn(
        Prose.testRequest(feature, &stint.chance), after: stint.chance.span(.seconds(40), .minutes(6)),
        work: work)
      changes.merge(stint.cover(feature, in: tree, language: language)) { $1 }
    }
    let mark = finish(&stint, job, changes, feature: feature, on: History.trunk, work: work)
    land(work, in: mark.mark, at: mark.at)
    let forkName = stint.sitting.name
    let clock = stint.clock
    add(stint)
    if job.incidents.contains(.fork) { fork(job, label, of: forkName, at: clock + .minutes(35)) }
    if reworked {
      let morning = job.start.startOfDay + .days(5) + .hours(7)
      plan(at: morning) { $0.rework(feature, in: job.project, by: job.person, at: morning) }
    }
  }

  /// The agent commits when asked to, or the person does later, without a trace in the session.
  private mutating func finish(
    _ stint: inout Stint, _ job: Job, _ changes: History.Tree, feature: Feature, on branch: String, work: Int
  ) -> (mark: CommitMark, at: Instant) {
    var message = Prose.commitMessage(feature, &stint.chance)
    let byAgent = stint.chance.happens(60)
    let trailed = byAgent && job.tool == .claudeCode && stint.chance.happens(50)
    if trailed { message += "\n\nCo-Authored-By: Claude <noreply@anthropic.com>" }
    let next = CommitMark(rawValue: histories[job.project].commits.count + 1)
    if byAgent {
      stint.turn(
        Prose.commitRequest(&stint.chance), after: stint.chance.span(.seconds(50), .minutes(8)), work: work)
      stint.commit(next, message: message, on: branch, changes: changes)
    }
    if job.incidents.contains(.refusedRequest) {
      stint.turn("Thanks!", after: .minutes(2), work: work, isFirm: false)
      stint.step(text: "You're welcome.", incident: .refusedRequest)
    }
    let at = stint.clock + (byAgent ? .zero : stint.chance.span(.minutes(4), .minutes(45)))
    let mark = histories[job.project].commit(
      on: branch, at: at, by: author(job), message, kind: .session, changes.mapValues { .some($0) })
    return (mark, at)
  }

  private mutating func commitAndRevert(_ job: Job, _ label: String) {
    let feature = feature(of: job.project)
    var stint = stint(job, label: label, project: job.project, branch: History.trunk)
    let work = open(.reverted)
    let tree = histories[job.project].tree
    stint.turn(
      Prose.request(feature, project: scenario.projects[job.project].name, &stint.chance), work: work)
    // New files only, so that undoing them leaves later work alone.
    let changes = stint.implement(
      feature, in: tree, language: language(job), registers: false, incidents: job.incidents)
    let (mark, _) = finish(&stint, job, changes, feature: feature, on: History.trunk, work: work)
    settle(work, as: .reverted, in: mark)
    add(stint)
    let days = Int64(stint.chance.int(2...5))
    plan(at: job.start.startOfDay + .days(days) + .hours(7) + .minutes(20)) { world in
      let history = world.histories[job.project]
      let subject = history.commits[mark.rawValue - 1].message.split(separator: "\n").first.map(String.init)
      world.histories[job.project].commit(
        at: job.start.startOfDay + .days(days) + .hours(7) + .minutes(20), by: world.author(job),
        "Revert \"\(subject ?? "")\"\n\nThis reverts commit %H.", names: mark, kind: .revert,
        history.undoing(mark))
    }
  }

  /// A person rewrites about a third of the lines; they stay, in other words.
  private mutating func rework(_ feature: Feature, in project: Int, by person: Int, at instant: Instant) {
    let language = scenario.projects[project].language
    let path = language.path(of: feature)
    guard let lines = histories[project].tree[path] else { return }
    var reworked = lines
    for index in lines.indices where index % 3 == 1 {
      reworked[index] = lines[index].split(separator: feature.first, omittingEmptySubsequences: false)
        .joined(separator: "\(feature.first)_key")
    }
    histories[project].commit(
      at: instant, by: scenario.people[person], "Rename the \(feature.first) of \(feature.noun)s",
      kind: .rework, [path: reworked])
  }

  // MARK: On branches

  private mutating func squash(_ job: Job, _ label: String) {
    let feature = feature(of: job.project)
    let branch = "feat/\(feature.noun)-\(feature.aspect.rawValue)"
    let first = workOnBranch(job, label, feature: feature, branch: branch, isFirst: true)
    var works = [first]
    if job.incidents.contains(.pair) {
      var second = job
      second.start = job.start + .days(1)
      second.incidents = []
      plan(at: second.start) { world in
        works.append(
          world.workOnBranch(second, "\(label)-second", feature: feature, branch: branch, isFirst: false))
      }
    }
    let merged = job.start.startOfDay + .days(2) + .hours(6) + .minutes(15)
    plan(at: merged) { world in
      guard let tree = world.histories[job.project].branches[branch]?.tree else { return }
      let language = world.language(job)
      let paths = [language.path(of: feature), language.testPath(of: feature)]
      var changes: [String: [String]?] = [:]
      for path in paths { if let lines = tree[path] { changes[path] = .some(lines) } }
      let mark = world.histories[job.project].commit(
        at: merged, by: world.author(job),
        "Add \(feature.words) (#\(feature.number % 90 + 10))\n\n* first version\n* tests\n", kind: .session,
        changes)
      world.histories[job.project].drop(branch: branch)
      for work in works { world.land(work, in: mark, at: merged) }
    }
  }

  private mutating func rebase(_ job: Job, _ label: String) {
    let feature = feature(of: job.project)
    let branch = "feat/\(feature.noun)-\(feature.aspect.rawValue)"
    let before = histories[job.project].commits.count
    let work = workOnBranch(job, label, feature: feature, branch: branch, isFirst: true)
    let count = histories[job.project].commits.count
    let moved = job.start.startOfDay + .days(1) + .hours(6) + .minutes(40)
    // Somebody's commit in between is what makes a rebase necessary.
    personCommit(in: job.project, at: moved - .minutes(20), by: job.person)
    plan(at: moved) { world in
      for commit in world.histories[job.project].commits[before..<count] {
        var changes: [String: [String]?] = [:]
        for change in commit.changes { changes[change.path] = .some(change.lines) }
        let mark = world.histories[job.project].commit(
          at: moved, authored: commit.authored, by: commit.author, commit.message, kind: .session, changes)
        world.land(work, in: mark, at: moved)
      }
      world.histories[job.project].drop(branch: branch)
    }
  }

  private mutating func leaveOpen(_ job: Job, _ label: String) {
    let feature = feature(of: job.project)
    let branch = "feat/\(feature.noun)-\(feature.aspect.rawValue)"
    let before = histories[job.project].commits.count
    let work = workOnBranch(job, label, feature: feature, branch: branch, isFirst: true)
    for commit in histories[job.project].commits[before...] { settle(work, as: .open, in: commit.mark) }
  }

  /// One session's commits on a branch of its own; a later session adds to the same files.
  private mutating func workOnBranch(
    _ job: Job, _ label: String, feature: Feature, branch: String, isFirst: Bool
  ) -> Int {
    let language = language(job)
    var stint = stint(job, label: label, project: job.project, branch: branch)
    let work = open(.open)
    if isFirst { histories[job.project].start(branch: branch) }
    let tree = histories[job.project].branches[branch]?.tree ?? [:]
    if isFirst {
      stint.turn(
        Prose.request(feature, project: scenario.projects[job.project].name, &stint.chance), work: work)
      let changes = stint.implement(
        feature, in: tree, language: language, registers: false, incidents: job.incidents)
      _ = finish(&stint, job, changes, feature: feature, on: branch, work: work)
    } else {
      let path = language.path(of: feature)
      let before = tree[path] ?? []
      let after = before + language.addition(feature, variant: feature.number + 1)
      stint.turn(
        "Please add what is still missing to \(path): it cannot check a \(feature.first) yet.", work: work)
      stint.step(text: Prose.plan(feature, &stint.chance), [.read(path: path, lines: before)])
      stint.step([.edit(FileEdit(path: path, before: before, after: after))])
      stint.turn(Prose.testRequest(feature, &stint.chance), after: .minutes(3), work: work)
      var changes = stint.cover(feature, in: tree, language: language)
      changes[path] = after
      _ = finish(&stint, job, changes, feature: feature, on: branch, work: work)
    }
    add(stint)
    return work
  }
}
