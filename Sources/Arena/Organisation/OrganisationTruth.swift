package import Ledger

extension Organisation {
  /// What the generator knows of one session.
  package struct Session: Sendable, Hashable, Codable {
    package var spender: Int
    package var week: Int
    package var tool: Tool
    /// The tool's own name for it.
    package var name: String
    package var application: Int
    /// For the metric, and for nothing else.
    package var isPerformed: Bool
    /// Whether a person typed any of it.
    package var isByPerson: Bool
    /// The same as far as the tool's records tell: not all of them say that a script began it.
    package var looksByPerson: Bool
    package var behaviour: Behaviour
    /// The state that most of its output tokens are in.
    package var state: OutcomeState
    /// Whether the design leaves no other reading of any of its turns.
    package var isFirm: Bool
    /// Calls that were billed.
    package var calls: Int
    package var counts: TokenCounts
  }

  /// Who somebody is to the truth: what estimates of groups are judged by.
  package struct Label: Sendable, Hashable, Codable {
    package var spender: Int
    package var mail: String
    package var habit: Habit
    /// The first week in which some use is for the metric.
    package var performsFrom: Int?
    package var isDeveloper: Bool
  }

  package var labels: [Label] {
    members.indices.map { index in
      let member = members[index]
      return Label(
        spender: index, mail: mail(of: index), habit: member.habit,
        performsFrom: member.habit.performs ? max(target.week, member.joins) : nil,
        isDeveloper: member.isDeveloper)
    }
      + automata.enumerated().map { index, one in
        Label(
          spender: members.count + index, mail: author(members.count + index).email, habit: .automated,
          performsFrom: nil, isDeveloper: false)
      }
  }
}

extension Organisation.SiteWriter {
  func truth(of sitting: Sitting, in world: World) -> Organisation.Session {
    let assignment = assignments[world.job(of: sitting)]
    var counts = TokenCounts()
    var calls = 0
    var weights: [OutcomeState: Int64] = [:]
    for turn in sitting.turns {
      let state = turn.work.map { world.works[$0].state } ?? turn.state
      for step in turn.steps.flatMap(\.withErrands) {
        counts = counts + step.counts
        calls += 1
        weights[state, default: 0] += step.counts.output ?? 0
      }
    }
    for call in sitting.unitemised {
      counts = counts + call
      calls += 1
    }
    let state = OutcomeState.allCases.max { (weights[$0] ?? -1) < (weights[$1] ?? -1) } ?? .unknown
    return Organisation.Session(
      spender: sitting.job.person, week: assignment.week, tool: sitting.job.tool, name: sitting.name,
      application: application, isPerformed: assignment.isPerformed,
      isByPerson: sitting.turns.contains { $0.trigger == .person },
      looksByPerson: !sitting.isScripted || ![.claudeCode, .codex].contains(sitting.job.tool),
      behaviour: sitting.job.behaviour,
      state: state,
      isFirm: sitting.turns.allSatisfy(\.isFirm) && sitting.job.tool != .geminiCLI, calls: calls,
      counts: counts)
  }
}

extension World {
  /// Which of the scenario's jobs a sitting is of: its label begins with `job-` and the index.
  func job(of sitting: Sitting) -> Int {
    Int(sitting.label.dropFirst("job-".count).prefix { $0.isNumber }) ?? 0
  }
}
