import Ledger

/// How sessions are opened, talked in and closed, whatever they are about.
extension Crew {
  mutating func perform(_ script: Script, by member: Int, at: Instant) {
    switch script {
    case .build(let fate): build(member, at: at, fate)
    case .ask: ask(member, at: at)
    case .review: review(member, at: at)
    case .incident: respond(member, at: at)
    case .exercise: exercise(member, at: at)
    case .document(let isInRepository): document(member, at: at, inRepository: isInRepository)
    case .flaky: mend(member, at: at)
    case .prototype: prototype(member, at: at)
    case .elsewhere: workElsewhere(member, at: at)
    case .trifle: trifle(member, at: at)
    case .usageLook: lookAtUsage(member, at: at)
    case .morning(let isCron): morning(member, at: at, isCron: isCron)
    case .nightly: workAtNight(member, at: at)
    case .evaluation: evaluate(member, at: at)
    case .tick: tick(member, at: at)
    case .recipe: followRecipe(member, at: at)
    case .chain: chain(member, at: at)
    case .throwaway: throwAway(member, at: at)
    case .filler: fill(member, at: at)
    case .forge: forge(member, at: at)
    case .masquerade: masquerade(member, at: at)
    }
  }

  /// Where somebody works: mostly on the same project.
  func project(of member: Int, _ chance: inout Chance) -> Int {
    chance.happens(75) ? member % projects.count : chance.below(projects.count)
  }

  enum Place {
    case project(Int)
    /// Relative to the home.
    case folder(String)
  }

  mutating func open(
    _ member: Int, at: Instant, in place: Place, branch: String? = History.trunk, isScripted: Bool = false
  ) -> Stint {
    let temper = members[member].temper
    members[member].sessions += 1
    let label = "\(members[member].slug)-\(members[member].sessions)"
    var chance = Chance(seed: seed, label: label)
    let tool = temper.tools[chance.index(weights: temper.tools.map(\.weight))].tool
    var project: Int?
    let directory: String
    switch place {
    case .project(let index): (project, directory) = (index, directories[index])
    case .folder(let path): directory = "\(members[member].home)/\(path)"
    }
    let job = Job(
      .explored, tool: tool, version: Self.version(tool, at: at, from: start), person: member,
      project: project ?? 0, start: at, incidents: isScripted ? .scripted : [])
    let sitting = Sitting(
      name: World.name(tool, at: at, &chance), label: "\(name)-\(label)", job: job,
      model: World.model(job, &chance), directory: directory, branch: project == nil ? nil : branch,
      head: project.flatMap { histories[$0].head }, project: project.map { projects[$0] },
      isScripted: isScripted)
    return Stint(
      sitting: sitting, at: at, meter: Meter(provider: World.provider(job, &chance), chance: chance),
      chance: chance)
  }

  /// Tools are updated as time goes by.
  private static func version(_ tool: Tool, at: Instant, from start: Instant) -> String {
    let weeks = (at - start).wholeMilliseconds / (7 * 86_400_000)
    return switch tool {
    case .claudeCode: weeks < 3 ? "2.1.142" : weeks < 7 ? "2.1.257" : "2.1.329"
    case .codex: weeks < 4 ? "0.141.0" : "0.163.0"
    case .geminiCLI: "0.24.0"
    case .openCode: "1.1.30"
    case .copilotCLI: "1.0.36"
    case .cursor, .assayAgent, .other: ""
    }
  }

  /// Ends a session.
  /// - Returns: Its number among the crew's.
  @discardableResult
  mutating func close(_ stint: Stint, by member: Int) -> Int {
    let sitting = stint.sitting
    let tokens = sitting.steps.reduce(Int64(0)) { $0 + $1.counts.allClasses }
    members[member].tokens[week(of: sitting.job.start), default: 0] += tokens
    records.append(Record(member: member, sitting: sitting))
    return records.count - 1
  }

  /// A message by the person after reading the answer and thinking.
  func say(
    _ prompt: String, in stint: inout Stint, by member: Int, isFirst: Bool = false
  ) {
    let temper = members[member].temper
    let answer = stint.sitting.turns.last?.steps.last?.text?.utf8.count ?? 0
    let pause =
      isFirst
      ? .zero
      : temper.pause(answerBytes: answer, promptBytes: prompt.utf8.count, &stint.chance)
    stint.turn(prompt, after: pause)
    // Somebody who sees no answer at once may send the same again.
    if stint.chance.happens(temper.repeatsPrompt) {
      stint.step(text: Speech.sentence(members[member].scheme.theme, &stint.chance))
      stint.turn(prompt, after: .seconds(stint.chance.int64(2...25)))
    }
    if stint.chance.happens(temper.looksAtUsage) { stint.step([.run(Self.usageCommand(&stint.chance))]) }
  }

  /// Some files of the project, as agents look around.
  func look(_ stint: inout Stint, in project: Int, at path: String? = nil) {
    var actions: [Sitting.Action.Kind] = []
    if let path { actions.append(read(path, in: project)) }
    for _ in 0..<stint.chance.int(path == nil ? 1...2 : 0...1) {
      guard let other = anyFile(of: project, &stint.chance) else { break }
      actions.append(read(other, in: project))
    }
    if stint.chance.happens(30) {
      actions.append(.search(pattern: members[0].scheme.theme.first, hits: []))
    }
    stint.step(actions)
  }

  func read(_ path: String, in project: Int) -> Sitting.Action.Kind {
    .read(path: path, lines: Array((histories[project].tree[path] ?? []).prefix(14)))
  }

  /// The newer, the likelier.
  func anyFile(of project: Int, _ chance: inout Chance) -> String? {
    let paths = files[project]
    guard !paths.isEmpty else { return nil }
    let newest = min(paths.count, 25)
    return chance.happens(60) ? paths[paths.count - 1 - chance.below(newest)] : chance.pick(paths)
  }

  /// The feature that a file is about, for talking of it.
  func subject(of path: String, _ chance: inout Chance) -> Feature {
    let parts = path.split { $0 == "/" || $0 == "." }
    let noun = parts.count > 1 ? String(parts[1]) : "part"
    let first = chance.pick(Wording.fields)
    return Feature(
      noun: noun, aspect: chance.pick(Feature.Aspect.allCases), first: first,
      second: chance.pick(Wording.fields.filter { $0 != first }), number: chance.int(12...960), isBrief: true)
  }

  func answerText(_ f: Feature, by member: Int, _ chance: inout Chance) -> String {
    let count = chance.spread(around: members[member].temper.answerSentences, sigma: 0.5)
    return Speech.answer(f, sentences: min(30, Int(count) + 1), &chance)
  }

  static func usageCommand(_ chance: inout Chance) -> Sitting.Command {
    let line = chance.pick([
      "npx ccusage@latest daily", "npx ccusage session", "ccusage blocks --active",
      "bunx ccusage daily --json",
    ])
    return Sitting.Command(
      line: line, purpose: "Show the usage",
      output: "today  \(chance.int(20...900))k tokens  $\(chance.int(1...40)).\(chance.int(10...99))")
  }
}

extension TokenCounts {
  /// All classes together, as those count who burn.
  var allClasses: Int64 {
    (input ?? 0) + (cacheRead ?? 0) + (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0) + (output ?? 0)
  }
}
