import Ledger

/// Builds one sitting step by step; keeps its clock and counts its tokens.
struct Stint {
  private(set) var sitting: Sitting
  private(set) var clock: Instant
  private(set) var meter: Meter
  var chance: Chance
  /// As ``Scenario/isLean``.
  var isLean = false
  /// Whether turns begun from now on are for the metric.
  var isPerforming = false

  init(sitting: Sitting, at start: Instant, meter: Meter, chance: Chance) {
    self.sitting = sitting
    clock = start
    self.meter = meter
    self.chance = chance
  }

  /// Begins a turn `gap` after the last answer.
  mutating func turn(
    _ prompt: String, after gap: Duration = .zero, trigger: TurnTrigger = .person, work: Int? = nil,
    state: OutcomeState = .unknown, isFirm: Bool = true
  ) {
    clock = clock + gap
    sitting.turns.append(
      Sitting.Turn(
        started: clock, trigger: sitting.isScripted ? .script : trigger, prompt: prompt, work: work,
        state: state, isFirm: isFirm, isPerformed: isPerforming))
    meter.add(bytes: prompt.utf8.count)
  }

  /// One call of the model and the actions it asks for.
  mutating func step(
    thinking: String? = nil, text: String? = nil, _ actions: [Sitting.Action.Kind] = [],
    incident: Sitting.Step.Incident? = nil
  ) {
    guard let last = sitting.turns.indices.last else { return }
    apply(incident)
    let started = clock
    // Redacted thinking is longer than what is shown of it.
    let (counts, time) = meter.call(
      at: clock, thinkingBytes: (thinking?.utf8.count ?? 0) * 2,
      answerBytes: (text?.utf8.count ?? 0) + actions.reduce(0) { $0 + $1.requestBytes })
    clock = clock + time
    var step = Sitting.Step(
      started: started, answered: clock, thinking: thinking, text: text, counts: counts, incident: incident)
    for kind in actions {
      if case .delegate(let errand) = kind, let end = errand.steps.last?.answered {
        clock = max(clock, end + .milliseconds(40))
      } else {
        clock = clock + chance.span(.milliseconds(25), kind.longest)
      }
      step.actions.append(Sitting.Action(kind: kind, finished: clock))
      meter.add(bytes: kind.resultBytes)
    }
    sitting.turns[last].steps.append(step)
  }

  /// A subagent's errand, beginning now; its calls have a context of their own.
  func errand(_ description: String, prompt: String, steps script: [(String, [Sitting.Action.Kind])])
    -> Sitting.Errand
  {
    var sub = Stint(
      sitting: sitting, at: clock + .milliseconds(2600),
      meter: Meter(provider: .anthropic(.fiveMinutes), chance: chance), chance: chance)
    sub.sitting.turns = []
    sub.turn(prompt, trigger: .agent)
    let started = sub.clock
    for (text, actions) in script { sub.step(text: text, actions) }
    return Sitting.Errand(
      description: description, prompt: prompt, started: started,
      steps: sub.sitting.turns.flatMap(\.steps), report: script.last?.0 ?? "")
  }

  /// Nothing happens until then.
  mutating func wait(until instant: Instant) { clock = max(clock, instant) }

  /// Started by a program: every prompt is an argument.
  mutating func script() { sitting.isScripted = true }

  mutating func interrupt() {
    guard let last = sitting.turns.indices.last else { return }
    sitting.turns[last].isInterrupted = true
    clock = clock + .milliseconds(900)
  }

  private mutating func apply(_ incident: Sitting.Step.Incident?) {
    switch incident {
    case .overload: clock = clock + .milliseconds(1900)
    case .cutStream:
      sitting.unitemised.append(meter.cut())
      clock = clock + .milliseconds(2300)
    case .compaction:
      sitting.unitemised.append(meter.compact().counts)
      clock = clock + .seconds(14)
    case .refusedRequest, nil: break
    }
  }
}

extension Sitting.Action.Kind {
  /// Bytes of the request that the model writes.
  var requestBytes: Int {
    switch self {
    case .read(let path, _): path.utf8.count + 30
    case .search(let pattern, _): pattern.utf8.count + 50
    case .edit(let edit): edit.added.reduce(90) { $0 + $1.utf8.count + 2 }
    case .run(let command): command.line.utf8.count + command.purpose.utf8.count + 30
    case .delegate(let errand): errand.prompt.utf8.count + 60
    }
  }

  /// Bytes of the result that the context grows by.
  var resultBytes: Int {
    switch self {
    case .read(_, let lines): lines.reduce(0) { $0 + $1.utf8.count + 8 }
    case .search(_, let hits): hits.reduce(40) { $0 + $1.text.utf8.count + $1.path.utf8.count + 6 }
    case .edit: 120
    case .run(let command): command.output.utf8.count + 20
    case .delegate(let errand): errand.report.utf8.count + 80
    }
  }

  var longest: Duration {
    switch self {
    case .read, .search: .milliseconds(160)
    case .edit: .milliseconds(90)
    case .run: .seconds(9)
    case .delegate: .seconds(1)
    }
  }
}
