import Attribution
import Judgement
import Ledger

/// Takes what is observed of one session from its facts, its attribution and the commits that it led to. Pure.
struct SessionObserver {
  let evidence: SessionEvidence
  let result: SessionAttribution
  let natures: CommitNatures
  /// Nothing that comes after it is known; records that say so cannot be.
  let now: Instant

  func observations() -> SessionObservations {
    let session = evidence.session
    let turns = evidence.turns.sorted { ($0.started, $0.id) < ($1.started, $1.id) }
    var observed = SessionObservations(
      session: session.id, account: session.account, started: session.started ?? turns.first?.started,
      ended: session.ended ?? turns.last?.ended)
    if session.flags.contains(.usageOnly) { observed.flags.insert(.usageOnly) }
    observed.parent = session.parent
    if session.parent != nil { observed.flags.insert(.hasParent) }
    let mains = turns.filter { $0.trigger != .agent }
    observed.marks = mains.prefix(SessionObservations.mostMarks).map { turn in
      TurnMark(
        offsetMilliseconds: turn.started.milliseconds &- (observed.started ?? turn.started).milliseconds,
        trigger: turn.trigger, pauseMilliseconds: turn.gap?.wholeMilliseconds)
    }
    observed.messages = Array(
      mains.lazy.compactMap { $0.promptSketch.flatMap(MessagePrint.init) }
        .prefix(SessionObservations.mostMessages))
    observed.turns = counts(of: turns)
    observed.states = states()
    observed.reading = ReadingObserver(mains, targets: targets()).reading()
    observed.work = work()
    observed.commits = commits()
    observed.prompts = Sketch.union(mains.lazy.compactMap(\.promptSketch))
    observed.answers = Sketch.union(mains.lazy.compactMap(\.outputSketch))
    return observed
  }

  // MARK: Turns

  /// Bytes of answer a second that no model writes, and from how many bytes on that is asked.
  private static let impossibleBytesPerSecond: Int64 = 20_000
  private static let fewestBytes: Int64 = 2_000
  /// Each call of a tool at another instant has an answer of the model before it; none comes sooner than this.
  private static let soonestStep = Duration.milliseconds(150)
  private static let fewestSteps = 3

  private func counts(of turns: [TurnFact]) -> SessionObservations.TurnCounts {
    var counts = SessionObservations.TurnCounts()
    var steps: [TurnID: Set<Instant>] = [:]
    for call in evidence.toolCalls { steps[call.turn, default: []].insert(call.at) }
    for turn in turns {
      switch turn.trigger {
      case .person: counts.person += 1
      case .script: counts.script += 1
      case .hook: counts.hook += 1
      case .schedule: counts.schedule += 1
      case .agent: counts.agent += 1
      case .unknown: counts.unknown += 1
      }
      if turn.interrupted { counts.interrupted += 1 }
      let milliseconds = turn.ended.milliseconds &- turn.started.milliseconds
      // Where a source gives both the same time, it says nothing of how long it took.
      let isTooFast =
        milliseconds > 0 && turn.outputBytes >= Self.fewestBytes
        && turn.outputBytes * 1000 > Self.impossibleBytesPerSecond * milliseconds
      let own = Int64(steps[turn.id]?.count ?? 0)
      let isTooDense =
        milliseconds > 0 && own >= Self.fewestSteps
        && milliseconds < own * Self.soonestStep.wholeMilliseconds
      if milliseconds < 0 || isTooFast || isTooDense || turn.started > now + .days(1) {
        counts.impossible += 1
      }
    }
    return counts
  }

  private func states() -> SessionObservations.StateCounts {
    var counts = SessionObservations.StateCounts()
    for turn in result.turns {
      guard let share = turn.shares.max(by: { $0.weight < $1.weight }) else { continue }
      switch share.state {
      case .held: counts.held += 1
      case .fresh: counts.fresh += 1
      case .reverted: counts.reverted += 1
      case .open:
        // Without a link it is only that grace is not over.
        if share.link == nil, share.commits.isEmpty { counts.waiting += 1 } else { counts.open += 1 }
      case .explored: counts.explored += 1
      case .unexplained: counts.unexplained += 1
      case .unknown: counts.unknown += 1
      }
    }
    return counts
  }

  private func targets() -> [TurnID: Set<UInt64>] {
    var targets: [TurnID: Set<UInt64>] = [:]
    for edit in evidence.edits where edit.wasMade { targets[edit.turn, default: []].insert(edit.path.tail) }
    for call in evidence.toolCalls where call.exit != .rejected {
      if let target = call.target { targets[call.turn, default: []].insert(target.tail) }
    }
    return targets
  }

  // MARK: Work

  private func work() -> SessionObservations.Work {
    var work = SessionObservations.Work()
    var metering: Set<TurnID> = []
    for call in evidence.toolCalls {
      work.calls += 1
      if call.exit == .rejected {
        work.editsRefused += 1
        continue
      }
      if call.aim != nil {
        work.selfReadings += 1
        if call.aim == .ownRecords { work.recordReadings += 1 }
        metering.insert(call.turn)
      }
      switch call.kind {
      case .read: work.reads += 1
      case .search: work.searches += 1
      case .mcp: work.outsideCalls += 1
      case .plan: work.plans += 1
      case .agent: if Self.starts(call.name) { work.agents += 1 }
      case .command: count(call, in: &work)
      case .edit, .web, .other: break
      }
    }
    work.selfReadingTurns = metering.count
    work.requests = evidence.mentions.count { $0.kind == .pullRequest }
    countLines(in: &work)
    countFixes(in: &work)
    countFiles(in: &work)
    work.linesLanded = Int(truncatingIfNeeded: result.lines?.landed ?? 0)
    return work
  }

