import Ledger

/// What is dull or odd in everybody's days, and means nothing; and programs that were declared.
extension Crew {
  /// A short question, an errand, or a start that is given up.
  mutating func trifle(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-trifle-\(members[member].sessions)")
    let project = project(of: member, &chance)
    let path = anyFile(of: project, &chance)
    let feature = path.map { subject(of: $0, &chance) } ?? members[member].scheme.theme
    var stint = open(member, at: at, in: chance.happens(70) ? .project(project) : .folder("scratch"))
    let prompt = stint.chance.pick([
      "What is the git command to undo the last commit but keep the changes?", "Regex for \(feature.first)?",
      Speech.question(feature, path: nil, &stint.chance), Speech.request(feature, &stint.chance),
      "hi", "Summarise the last five commits.", "Explain this error: \(feature.first) of nil",
      "Translate to German: \(Speech.sentence(feature, &stint.chance))",
    ])
    say(prompt, in: &stint, by: member, isFirst: true)
    if stint.chance.happens(35) { look(&stint, in: project) }
    stint.step(text: answerText(feature, by: member, &stint.chance))
    if stint.chance.happens(30) {
      say(Speech.brief(&stint.chance), in: &stint, by: member)
      stint.step(text: Speech.sentence(feature, &stint.chance))
      if stint.chance.happens(40) { stint.interrupt() }
    }
    close(stint, by: member)
  }

  /// Somebody would like to know what all this costs.
  mutating func lookAtUsage(_ member: Int, at: Instant) {
    var stint = open(member, at: at, in: .folder("scratch"))
    say(
      stint.chance.pick([
        "How many tokens did I use this week?", "Show me my usage of today, please.",
        "What do my sessions cost?",
      ]), in: &stint, by: member, isFirst: true)
    stint.step([.run(Self.usageCommand(&stint.chance))])
    stint.step(text: Speech.sentence(members[member].scheme.theme, &stint.chance))
    close(stint, by: member)
  }

  /// The same prompt every morning.
  mutating func morning(_ member: Int, at: Instant, isCron: Bool) {
    let project = member % projects.count
    var stint = open(member, at: at, in: .project(project), isScripted: isCron)
    let scheme = members[member].scheme
    stint.turn(
      [
        "Summarise what changed since yesterday and what is open, for the stand-up.",
        "What did I do yesterday? Three lines.", "List the pull requests that wait for me.",
        "Morning. What is on the list today?",
      ][scheme.variant])
    let list = files[project].suffix(3)
    stint.step([
      .run(
        Sitting.Command(
          line: "git log --since=yesterday --oneline", purpose: "List the commits",
          output: list.joined(separator: "\n")))
    ])
    let feature = list.last.map { subject(of: $0, &stint.chance) } ?? scheme.theme
    stint.step(text: answerText(feature, by: member, &stint.chance))
    if !isCron, stint.chance.happens(30) {
      say(Speech.question(feature, path: list.last, &stint.chance), in: &stint, by: member)
      stint.step(text: answerText(feature, by: member, &stint.chance))
    }
    close(stint, by: member)
  }

  /// An agent that a declared schedule starts: it takes something from the list, or finds nothing to do.
  mutating func workAtNight(_ member: Int, at: Instant) {
    let project = member % projects.count
    let feature = feature(of: project)
    let language = projects[project].language
    var stint = open(member, at: at, in: .project(project), isScripted: true)
    stint.turn(
      "Take the next task from the list, do it on a branch and run the tests. Stop if there is none.")
    look(&stint, in: project)
    if stint.chance.happens(25) {
      stint.step(text: "There is nothing on the list. \(Speech.sentence(feature, &stint.chance))")
      close(stint, by: member)
      return
    }
    let path = language.path(of: feature)
    let lines = language.code(feature)
    stint.step(
      text: Speech.sentence(feature, &stint.chance), [.edit(FileEdit(path: path, before: nil, after: lines))])
    stint.step([.run(Stint.tests(language, failing: stint.chance.happens(30) ? feature : nil))])
    stint.step(text: answerText(feature, by: member, &stint.chance))
    if stint.chance.happens(65) {
      let message = Speech.commitMessage(feature, &stint.chance)
      plan(
        .land(
          Landing(
            kind: .commit, project: project, member: member, feature: feature, changes: [path: lines],
            message: message)),
        at: stint.clock + .hours(stint.chance.int64(6...15)))
    }
    close(stint, by: member)
  }

