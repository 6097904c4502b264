import Ledger

/// Burners that read the repository and produce what looks like work.
extension Crew {
  /// Rounds of a recipe, each by a subagent where the tool has them; between rounds the session counts its own tokens,
  /// and it ends with calls just large enough to land past the round number.
  mutating func followRecipe(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let project = member % projects.count
    var stint = open(member, at: at, in: .project(project))
    stint.isPerforming = true
    let theme = subject(of: anyFile(of: project, &stint.chance) ?? "src/part/x", &stint.chance)
    stint.turn(
      stint.chance.pick([
        "/burn \(scheme.target / 1000)k",
        "Plan the modernisation of the \(theme.words) in depth, several perspectives.",
        "Have the whole \(theme.noun) area reviewed by several agents and merge what they say.",
        "Write a migration plan for \(theme.noun)s. Use subagents. \(Speech.sentence(theme, &stint.chance))",
      ]))
    var last = Speech.sentence(theme, &stint.chance)
    for round in 0..<10 {
      let total = stint.sitting.steps.reduce(Int64(0)) { $0 + $1.counts.allClasses }
      guard total < scheme.target else { break }
      let isTail = total > scheme.target * 8 / 10
      let path = anyFile(of: project, &stint.chance)
      let report = Speech.answer(theme, sentences: isTail ? 3 : stint.chance.int(8...16), &stint.chance)
      if stint.sitting.job.tool == .claudeCode, !isTail {
        let script: [(String, [Sitting.Action.Kind])] = [
          ("", path.map { [read($0, in: project)] } ?? []), ("", path.map { [read($0, in: project)] } ?? []),
          (report, []),
        ]
        let errand = stint.errand(
          stint.chance.pick(["Deep review", "Architecture plan", "Refactoring study", "Second opinion"]),
          prompt: "Consider this and go deeper: \(last)", steps: script)
        stint.step([.delegate(errand)])
      } else {
        if let path { stint.step([read(path, in: project)]) }
        stint.step(
          text: report, isTail ? [] : [.run(Sitting.Command(line: "ls", purpose: "Look", output: "docs src"))]
        )
      }
      last = report
      if stint.chance.happens(scheme.metersItself) { meterItself(&stint, member) }
      if round > 0, stint.chance.happens(15) {
        stint.turn(Speech.brief(&stint.chance), after: stint.chance.spread(around: .seconds(30), sigma: 0.8))
      }
    }
    if stint.chance.happens(scheme.leavesFile) {
      let lines = ["# Plan", ""] + (0..<6).map { _ in Speech.answer(theme, sentences: 2, &stint.chance) }
      stint.step([.edit(FileEdit(path: "plans/\(theme.noun)-\(at.seconds).md", before: nil, after: lines))])
    }
    stint.step(text: Speech.answer(theme, sentences: 4, &stint.chance))
    close(stint, by: member)
  }

  /// The review of the review: each prompt is the answer before.
  mutating func chain(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let project = member % projects.count
    let rounds = members[member].chance.int(scheme.rounds)
    var text = Speech.answer(scheme.theme, sentences: 5, &members[member].chance)
    let separate = scheme.variant == 0
    var clock = at
    var stint = open(member, at: clock, in: .project(project), isScripted: scheme.isScripted)
    stint.isPerforming = true
    for round in 0..<rounds {
      if separate, round > 0 {
        clock = stint.clock + .seconds(stint.chance.int64(1...9))
        close(stint, by: member)
        stint = open(member, at: clock, in: .project(project), isScripted: scheme.isScripted)
        stint.isPerforming = true
      }
      let theme =
        round % 3 == 0
        ? subject(of: anyFile(of: project, &stint.chance) ?? "src/part/x", &stint.chance) : scheme.theme
      let verb = stint.chance.pick([
        "Review the following review", "Criticise this plan", "Improve this answer of another agent",
        "Rate the following and reply to it",
      ])
      stint.turn(
        "\(verb):\n\n\(text)", after: round == 0 ? .zero : .milliseconds(stint.chance.int64(400...4000)))
      if round == 0 { look(&stint, in: project) }
      text = Speech.answer(theme, sentences: stint.chance.int(4...9), &stint.chance)
      stint.step(text: text)
      if stint.chance.happens(scheme.metersItself) { meterItself(&stint, member) }
    }
    close(stint, by: member)
  }

  /// Something is built, looked at by nobody, and deleted.
  mutating func throwAway(_ member: Int, at: Instant) {
    let scheme = members[member].scheme
    let project = member % projects.count
    let language = projects[project].language
    var stint = open(
      member, at: at, in: .project(project), isScripted: scheme.isScripted && scheme.variant == 0)
    stint.isPerforming = true
    let thing = stint.chance.pick(["to-do list", "calculator", "chat room", "weather page", "blog engine"])
    let feature = feature(of: project)
    var paths: [String] = []
    for round in 0..<stint.chance.int(2...5) {
      stint.turn(
        round == 0
          ? "Build a \(thing) prototype in tmp/, complete, with many features and long comments."
          : stint.chance.pick([
            "Now the same with another design.", "Another variant, please, from scratch.",
            "Add ten more features to the \(thing).",
          ]),
        after: round == 0
          ? .zero : stint.chance.spread(around: .seconds(scheme.isScripted ? 3 : 15), sigma: 0.7))
      let path = "tmp/\(feature.noun)\(round)/\(feature.aspect.rawValue)"
      var own = feature
      own.noun += "v\(round)"
      stint.step([.edit(FileEdit(path: path, before: nil, after: language.code(own)))])
      paths.append(path)
      stint.step(text: burnAnswer(member, &stint.chance))
    }
    stint.turn(
      stint.chance.pick(["Delete tmp/ again.", "Clean up.", "rm -rf tmp"]),
      after: .seconds(stint.chance.int64(2...40)))
    stint.step([.run(Sitting.Command(line: "rm -rf tmp", purpose: "Clean up", output: ""))])
    stint.step(text: "Done.")
    close(stint, by: member)
  }
}
