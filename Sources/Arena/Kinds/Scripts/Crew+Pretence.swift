import Ledger

/// Burners that aim at what looks like an outcome, or at looking like a person.
extension Crew {
  /// Commits on the main line that exist to exist: no change, white space, churn that is undone, files nobody calls.
  mutating func fill(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let project = member % projects.count
    let language = projects[project].language
    var stint = open(member, at: at, in: .project(project))
    stint.isPerforming = true
    guard let path = anyFile(of: project, &stint.chance) else { return }
    let feature = subject(of: path, &stint.chance)
    let before = histories[project].tree[path] ?? []
    var changes: History.Tree
    let message: String
    // Mostly one's own way of filling.
    switch stint.chance.happens(70) ? scheme.variant : stint.chance.below(4) {
    case 0:
      changes = [path: before.map { stint.chance.happens(30) && !$0.hasSuffix(" ") ? $0 + " " : $0 } + [""]]
      message = stint.chance.pick(["Format", "Style", "Tidy \(feature.noun)"])
    case 1:
      if let churn = members[member].churn.popLast(), histories[project].tree[churn.path] != nil,
        churn.project == project
      {
        changes = [churn.path: churn.before]
        message = "Simplify \(feature.noun)"
      } else {
        changes = [path: revised(before, feature, language: language, &stint.chance)]
        members[member].churn.append((project, path, before))
        message = "Improve comments of \(feature.noun)"
      }
    case 2:
      changes = [:]
      message = stint.chance.pick(["Trigger build", "Empty commit", "Bump"])
    default:
      let new = self.feature(of: project)
      changes = [language.path(of: new): language.code(new)]
      message = Speech.commitMessage(new, &stint.chance)
    }
    stint.turn(
      stint.chance.pick([
        "Make a small commit in \(path).", "Find something to improve and commit it.",
        "Another commit, please.", Speech.request(feature, &stint.chance),
      ]))
    look(&stint, in: project, at: path)
    for (path, lines) in changes.sorted(by: { $0.key < $1.key }) {
      stint.step([.edit(FileEdit(path: path, before: histories[project].tree[path], after: lines))])
    }
    stint.step([
      .run(
        Self.commitCommand(message, mark: nextMark(in: project), branch: History.trunk, count: changes.count))
    ])
    stint.step(text: burnAnswer(member, sentences: 4, &stint.chance))
    histories[project].commit(
      at: stint.clock, by: members[member].person, message, kind: .session, changes.mapValues { .some($0) })
    for round in 0..<stint.chance.int(0...3) {
      burnRound(
        &stint, in: project, by: member, round: round,
        after: stint.chance.spread(around: .seconds(12), sigma: 0.8))
    }
    close(stint, by: member)
  }

  /// Logs that were never written by a tool at work.
  mutating func forge(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let real = members[member].real
    if scheme.variant < 2, !real.isEmpty {
      // A session there was, once more at another time; with its identifiers or with new ones.
      var copy = records[real[members[member].chance.below(real.count)]].sitting
      let days = Int64(members[member].chance.int(1...20))
      let shift = copy.job.start + .days(days) < end ? Duration.days(days) : .days(1)
      copy.name = members[member].chance.uuid()
      if copy.job.tool == .openCode { copy.name = "ses_\(members[member].chance.base62(26))" }
      members[member].sessions += 1
      if scheme.variant == 1 { copy.label += "-copy-\(members[member].sessions)" }
      copy.move { $0 + shift }
      for index in copy.turns.indices { copy.turns[index].isPerformed = true }
      records.append(Record(member: member, sitting: copy))
      return
    }
    let project = member % projects.count
    var stint = open(member, at: at, in: .project(project), isScripted: scheme.isScripted)
    stint.isPerforming = true
    for round in 0..<stint.chance.int(4...10) {
      burnRound(
        &stint, in: project, by: member, round: round, after: .milliseconds(stint.chance.int64(1...20)))
    }
    var sitting = stint.sitting
    // Answers faster than any model writes; or many sessions at one time.
    let factor: Int64 = scheme.variant == 2 ? 60 : 25
    sitting.move { at + .milliseconds(($0 - at).wholeMilliseconds / factor) }
    records.append(Record(member: member, sitting: sitting))
  }

  /// A person at work, but for the purpose: gaps as people have them, other words each time, tests that run, small
  /// commits on branches that nobody will merge.
  mutating func masquerade(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-mask-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    let branch = "try/\(feature.noun)-\(feature.aspect.rawValue)"
    var stint = open(member, at: at, in: .project(project), branch: branch)
    stint.isPerforming = true
    let changes = write(feature, in: project, by: member, &stint)
    if stint.chance.happens(60) {
      histories[project].start(branch: branch)
      let message = Speech.commitMessage(feature, &stint.chance)
      stint.step([
        .run(Self.commitCommand(message, mark: nextMark(in: project), branch: branch, count: changes.count))
      ])
      stint.step(text: "Committed.")
      histories[project].commit(
        on: branch, at: stint.clock, by: members[member].person, message, kind: .session,
        changes.mapValues { .some($0) })
    }
    close(stint, by: member)
  }
}

extension Sitting {
  /// Puts every instant where `place` says.
  mutating func move(_ place: (Instant) -> Instant) {
    job.start = place(job.start)
    for turn in turns.indices {
      turns[turn].started = place(turns[turn].started)
      for step in turns[turn].steps.indices { turns[turn].steps[step].move(place) }
    }
  }
}

extension Sitting.Step {
  fileprivate mutating func move(_ place: (Instant) -> Instant) {
    started = place(started)
    answered = place(answered)
    for index in actions.indices {
      actions[index].finished = place(actions[index].finished)
      guard case .delegate(var errand) = actions[index].kind else { continue }
      errand.started = place(errand.started)
      for step in errand.steps.indices { errand.steps[step].move(place) }
      actions[index].kind = .delegate(errand)
    }
  }
}
