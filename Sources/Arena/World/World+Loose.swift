import Ledger

/// Behaviours that leave no commit, and the commits that no session had a part in.
extension World {
  mutating func leaveUncommitted(_ job: Job, _ label: String) {
    let language = scenario.projects[job.project].language
    let feature = feature(of: job.project)
    var stint = stint(job, label: label, project: job.project, branch: History.trunk)
    let work = open(job.behaviour == .uncommitted ? .open : .unexplained)
    let tree = histories[job.project].tree
    stint.turn(
      Prose.request(feature, project: scenario.projects[job.project].name, &stint.chance), work: work)
    let changes = stint.implement(
      feature, in: tree, language: language, registers: false, incidents: job.incidents)
    if job.incidents.contains(.interruption) {
      stint.turn("And make it twice as fast.", after: .minutes(1), work: work)
      stint.step(text: "I'll look at where the time goes first.")
      stint.interrupt()
    }
    if job.behaviour == .uncommitted { histories[job.project].uncommitted.merge(changes) { $1 } }
    add(stint)
  }

  mutating func explore(_ job: Job, _ label: String) {
    var stint = stint(job, label: label, project: job.project, branch: History.trunk)
    ask(&stint, turns: stint.chance.int(scenario.isLean ? 2...3 : 3...5), in: job.project, follows: false)
    add(stint)
  }

  /// Questions about one file that the project has, each but the first following from the answer before.
  func ask(_ stint: inout Stint, turns: Int, in project: Int, follows: Bool) {
    let tree = histories[project].tree
    let language = scenario.projects[project].language
    let files = tree.keys.filter { $0.hasPrefix("src/") || $0.hasPrefix("internal/") }.sorted()
    guard !files.isEmpty else { return }
    let path = stint.chance.pick(files)
    let parts = path.split(separator: "/")
    let noun = parts.count > 1 ? String(parts[1]) : language.rawValue
    var chance = stint.chance
    let feature = Feature(
      noun: noun, aspect: .store, first: chance.pick(["arrival", "owner", "reference"]),
      second: chance.pick(["volume", "rate", "limit"]), number: chance.int(20...400))
    stint.chance = chance
    for turn in 0..<turns {
      let isLast = turn == turns - 1
      stint.turn(
        turn == 0 && !follows
          ? Prose.question(feature, path: path, &stint.chance) : Prose.followUp(feature, &stint.chance),
        // About 240 words a minute, and a little to think.
        after: turn == 0 ? .zero : stint.chance.span(.seconds(75), .minutes(6)),
        state: .explored, isFirm: !isLast)
      stint.explain(feature, path: path, in: tree, sentences: stint.chance.int(5...9))
    }
  }

  /// The fork asks on where its parent left off.
  mutating func fork(_ job: Job, _ label: String, of parent: String, at start: Instant) {
    var forked = job
    forked.start = start
    forked.behaviour = .explored
    forked.incidents = []
    var stint = stint(forked, label: "\(label)-fork", project: job.project, branch: History.trunk)
    ask(&stint, turns: 2, in: job.project, follows: true)
    add(stint, forkOf: parent)
  }

  mutating func burn(_ job: Job, _ label: String) {
    var stint = stint(job, label: label, project: job.project, branch: History.trunk)
    if job.incidents.contains(.brief) { return tick(&stint) }
    stint.script()
    let tree = histories[job.project].tree
    let name = scenario.projects[job.project].name
    let paths = tree.keys.sorted()
    let feature = Feature(noun: name, aspect: .report, first: "layout", second: "flow", number: 100)
    for round in 1...stint.chance.int(scenario.isLean ? 5...8 : 9...12) {
      stint.turn(
        Prose.burn(project: name, round: round),
        until: job.start + .minutes(10 * Int64(round - 1)), state: .unexplained)
      for _ in 0..<(scenario.isLean ? 1 : 3) {
        let part = stint.chance.below(max(1, paths.count - 3))
        stint.step(
          paths[part..<min(part + 3, paths.count)].filter { $0 != "docs/guide.md" || round == 1 }
            .map { .read(path: $0, lines: tree[$0] ?? []) })
      }
      stint.step(
        text: Prose.answer(
          feature, path: paths.first ?? name, sentences: scenario.isLean ? 20 : 60, &stint.chance))
    }
    add(stint)
    guard !scenario.isLean else { return }
    // Honest work on the same project at the same time, which must not be credited to the burning session.
    personCommit(in: job.project, at: job.start + .minutes(47), by: job.person)
  }

