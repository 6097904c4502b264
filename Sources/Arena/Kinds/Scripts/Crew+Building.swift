import Ledger

/// Sessions in which something is built.
extension Crew {
  mutating func build(_ member: Int, at: Instant, _ fate: Script.Fate) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-build-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    let onTrunk = fate == .trunk || fate == .diluted || fate == .discarded
    let branch = onTrunk ? History.trunk : "feat/\(feature.noun)-\(feature.aspect.rawValue)"
    var stint = open(member, at: at, in: .project(project), branch: branch)
    if !onTrunk { histories[project].start(branch: branch) }
    var changes = write(feature, in: project, by: member, &stint, isDiluted: fate == .diluted)
    let message = Speech.commitMessage(feature, &stint.chance)
    var landing = Landing(
      kind: .commit, project: project, member: member, feature: feature, changes: changes, message: message)
    switch fate {
    case .trunk, .diluted:
      if stint.chance.happens(members[member].temper.commitsByAgent) {
        say(Speech.brief(&stint.chance), in: &stint, by: member)
        let command = Self.commitCommand(
          message, mark: nextMark(in: project), branch: branch, count: changes.count)
        stint.step([.run(command)])
        stint.step(text: "Committed.")
        commit(landing, at: stint.clock)
      } else {
        changes = byHand(changes, feature, by: member, &stint.chance)
        landing.changes = changes
        plan(.land(landing), at: stint.clock + stint.chance.spread(around: .minutes(20), sigma: 1))
      }
    case .squashed, .openBranch:
      histories[project].commit(
        on: branch, at: stint.clock + .seconds(stint.chance.int64(20...900)), by: members[member].person,
        message, kind: .session, byHand(changes, feature, by: member, &stint.chance).mapValues { .some($0) })
      guard fate == .squashed else { break }
      landing.kind = .squash(branch: branch)
      landing.changes = histories[project].branches[branch]?.tree.filter { changes[$0.key] != nil } ?? changes
      landing.message += " (#\(stint.chance.int(10...4000)))"
      plan(.land(landing), at: stint.clock + stint.chance.spread(around: .hours(22), sigma: 0.8))
    case .discarded: break
    }
    members[member].real.append(close(stint, by: member))
  }

  /// Talk, code, tests, changes: what happens until there is something to commit.
  func write(
    _ feature: Feature, in project: Int, by member: Int, _ stint: inout Stint, isDiluted: Bool = false
  ) -> History.Tree {
    let temper = members[member].temper
    let language = projects[project].language
    if stint.chance.happens(temper.asksFirst) {
      say(
        Speech.question(feature, path: anyFile(of: project, &stint.chance), &stint.chance), in: &stint,
        by: member, isFirst: true)
      look(&stint, in: project)
      stint.step(text: answerText(feature, by: member, &stint.chance))
    }
    say(Speech.request(feature, &stint.chance), in: &stint, by: member, isFirst: stint.sitting.turns.isEmpty)
    look(&stint, in: project)
    let path = language.path(of: feature)
    var lines = language.code(feature)
    stint.step(
      text: stint.chance.happens(60) ? Speech.sentence(feature, &stint.chance) : nil,
      [.edit(FileEdit(path: path, before: nil, after: lines))])
    test(&stint, feature, language, by: member)
    stint.step(text: answerText(feature, by: member, &stint.chance))
    for _ in 0..<stint.chance.count(mean: 1.1) {
      if isDiluted { burnBetween(&stint, in: project, by: member) }
      let wish =
        stint.chance.happens(temper.isTerse)
        ? Speech.brief(&stint.chance) : Speech.change(feature, &stint.chance)
      say(wish, in: &stint, by: member)
      let after = revised(lines, feature, language: language, &stint.chance)
      stint.step([.edit(FileEdit(path: path, before: lines, after: after))])
      lines = after
      test(&stint, feature, language, by: member)
      stint.step(text: answerText(feature, by: member, &stint.chance))
    }
    var changes = [path: lines]
    if stint.chance.happens(temper.runsTests * 0.6) {
      say(
        stint.chance.happens(50) ? "Now the tests." : Speech.change(feature, &stint.chance), in: &stint,
        by: member)
      let tests = language.test(feature)
      stint.step([.edit(FileEdit(path: language.testPath(of: feature), before: nil, after: tests))])
      test(&stint, feature, language, by: member)
      stint.step(text: Speech.sentence(feature, &stint.chance))
      changes[language.testPath(of: feature)] = tests
    }
    if isDiluted { burnBetween(&stint, in: project, by: member) }
    return changes
  }

  func test(_ stint: inout Stint, _ feature: Feature, _ language: Language, by member: Int) {
    guard stint.chance.happens(members[member].temper.runsTests) else { return }
    if stint.chance.happens(25) { stint.step([.run(Stint.tests(language, failing: feature))]) }
    stint.step([.run(Stint.tests(language, failing: nil))])
  }

  private func byHand(
    _ changes: History.Tree, _ feature: Feature, by member: Int, _ chance: inout Chance
  ) -> History.Tree {
    guard chance.happens(members[member].temper.editsByHand) else { return changes }
    var edited = changes
    for path in changes.keys.sorted() {
      edited[path] = editedByHand(changes[path] ?? [], feature, &chance)
    }
    return edited
  }

  /// Something tried out; much of it comes to nothing, and that is what it was for.
  mutating func prototype(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-proto-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let feature = feature(of: project)
    var stint = open(member, at: at, in: .project(project))
    let changes = write(feature, in: project, by: member, &stint)
    let language = projects[project].language
    let path = language.path(of: feature)
    for _ in 0..<stint.chance.int(1...3) {
      say(Speech.change(feature, &stint.chance), in: &stint, by: member)
      // The person has put some of it differently meanwhile; the tool finds the file so.
      let before = editedByHand(changes[path] ?? [], feature, &stint.chance)
      stint.step([read(path, lines: before)])
      stint.step([
        .edit(
          FileEdit(
            path: path, before: before, after: revised(before, feature, language: language, &stint.chance)))
      ])
      stint.step([.run(Stint.tests(language, failing: stint.chance.happens(40) ? feature : nil))])
      stint.step(text: answerText(feature, by: member, &stint.chance))
    }
    if stint.chance.happens(25) {
      plan(
        .land(
          Landing(
            kind: .commit, project: project, member: member, feature: feature, changes: changes,
            message: Speech.commitMessage(feature, &stint.chance))),
        at: stint.clock + stint.chance.spread(around: .hours(5), sigma: 1))
    }
    members[member].real.append(close(stint, by: member))
  }

  private func read(_ path: String, lines: [String]) -> Sitting.Action.Kind {
    .read(path: path, lines: lines)
  }

  /// The same tests again and again, a guess at a time, until they pass.
  mutating func mend(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-mend-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let language = projects[project].language
    guard let path = anyFile(of: project, &chance) else { return }
    let feature = subject(of: path, &chance)
    var stint = open(member, at: at, in: .project(project))
    var lines = histories[project].tree[path] ?? []
    let before = lines
    say(
      stint.chance.pick([
        "CI is red again, same test as yesterday.", "The test for \(feature.noun) fails every third run.",
        Speech.question(feature, path: path, &stint.chance),
      ]),
      in: &stint, by: member, isFirst: true)
    stint.step([read(path, in: project)])
    for _ in 0..<stint.chance.int(2...6) {
      for _ in 0..<stint.chance.int(1...4) { stint.step([.run(Stint.tests(language, failing: feature))]) }
      if stint.chance.happens(60) {
        let after = revised(lines, feature, language: language, &stint.chance)
        stint.step([.edit(FileEdit(path: path, before: lines, after: after))])
        lines = after
      }
      stint.step(text: Speech.sentence(feature, &stint.chance))
      say(
        stint.chance.pick([
          "run it again", "again", "try again", "still red", Speech.change(feature, &stint.chance),
        ]), in: &stint, by: member)
    }
    stint.step([.run(Stint.tests(language, failing: nil))])
    stint.step(text: answerText(feature, by: member, &stint.chance))
    if lines != before, stint.chance.happens(80) {
      plan(
        .land(
          Landing(
            kind: .commit, project: project, member: member, feature: feature, changes: [path: lines],
            message: "Mend the flaky \(feature.noun) test", isAnnounced: false)),
        at: stint.clock + stint.chance.spread(around: .minutes(25), sigma: 0.8))
    }
    members[member].real.append(close(stint, by: member))
  }
}
