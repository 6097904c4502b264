import Ledger

/// Runs a scenario: every job and everything that follows from it, in the order of time.
struct World {
  let scenario: Scenario
  /// Where each project lies, by its index.
  let directories: [String]
  /// A directory in no repository.
  let outside: String

  var histories: [History]
  /// What each project has not built yet, by its index.
  private var backlog: [[Feature]]
  /// How often each project's backlog was filled up again.
  private var refills: [Int]
  private(set) var works: [Work] = []
  private(set) var sittings: [Sitting] = []
  private var agenda: [Event] = []

  struct Event {
    var at: Instant
    var action: (inout World) -> Void
  }

  static let holdWindow = Duration.days(14)

  init(_ scenario: Scenario, directories: [String], outside: String) {
    self.scenario = scenario
    self.directories = directories
    self.outside = outside
    histories = scenario.projects.map { History(project: $0) }
    var chance = Chance(seed: scenario.seed, label: "features")
    backlog = scenario.projects.map { _ in Feature.all(&chance) }
    refills = scenario.projects.map { _ in 0 }
    for project in scenario.projects.indices { found(project) }
    for (index, job) in scenario.jobs.enumerated() {
      plan(at: job.start) { $0.perform(job, index: index) }
    }
    for work in scenario.handwork { personCommit(in: work.project, at: work.at, by: work.person) }
  }

  mutating func run() {
    while let next = agenda.indices.min(by: { agenda[$0].at < agenda[$1].at }) {
      // Ties go to what was planned first: `min` gives the first of equals and removal keeps the order.
      let event = agenda.remove(at: next)
      event.action(&self)
    }
  }

  mutating func plan(at instant: Instant, _ action: @escaping (inout World) -> Void) {
    guard instant < scenario.end else { return }
    agenda.append(Event(at: instant, action: action))
  }

  mutating func feature(of project: Int) -> Feature {
    if backlog[project].isEmpty {
      refills[project] += 1
      var chance = Chance(seed: scenario.seed, label: "features-\(project)-\(refills[project])")
      backlog[project] = Feature.all(&chance, district: refills[project])
    }
    var feature = backlog[project].removeLast()
    feature.isBrief = scenario.isLean
    return feature
  }

  // MARK: Works

  mutating func open(_ state: OutcomeState) -> Int {
    works.append(Work(state: state))
    return works.count - 1
  }

  /// The work is on the trunk as of `instant`.
  mutating func land(_ work: Int, in mark: CommitMark, at instant: Instant) {
    works[work].commits.append(mark)
    works[work].state = scenario.end - instant >= Self.holdWindow ? .held : .fresh
  }

  mutating func settle(_ work: Int, as state: OutcomeState, in mark: CommitMark? = nil) {
    works[work].state = state
    if let mark { works[work].commits.append(mark) }
  }

  // MARK: Sittings

  /// A builder for a sitting of `job`.
  func stint(_ job: Job, label: String, project: Int?, branch: String?) -> Stint {
    var chance = Chance(seed: scenario.seed, label: label)
    let directory = project.map { directories[$0] } ?? outside
    let sitting = Sitting(
      name: Self.name(job.tool, at: job.start, &chance), label: label, job: job,
      model: Self.model(job, &chance), directory: directory, branch: branch,
      head: project.flatMap { histories[$0].head }, project: project.map { scenario.projects[$0] })
    var stint = Stint(
      sitting: sitting, at: job.start, meter: Meter(provider: Self.provider(job, &chance), chance: chance),
      chance: chance)
    stint.isLean = scenario.isLean
    if job.incidents.contains(.scripted) { stint.script() }
    return stint
  }

  mutating func add(_ stint: Stint) { sittings.append(stint.sitting) }

  mutating func add(_ stint: Stint, forkOf parent: String) {
    var sitting = stint.sitting
    sitting.forkOf = sittings.firstIndex { $0.name == parent }
    sittings.append(sitting)
  }

  static func name(_ tool: Tool, at start: Instant, _ chance: inout Chance) -> String {
    switch tool {
    case .codex: chance.uuid(at: start)
    case .openCode: "ses_\(chance.hex(12))\(chance.base62(14))"
    case .claudeCode, .geminiCLI, .copilotCLI, .cursor, .assayAgent, .other: chance.uuid()
    }
  }

  static func model(_ job: Job, _ chance: inout Chance) -> String {
    if job.incidents.contains(.unknownModel) { return "sable-experimental-1" }
    return switch job.tool {
    case .claudeCode: chance.happens(35) ? "claude-sonnet-4-5-20250929" : "claude-opus-4-8"
    case .codex: chance.happens(40) ? "gpt-5.3-codex" : "gpt-5.5"
    case .geminiCLI: chance.happens(50) ? "gemini-2.5-pro" : "gemini-2.5-flash"
    case .openCode: chance.happens(70) ? "claude-sonnet-4-5" : "claude-haiku-4-5"
    case .copilotCLI: chance.happens(60) ? "gpt-5.5" : "gpt-5.4-mini"
    case .cursor, .assayAgent, .other: "auto"
    }
  }

  static func provider(_ job: Job, _ chance: inout Chance) -> Meter.Provider {
    switch job.tool {
    case .claudeCode: .anthropic(chance.pick([.fiveMinutes, .hour, .both]))
    case .openCode: .anthropic(.fiveMinutes)
    case .codex, .copilotCLI, .cursor, .assayAgent, .other: .openAI
    case .geminiCLI: .gemini
    }
  }
}