  /// One question, asked for the sake of having asked.
  private mutating func tick(_ stint: inout Stint) {
    stint.turn(
      stint.chance.pick([
        "Hello, what can you do?", "Tell me something about this project.", "What day is it today?",
        "Say something about clean code.",
      ]), state: .unexplained)
    stint.step(
      text: "I can read and change the files of this project, run its tests and explain what I find.")
    add(stint)
  }

  mutating func workOutside(_ job: Job, _ label: String) {
    let language = scenario.projects[job.project].language
    var chance = Chance(seed: scenario.seed, label: "\(label)-feature")
    var feature = chance.pick(Feature.all(&chance))
    feature.isBrief = scenario.isLean
    var stint = stint(job, label: label, project: nil, branch: nil)
    stint.turn("Write me a small script: \(feature.words), one file, no packages.", state: .unknown)
    _ = stint.implement(feature, in: [:], language: language, registers: false, incidents: job.incidents)
    add(stint)
  }

  // MARK: Without sessions

  /// What a repository holds before the scenario begins.
  mutating func found(_ project: Int) {
    let language = scenario.projects[project].language
    let name = scenario.projects[project].name
    guard let author = scenario.people.first else { return }
    var files: [String: [String]?] = [
      "README.md": [
        "# \(name)", "", "Keeps the books of a small harbour.", "", "See `docs/` for the long version.",
      ],
      ".gitignore": ["node_modules/", "__pycache__/", "dist/"],
    ]
    var registry = language.registry(project: name)
    var guide = ["# How \(name) works", ""]
    for _ in 0..<4 {
      let feature = feature(of: project)
      files[language.path(of: feature)] = language.code(feature)
      registry = language.announcing(feature, in: registry)
      for variant in 0..<(scenario.isLean ? 1 : 3) {
        guide.append("## \(feature.words.capitalised), part \(variant + 1)")
        var chance = Chance(seed: scenario.seed, label: "guide-\(feature.name)-\(variant)")
        for _ in 0..<12 {
          guide += ["", Prose.answer(feature, path: language.path(of: feature), sentences: 4, &chance)]
        }
        guide.append("")
      }
    }
    files[language.registryPath] = registry
    files["docs/guide.md"] = guide
    histories[project].commit(
      at: scenario.start - .days(40), by: author, "Begin \(name)", kind: .person, files)
    guard !scenario.isLean else { return }
    for day in stride(from: Int64(2), to: 33, by: 7) {
      personCommit(in: project, at: scenario.start + .days(day + Int64(project)) + .hours(6), by: 0)
    }
  }

  /// A feature that somebody wrote by hand, on the trunk.
  mutating func personCommit(in project: Int, at instant: Instant, by person: Int) {
    plan(at: instant) { world in
      let feature = world.feature(of: project)
      let language = world.scenario.projects[project].language
      world.histories[project].commit(
        at: instant, by: world.scenario.people[person], "Add the \(feature.words) by hand", kind: .person,
        [language.path(of: feature): language.code(feature)])
    }
  }
}

extension Stint {
  /// Begins a turn at `instant`, or at once if the answer before took longer.
  mutating func turn(_ prompt: String, until instant: Instant, state: OutcomeState) {
    turn(prompt, after: max(.zero, instant - clock), trigger: .script, state: state)
  }
}
