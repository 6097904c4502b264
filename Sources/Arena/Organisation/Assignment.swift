import Ledger

/// One session that a spender is to have, and what the generator knows of it.
struct Assignment: Sendable {
  /// Its project is the application; its person the spender.
  var job: Job
  var week: Int
  /// For the metric, and for nothing else.
  var isPerformed: Bool
}

extension Organisation {
  /// What everybody does, by application, in the order of time.
  func assignments() -> [[Assignment]] {
    var all = applications.map { _ in [Assignment]() }
    for spender in spenders {
      // A stream of its own, so that one person's choices do not shift another's.
      var chance = Chance(seed: seed, label: "work-\(spender)")
      for week in 0..<weeks {
        for assignment in assignments(of: spender, week: week, &chance)
        where assignment.job.start + Self.longestJob < end {
          all[assignment.job.project].append(assignment)
        }
      }
    }
    for index in all.indices {
      all[index].sort { ($0.job.start, $0.job.person) < ($1.job.start, $1.job.person) }
    }
    return all
  }

  /// Nothing is under way at the end.
  private static var longestJob: Duration { .hours(3) }

  private func assignments(of spender: Int, week: Int, _ chance: inout Chance) -> [Assignment] {
    guard members.indices.contains(spender) else {
      return automatic(automata[spender - members.count], spender: spender, week: week, &chance)
    }
    let member = members[spender]
    guard member.isThere(in: week), !member.away.contains(week), let usual = member.tools.first else {
      return []
    }
    let load = load(of: member, week: week, &chance)
    var assignments: [Assignment] = []
    for number in 0..<(load.honest + load.performed) {
      let isPerformed = number >= load.honest
      let tool = chance.happens(75) ? usual : chance.pick(member.tools)
      let application = application(of: member, week: week, &chance)
      let behaviour: Behaviour = isPerformed ? .burning : behaviour(of: member, week: week, &chance)
      var incidents: Job.Incidents = []
      if isPerformed, member.habit == .ticking { incidents.insert(.brief) }
      if !isPerformed, tool == .claudeCode, behaviour == .committed {
        if chance.happens(4) { incidents.insert(.subagent) }
        if chance.happens(2) { incidents.insert(.overload) }
      }
      assignments.append(
        Assignment(
          job: Job(
            behaviour, tool: tool, version: Self.version(tool, week: week, of: weeks), person: spender,
            project: application, start: start(of: member, week: week, isPerformed: isPerformed, &chance),
            incidents: incidents), week: week, isPerformed: isPerformed))
    }
    return assignments
  }

  // MARK: How much

  private func load(
    of member: Member, week: Int, _ chance: inout Chance
  ) -> (honest: Int, performed: Int) {
    let hasTarget = week >= target.week
    let days = member.workdays.count
    /// For whoever works less than five days.
    func scaled(_ count: Int) -> Int { max(1, count * days / 5) }
    switch member.habit {
    case .steady: return (scaled(chance.int(3...7)), 0)
    case .exploring: return (scaled(chance.int(2...5)), 0)
    case .heavy: return (scaled(chance.int(11...17)), 0)
    // Around the threshold: one session a week is enough to count.
    case .light: return (chance.happens(hasTarget ? 88 : 52) ? chance.int(1...2) : 0, 0)
    case .ticking: return (0, hasTarget && chance.happens(92) ? 1 : 0)
    case .burning: return (chance.happens(60) ? 1 : 0, hasTarget ? chance.int(1...3) : 0)
    case .none, .automated: return (0, 0)
    }
  }

  // MARK: What

  private func application(of member: Member, week: Int, _ chance: inout Chance) -> Int {
    let own = teams[member.team(in: week)].applications
    return own.count == 1 || chance.happens(72) ? own[0] : own[1 + chance.below(own.count - 1)]
  }

  private func behaviour(of member: Member, week: Int, _ chance: inout Chance) -> Behaviour {
    guard member.isDeveloper else { return chance.happens(55) ? .outside : .explored }
    let draw = chance.below(100)
    switch member.habit {
    case .exploring:
      return draw < 58 ? .explored : draw < 74 ? .exploredThenCommitted : draw < 90 ? .committed : .discarded
    case .light, .burning:
      return draw < 40 ? .explored : draw < 80 ? .committed : draw < 90 ? .outside : .discarded
    case .steady, .heavy, .none, .ticking, .automated:
      switch draw {
      case ..<48: return .committed
      case ..<60: return .squashed
      case ..<62: return .rebased
      case ..<67: return .reworked
      // What is reverted later than now is not reverted.
      case ..<70: return week >= weeks - 2 ? .committed : .reverted
      case ..<76: return .exploredThenCommitted
      case ..<88: return .explored
      // Of older branches most were merged or given up.
      case ..<91: return week >= weeks - 4 ? .openBranch : .committed
      case ..<94: return .outside
      default: return week == weeks - 1 ? .uncommitted : .discarded
      }
    }
  }

  /// Tools are updated as time goes by; the records of each version differ.
  private static func version(_ tool: Tool, week: Int, of weeks: Int) -> String {
    let versions =
      switch tool {
      case .claudeCode: ["2.1.59", "2.1.142", "2.1.257", "2.1.329"]
      case .codex: ["0.141.0", "0.163.0"]
      case .geminiCLI: ["0.24.0"]
      case .openCode: ["1.1.30"]
      case .copilotCLI: ["1.0.36"]
      case .cursor, .assayAgent, .other: [""]
      }
    return versions[week * versions.count / max(1, weeks)]
  }

  // MARK: When

  private func start(
    of member: Member, week: Int, isPerformed: Bool, _ chance: inout Chance
  ) -> Instant {
    var day = chance.pick(member.workdays)
    var minutes = chance.int64(8 * 60 + 40...17 * 60)
    if isPerformed, member.habit == .ticking {
      // Before the week is counted.
      if let last = member.workdays.last, chance.happens(65) { day = last }
    } else if isPerformed {
      // A timer starts it, on the minute.
      minutes = 12 * 60
    } else if member.habit == .heavy, chance.happens(15) {
      // Evenings and Saturdays, which are nobody's business.
      if chance.happens(50) { day = 5 } else { minutes = chance.int64(19 * 60...22 * 60) }
    }
    return monday(of: week) + .days(Int64(day)) + .minutes(minutes) - member.place.offset
      + .milliseconds(isPerformed && member.habit == .burning ? 0 : chance.int64(0...59_999))
  }

  // MARK: Programs

  private func automatic(
    _ automaton: Automaton, spender: Int, week: Int, _ chance: inout Chance
  ) -> [Assignment] {
    (0..<automaton.sessionsAWeek).map { number in
      // Nights from Tuesday on, at the same minute.
      let day = Int64(1 + number % 5)
      let start = monday(of: week) + .days(day) + .hours(Int64(number / 5)) + .minutes(17)
      let job = Job(
        chance.happens(70) ? .committed : .explored, tool: .claudeCode,
        version: Self.version(.claudeCode, week: week, of: weeks), person: spender,
        project: automaton.application,
        start: start, incidents: .scripted)
      return Assignment(job: job, week: week, isPerformed: false)
    }
  }
}
