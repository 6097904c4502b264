package import Ledger

extension Scenario {
  /// One developer of a small harbour's software: three projects, five weeks, about sixty sessions of five tools
  /// and an export of a sixth.
  package static func demo(endingAt now: Instant, seed: UInt64 = 2026) -> Scenario {
    let start = now.startOfDay - .days(35)
    var roster = Roster(end: now)
    // Days back from today; each project has at most one job in one slot of a day.
    let claude = ["2.1.1", "2.1.59", "2.1.142", "2.1.257", "2.1.329"]
    roster.add(.committed, .claudeCode, claude[1], [33, 31, 28])
    roster.add(.committed, .claudeCode, claude[2], [26, 24])
    roster.add(.committed, .claudeCode, claude[3], [21, 19])
    roster.add(.committed, .claudeCode, claude[4], [17, 16])
    roster.add(.committed, .claudeCode, claude[4], [11, 9, 6, 3])
    roster.add(.committed, .claudeCode, claude[0], [34], .subagent)
    roster.add(.committed, .claudeCode, claude[2], [25], .subagent)
    roster.add(.committed, .claudeCode, claude[4], [8], [.subagent, .overload])
    roster.add(.committed, .claudeCode, claude[4], [18], .compaction)
    roster.add(.committed, .claudeCode, claude[4], [5], .cutStream)
    roster.add(.committed, .claudeCode, claude[4], [10], .fork)
    roster.add(.committed, .claudeCode, claude[1], [30], .fork)
    roster.add(.committed, .claudeCode, claude[3], [20], .refusedRequest)
    roster.add(.committed, .claudeCode, claude[4], [12], .unknownModel)
    roster.add(.committed, .claudeCode, claude[4], [2], .brokenLastLine)
    roster.add(.reworked, .claudeCode, claude[3], [27, 22])
    roster.add(.squashed, .claudeCode, claude[3], [29], .pair)
    roster.add(.squashed, .claudeCode, claude[4], [7])
    roster.add(.rebased, .claudeCode, claude[4], [23])
    roster.add(.reverted, .claudeCode, claude[4], [13, 32])
    roster.add(.openBranch, .claudeCode, claude[4], [4])
    roster.add(.explored, .claudeCode, claude[4], [15, 1])
    roster.add(.exploredThenCommitted, .claudeCode, claude[4], [15, 24])
    roster.add(.burning, .claudeCode, claude[4], [16, 12])
    roster.add(.discarded, .claudeCode, claude[3], [19], .interruption)
    roster.add(.outside, .claudeCode, claude[4], [6])
    roster.add(.uncommitted, .claudeCode, claude[4], [1])

    roster.add(.committed, .codex, "0.141.0", [30, 25])
    roster.add(.committed, .codex, "0.163.0", [20, 8])
    roster.add(.squashed, .codex, "0.163.0", [22])
    roster.add(.openBranch, .codex, "0.163.0", [9])
    roster.add(.explored, .codex, "0.163.0", [11])
    roster.add(.reverted, .codex, "0.163.0", [18])
    roster.add(.outside, .codex, "0.141.0", [27])

    roster.add(.committed, .geminiCLI, "0.24.0", [28, 7])
    roster.add(.explored, .geminiCLI, "0.24.0", [21])
    roster.add(.committed, .openCode, "1.1.30", [26, 5])
    roster.add(.discarded, .openCode, "1.1.30", [17])
    roster.add(.committed, .copilotCLI, "1.0.36", [23, 10])
    roster.add(.explored, .copilotCLI, "1.0.36", [4], .killed)

    return Scenario(
      seed: seed, start: start, end: now,
      people: [Person(name: "Robin Vale", email: "robin.vale@example.org")],
      projects: [
        Project(name: "tidebook", language: .python), Project(name: "quaymaster", language: .go),
        Project(name: "harbour-web", language: .typescript),
      ],
      jobs: roster.jobs, cursorRows: 26)
  }

  /// Gives every job a day and a slot in which its project is free.
  private struct Roster {
    let end: Instant
    var jobs: [Job] = []
    private var taken: Set<Int> = []

    /// Slots begin at these hours (UTC), far enough apart for a session and its commit.
    private static let hours: [Int64] = [8, 12, 16]
    private static let projects = 3

    init(end: Instant) { self.end = end }

    mutating func add(
      _ behaviour: Behaviour, _ tool: Tool, _ version: String, _ days: [Int64],
      _ incidents: Job.Incidents = []
    ) {
      for day in days {
        let wanted = jobs.count
        for attempt in 0..<(Self.projects * Self.hours.count) {
          let project = (wanted + attempt) % Self.projects
          let slot = (wanted / Self.projects + attempt / Self.projects) % Self.hours.count
          guard taken.insert(Int(day) * 100 + project * 10 + slot).inserted else { continue }
          let start = end.startOfDay - .days(day) + .hours(Self.hours[slot]) + .minutes(Int64(wanted % 7) * 6)
          jobs.append(
            Job(behaviour, tool: tool, version: version, project: project, start: start, incidents: incidents)
          )
          break
        }
      }
    }
  }
}