  /// Many like prompts, whose answers are compared: declared, and its results are often committed.
  mutating func evaluate(_ member: Int, at: Instant) {
    let project = member % projects.count
    let theme = members[member].scheme.theme
    var stint = open(member, at: at, in: .project(project), isScripted: true)
    let cases = stint.chance.int(5...14)
    var results = ["{"]
    for number in 1...cases {
      let f = Feature(
        noun: theme.noun, aspect: theme.aspect, first: theme.first, second: theme.second, number: number * 10)
      stint.turn(
        "Evaluation case \(number) of \(cases). Answer with one line: how should a \(f.words) treat a \(f.noun) whose \(f.first) is \(f.number) and whose \(f.second) is missing?",
        after: .milliseconds(stint.chance.int64(200...1500)))
      stint.step(text: Speech.sentence(f, &stint.chance))
      results.append("  \"\(f.noun)-\(at.day)-\(number)\": \(stint.chance.int(0...100)),")
    }
    results.append("}")
    if stint.chance.happens(70) {
      plan(
        .land(
          Landing(
            kind: .commit, project: project, member: member, feature: theme,
            changes: ["eval/\(theme.noun)-\(at.day).json": results], message: "Evaluation of \(at.day)",
            isAnnounced: false)),
        at: stint.clock + .hours(stint.chance.int64(10...16)))
    }
    close(stint, by: member)
  }

  /// Something is down, and the cause is looked for.
  mutating func respond(_ member: Int, at: Instant) {
    var chance = Chance(seed: seed, label: "\(members[member].slug)-incident-\(members[member].sessions)")
    let project = project(of: member, &chance)
    guard let path = anyFile(of: project, &chance) else { return }
    let feature = subject(of: path, &chance)
    // Incidents keep no hours.
    let begins = chance.happens(45) ? at + .minutes(chance.int64(-400...500)) : at
    var stint = open(member, at: begins, in: .project(project))
    var incident = Incident(project: project, began: begins - .minutes(chance.int64(2...25)), ended: begins)
    for turn in 0..<stint.chance.int(2...7) {
      let prompt = stint.chance.pick([
        "\(feature.noun) requests fail since \(stint.chance.int(1...59)) past. Where do I look?",
        "Pods restart. Logs, please.", "Is it the \(feature.first) change?", "And the database?",
        Speech.question(feature, path: path, &stint.chance),
        "Errors are down to \(stint.chance.int(1...40)) %. What else?",
      ])
      // Nobody reads at leisure now.
      if turn == 0 {
        stint.turn(prompt)
      } else {
        stint.turn(prompt, after: stint.chance.spread(around: .seconds(24), sigma: 0.9))
      }
      for _ in 0..<stint.chance.int(1...3) {
        let line = stint.chance.pick([
          "kubectl logs deploy/\(feature.noun) --since=10m | grep -c ERROR", "curl -s localhost:8080/healthz",
          "kubectl get pods", "grep -rn \(feature.first) src | head",
          "psql -c 'select count(*) from \(feature.noun)'",
        ])
        stint.step([
          .run(
            Sitting.Command(
              line: line, purpose: "Look", output: Speech.sentence(feature, &stint.chance),
              exit: stint.chance.happens(20) ? 1 : 0))
        ])
      }
      if stint.chance.happens(40) { stint.step([read(path, in: project)]) }
      stint.step(text: Speech.answer(feature, sentences: stint.chance.int(1...4), &stint.chance))
    }
    incident.ended = stint.clock + .minutes(stint.chance.int64(3...50))
    if stint.chance.happens(50) {
      say("That is it. Mend it, smallest change.", in: &stint, by: member)
      let before = histories[project].tree[path] ?? []
      let after = revised(before, feature, language: projects[project].language, &stint.chance)
      stint.step([.edit(FileEdit(path: path, before: before, after: after))])
      stint.step([.run(Stint.tests(projects[project].language, failing: nil))])
      let landing = Landing(
        kind: .commit, project: project, member: member, feature: feature, changes: [path: after],
        message: "Mend \(feature.noun) without \(feature.first)", isAnnounced: false)
      stint.step([
        .run(
          Self.commitCommand(landing.message, mark: nextMark(in: project), branch: History.trunk, count: 1))
      ])
      stint.step(text: "Committed.")
      incident.fix = commit(landing, at: stint.clock)
    }
    incidents.append(incident)
    close(stint, by: member)
  }
}