  private func count(_ call: ToolCallFact, in work: inout SessionObservations.Work) {
    switch call.command {
    case .test:
      work.tests += 1
      if call.exit == .failed { work.testsFailed += 1 }
    case .build, .lint, .package, .run, .network: work.otherChecks += 1
    case .commit: work.commitCommands += 1
    case .inspect, .versionControl, .other, nil: break
    }
  }

  /// Whether a tool of this name starts an agent; others wait for one or talk to it.
  private static func starts(_ name: String) -> Bool {
    switch name.lowercased() {
    case "task", "agent", "spawn_agent", "subtask": true
    default: false
    }
  }

  private func countLines(in work: inout SessionObservations.Work) {
    struct Line: Hashable {
      var path: UInt64
      var line: LineHash
    }
    var standing: [Line: Int] = [:]
    var seen: Set<Key128> = []
    for edit in evidence.edits.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) })
    where edit.wasMade && seen.insert(edit.id).inserted {
      work.edits += 1
      if edit.changedByPerson { work.editsReworked += 1 }
      for line in edit.removed {
        let key = Line(path: edit.path.tail, line: line)
        guard let count = standing[key], count > 0 else { continue }
        standing[key] = count - 1
        work.linesUndone += 1
      }
      work.linesAdded += edit.added.count
      for line in edit.added { standing[Line(path: edit.path.tail, line: line), default: 0] += 1 }
    }
  }

  /// What failed, was worked on, and then succeeded.
  private func countFixes(in work: inout SessionObservations.Work) {
    let edits = evidence.edits.filter(\.wasMade).map(\.at).sorted()
    var failed: [CommandClass: Instant] = [:]
    for call in evidence.toolCalls.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
      guard let command = call.command, [.test, .build, .lint].contains(command) else { continue }
      if call.exit == .failed {
        failed[command] = failed[command] ?? call.at
      } else if call.exit == .succeeded, let since = failed.removeValue(forKey: command),
        edits.contains(where: { $0 > since && $0 < call.at })
      {
        work.failuresFixed += 1
      }
    }
  }

  /// What was written and looked at by nothing afterwards, as far as the records tell.
  private func countFiles(in work: inout SessionObservations.Work) {
    var edits: [UInt64: (first: Instant, count: Int)] = [:]
    for edit in evidence.edits where edit.wasMade {
      let known = edits[edit.path.tail]
      edits[edit.path.tail] = (min(known?.first ?? edit.at, edit.at), (known?.count ?? 0) + 1)
    }
    guard !edits.isEmpty else { return }
    var lastRead: [UInt64: Instant] = [:]
    var lastLook: Instant?
    for call in evidence.toolCalls where call.exit != .rejected {
      switch call.kind {
      case .read, .search:
        if let target = call.target { lastRead[target.tail] = max(lastRead[target.tail] ?? call.at, call.at) }
      case .command:
        switch call.command {
        case .test, .build, .lint, .package, .run, .network, .inspect:
          lastLook = max(lastLook ?? call.at, call.at)
        case .commit, .versionControl, .other, nil: break
        }
      case .mcp, .plan, .agent, .edit, .web, .other: break
      }
    }
    work.files = edits.count
    work.abandonedFiles = edits.count { path, edit in
      edit.count == 1 && (lastRead[path].map { $0 <= edit.first } ?? true)
        && (lastLook.map { $0 <= edit.first } ?? true)
    }
  }

  // MARK: Commits

  private func commits() -> SessionObservations.CommitCounts {
    var counts = SessionObservations.CommitCounts()
    var names: [String] = []
    var reviewed: Set<String> = []
    for share in result.turns.lazy.flatMap(\.shares) {
      for commit in share.commits where !names.contains(commit) { names.append(commit) }
      if let tier = share.tier, tier >= .reviewed { reviewed.formUnion(share.commits) }
    }
    counts.all = names.count
    counts.reviewed = reviewed.count
    counts.landed = names.count { natures[$0]?.hasLanded ?? false }
    if natures.isChurn(names) {
      counts.churn = names.count
      return counts
    }
    for name in names {
      switch natures[name]?.sort {
      case .empty: counts.empty += 1
      case .spacing: counts.spacing += 1
      case .copied: counts.copied += 1
      case .filler: counts.filler += 1
      case .sound, nil: break
      }
    }
    return counts
  }
}

extension EditFact {
  fileprivate var wasMade: Bool { exit == .succeeded || exit == .unknown }
}

extension Sketch {
  /// The sketch of all texts together; `nil` if there is none with anything in it.
  static func union(_ sketches: some Sequence<Sketch>) -> Sketch? {
    var bins = Array(repeating: emptyBin, count: binCount)
    for sketch in sketches {
      for place in bins.indices { bins[place] = min(bins[place], sketch.bins[place]) }
    }
    return bins.allSatisfy { $0 == emptyBin } ? nil : Sketch(bins: bins)
  }

  var filledBins: Int { bins.count { $0 != Self.emptyBin } }
}
