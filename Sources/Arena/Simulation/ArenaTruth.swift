package import Ledger

/// What an ``ArenaOrganisation`` knows of what it wrote: `truth.json`.
package struct ArenaTruth: Sendable, Hashable, Codable {
  package static let fileName = "truth.json"

  package var organisation: ArenaOrganisation
  package var people: [Person]

  package struct Person: Sendable, Hashable, Codable {
    /// The name of their home directory below `homes`.
    package var name: String
    package var kind: PersonKind
    package var team: String
    package var isBurner: Bool
    package var sessions: [Session]
    package var weeks: [Week]
    package var schedules: [Schedule]
  }

  package struct Session: Sendable, Hashable, Codable {
    package var tool: Tool
    /// The tool's own name for it.
    package var name: String
    package var started: Instant
    /// Whether most of its tokens were spent for the metric.
    package var isPerformed: Bool
    /// By label, all calls that its records itemise.
    package var performed: TokenCounts
    package var real: TokenCounts
    /// Of each turn in order, subagents' calls with the turn that sent them.
    package var turns: [Turn]
  }

  package struct Turn: Sendable, Hashable, Codable {
    package var started: Instant
    package var isPerformed: Bool
    /// All classes together.
    package var tokens: Int64
  }

  package struct Week: Sendable, Hashable, Codable {
    /// From 0.
    package var week: Int
    /// All classes together, by label.
    package var performed: Int64
    package var real: Int64
  }

  /// A program that was declared: at these minutes after midnight UTC, so many minutes give or take.
  package struct Schedule: Sendable, Hashable, Codable {
    package var minuteOfDay: Int
    package var toleranceMinutes: Int
    package var text: String
  }
}

extension TokenCounts {
  /// All classes together: how burners count, and how the arena weighs sessions against each other.
  package var allClassesTogether: Int64 { allClasses }
}

extension Crew {
  func truth() -> [ArenaTruth.Person] {
    members.indices.map { index in
      let member = members[index]
      var sessions: [ArenaTruth.Session] = []
      var weeks: [Int: (performed: Int64, real: Int64)] = [:]
      var billed: Set<String> = []
      for record in records where record.member == index {
        var session = Self.truth(of: record.sitting)
        // Of a copy with the same identifiers nothing is counted again.
        if !billed.insert(record.sitting.label).inserted {
          session.performed = TokenCounts()
          session.real = TokenCounts()
          for turn in session.turns.indices { session.turns[turn].tokens = 0 }
        }
        let week = week(of: session.started)
        weeks[week, default: (0, 0)].performed += session.performed.allClasses
        weeks[week, default: (0, 0)].real += session.real.allClasses
        sessions.append(session)
      }
      return ArenaTruth.Person(
        name: member.slug, kind: member.kind, team: name, isBurner: member.kind.isBurner, sessions: sessions,
        weeks: weeks.sorted { $0.key < $1.key }.map {
          ArenaTruth.Week(week: $0.key, performed: $0.value.performed, real: $0.value.real)
        }, schedules: schedules(of: index))
    }
  }

  private static func truth(of sitting: Sitting) -> ArenaTruth.Session {
    var performed = TokenCounts()
    var real = TokenCounts()
    var turns: [ArenaTruth.Turn] = []
    for turn in sitting.turns {
      let counts = turn.steps.flatMap(\.withErrands).reduce(TokenCounts()) { $0 + $1.counts }
      if turn.isPerformed { performed += counts } else { real += counts }
      turns.append(
        ArenaTruth.Turn(started: turn.started, isPerformed: turn.isPerformed, tokens: counts.allClasses))
    }
    // A copy without tokens of its own is what its turns are.
    let isPerformed =
      performed.allClasses == real.allClasses
      ? turns.allSatisfy(\.isPerformed) : performed.allClasses > real.allClasses
    return ArenaTruth.Session(
      tool: sitting.job.tool, name: sitting.name, started: sitting.turns.first?.started ?? sitting.job.start,
      isPerformed: isPerformed, performed: performed, real: real, turns: turns)
  }

  private func schedules(of index: Int) -> [ArenaTruth.Schedule] {
    let text: String
    switch members[index].kind {
    case .nightly: text = "nightly agent"
    case .evaluator: text = "evaluation"
    default: return []
    }
    let own = records.first {
      $0.member == index && $0.sitting.isScripted && $0.sitting.turns.count > 0
        && Self.isProgram($0.sitting, of: members[index].kind)
    }
    guard let at = own?.sitting.job.start else { return [] }
    return [
      ArenaTruth.Schedule(
        minuteOfDay: Int((at - at.startOfDay).wholeMilliseconds / 60_000), toleranceMinutes: 5, text: text)
    ]
  }

  /// Morning routines are scripted as well, and declared by nobody.
  private static func isProgram(_ sitting: Sitting, of kind: PersonKind) -> Bool {
    let prompt = sitting.turns.first?.prompt ?? ""
    return prompt.hasPrefix(kind == .nightly ? "Take the next task" : "Evaluation case")
  }
}
