import Account
import Foundation
import Ledger

/// The same numbers every time, from one seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Accounts to test on: one that looks like a month of a person's work, and arbitrary ones.
enum Example {
  static let berlin = TimeZone(identifier: "Europe/Berlin") ?? .gmt
  /// 2026-11-20T18:30:00Z
  static let now = instant(2026, 11, 20, hour: 18, minute: 30)

  static func instant(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0, minute: Int = 0) -> Instant {
    let days = Int64(CivilDay(year: year, month: month, day: day).number)
    return Instant(milliseconds: ((days * 24 + Int64(hour)) * 60 + Int64(minute)) * 60_000)
  }

  struct Project {
    var name: String
    var path: String
    var tool: Tool
    var model: String?
    var weights: [OutcomeState: Int]
  }

  static let projects: [Project] = [
    Project(
      name: "ledger-service", path: "/home/ada/code/ledger-service", tool: .claudeCode,
      model: "claude-opus-4-5-20251101",
      weights: [.held: 60, .fresh: 14, .open: 6, .explored: 6, .unexplained: 8, .reverted: 6]),
    Project(
      name: "assay", path: "/home/ada/code/assay", tool: .claudeCode, model: "claude-sonnet-4-5-20250929",
      weights: [.held: 40, .fresh: 30, .open: 20, .explored: 10]),
    Project(
      name: "web-shop", path: "/home/ada/code/web-shop", tool: .codex, model: "gpt-5.1-codex-max",
      weights: [.held: 55, .fresh: 10, .open: 10, .unexplained: 15, .reverted: 10]),
    Project(
      name: "infrastructure", path: "/home/ada/ops/infrastructure", tool: .copilotCLI, model: "gpt-5.1-codex",
      weights: [.held: 30, .open: 30, .explored: 20, .unexplained: 20]),
    Project(
      name: "notes", path: "/home/ada/notes", tool: .geminiCLI, model: "gemini-3-pro-preview",
      weights: [.explored: 70, .unexplained: 30]),
    Project(
      name: "prototype", path: "/home/ada/play/prototype", tool: .openCode, model: "internal-moe-70b",
      weights: [.unknown: 60, .unexplained: 40]),
    Project(
      name: "design-system", path: "/home/ada/code/design-system", tool: .cursor, model: "claude-sonnet-4-5",
      weights: [.unknown: 100]),
  ]

  /// A month of one person's work, with every state, an unpriced model and gaps in the records.
  static func month() -> Account {
    var random = SeededGenerator(seed: 2026)
    var cells: [RollupCell] = []
    var sessions: [AccountSession] = []
    for day in 0..<31 {
      let date = CivilDay(year: 2026, month: 10, day: 21).advanced(by: day)
      let count =
        date.weekday < 5 ? Int.random(in: 2...6, using: &random) : Int.random(in: 0...1, using: &random)
      for _ in 0..<count {
        let roll = Int.random(in: 0..<100, using: &random)
        let project = projects[
          roll < 34 ? 0 : roll < 58 ? 1 : roll < 75 ? 2 : roll < 84 ? 3 : roll < 90 ? 4 : roll < 95 ? 5 : 6]
        let (year, month, dayOfMonth) = date.yearMonthDay
        let start = instant(year, month, dayOfMonth, hour: Int.random(in: 7...16, using: &random), minute: 15)
        let (session, parts) = sitting(of: project, from: start, number: sessions.count, &random)
        sessions.append(session)
        cells += parts
      }
    }
    return Account.build(
      cells: cells, sessions: sessions, coverage: coverage(cells, sessions), diagnostics: diagnostics,
      period: ReportPeriod(
        since: instant(2026, 10, 20, hour: 22), until: instant(2026, 11, 20, hour: 23)), timeZone: berlin)
  }

  static func sitting(
    of project: Project, from start: Instant, number: Int, _ random: inout SeededGenerator
  ) -> (AccountSession, [RollupCell]) {
    let id = SessionID(high: 1, low: UInt64(number))
    var cells: [RollupCell] = []
    let slots = Int.random(in: 1...9, using: &random)
    for slot in 0..<slots {
      let total = project.weights.values.reduce(0, +)
      var pick = Int.random(in: 0..<total, using: &random)
      var state = OutcomeState.unknown
      for candidate in OutcomeState.allCases {
        pick -= project.weights[candidate] ?? 0
        if pick < 0 {
          state = candidate
          break
        }
      }
      let calls = Int64.random(in: 3...30, using: &random)
      let isAnthropic = project.tool == .claudeCode
      let counts = TokenCounts(
        input: calls * Int64.random(in: 20...2500, using: &random),
        cacheRead: calls * Int64.random(in: 20_000...90_000, using: &random),
        cacheWrite5m: isAnthropic ? calls * Int64.random(in: 500...4000, using: &random) : 0,
        cacheWrite1h: isAnthropic && number % 3 == 0 ? calls * 700 : 0,
        output: calls * Int64.random(in: 200...1600, using: &random),
        reasoning: project.tool == .codex ? calls * 120 : nil)
      let costs = ClassCosts(
        input: NanoDollars((counts.input ?? 0) * 3000), cacheRead: NanoDollars((counts.cacheRead ?? 0) * 300),
        cacheWrite5m: NanoDollars((counts.cacheWrite5m ?? 0) * 3750),
        cacheWrite1h: NanoDollars((counts.cacheWrite1h ?? 0) * 6000),
        output: NanoDollars((counts.output ?? 0) * 15_000))
      let sum = TokenClass.billed.compactMap { costs.cost(of: $0) }.reduce(.zero, +)
      let isPriced = project.tool != .openCode
      let isUnknown = project.tool == .cursor && slot == 0
      cells.append(
        RollupCell(
          slot: start + .minutes(Int64(slot) * 15), session: id, model: project.model, state: state,
          tier: state == .held
            ? OutcomeTier(rawValue: Int64.random(in: 0...2, using: &random))
            : state == .fresh ? .landed : nil,
          totals: Totals(
            counts: isUnknown ? TokenCounts() : counts, cost: isPriced && !isUnknown ? sum : nil,
            records: calls,
            unknownRecords: isUnknown ? calls : 0, unpricedRecords: isPriced ? 0 : calls,
            notBilledRecords: slot == 3 ? 1 : 0, unitemisedRecords: slot == 1 ? 1 : 0),
          classCosts: isPriced && !isUnknown ? costs : nil))
    }
    let landed = cells.contains { $0.tier != nil }
    let session = AccountSession(
      id: id, tool: project.tool, name: "\(hex(number))-4c1e-4a52-9d1f-0c9a6b1e77aa", project: project.name,
      projectPath: project.path, started: start, ended: start + .minutes(Int64(slots) * 15), turns: slots * 2,
      commits: landed ? ["\(hex(number))9f2c5d1b7e8a4460c3d2b1a09f8e7d6c"] : [],
      reason: landed ? "lines of this session are in a commit on main" : nil,
      flags: project.tool == .cursor ? [.usageOnly] : number % 9 == 0 ? [.outputUnderRecorded] : [])
    return (session, cells)
  }

  private static func hex(_ number: Int) -> String {
    let digits = String(UInt32(truncatingIfNeeded: number &* 2_654_435_761), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  static func coverage(_ cells: [RollupCell], _ sessions: [AccountSession]) -> Coverage {
    let unpriced = cells.filter { $0.totals.unpricedRecords > 0 }.map(\.totals).reduce(.zero, +)
    let records = cells.map(\.totals.records).reduce(0, +)
    return Coverage(
      sources: [
        SourceCoverage(tool: .claudeCode, files: 84, bytes: 412_000_000, locations: ["~/.claude/projects"]),
        SourceCoverage(tool: .codex, files: 21, bytes: 58_300_000, locations: ["~/.codex/sessions"]),
        SourceCoverage(tool: .geminiCLI, files: 6, bytes: 1_900_000, locations: ["~/.gemini/tmp"]),
      ],
      unpriced: [
        UnpricedModel(model: "internal-moe-70b", records: unpriced.unpricedRecords, counts: unpriced.counts)
      ],
      outputUnderRecordedSessions: sessions.filter { $0.flags.contains(.outputUnderRecorded) }.count,
      totalsMissingSessions: 2,
      usageOnlySessions: sessions.filter { $0.flags.contains(.usageOnly) }.count,
      repositories: [
        RepositoryCoverage(name: "ledger-service", availability: .found, sessions: 40),
        RepositoryCoverage(name: "assay", availability: .found, sessions: 31),
        RepositoryCoverage(name: "web-shop", availability: .found, sessions: 18),
        RepositoryCoverage(
          name: "prototype", availability: .missing, reason: "the directory is no longer there", sessions: 5),
        RepositoryCoverage(
          name: "design-system", availability: .partial, reason: "only the last 50 commits were cloned",
          sessions: 4),
      ],
      classes: TokenClass.allCases.map {
        ClassCoverage(
          tokenClass: $0, known: $0 == .reasoning ? records / 5 : records - 30,
          unknown: $0 == .reasoning ? records - records / 5 : 30)
      },
      notes: ["Codex CLI before 0.40 did not record cached input separately; 2 sessions are of that age."])
  }

  static let diagnostics: [AccountDiagnostic] = [
    AccountDiagnostic(
      source: "~/.claude/projects/-home-ada-code-assay/0b1f.jsonl", kind: .brokenLine, count: 2,
      lines: [118, 4402],
      detail: "cut off"),
    AccountDiagnostic(source: "~/.codex/sessions/2026/11/02/rollout-7.jsonl", kind: .usageMissing, count: 1),
  ]

  /// A session with a turn of every kind.
  static func explanation() -> SessionExplanation {
    let account = month()
    let entry = account.sessions[7]
    let start = entry.session.started ?? now
    let sha = "9f2c5d1b7e8a4460c3d2b1a09f8e7d6c01234567"
    func turn(_ number: Int, _ trigger: TurnTrigger, _ state: OutcomeState, tier: OutcomeTier? = nil)
      -> TurnExplanation
    {
      let totals = Totals(
        counts: TokenCounts(
          input: 1200, cacheRead: 34_000 * Int64(number), cacheWrite5m: 900, cacheWrite1h: 0, output: 2100),
        cost: NanoDollars(53_000_000 * Int64(number)), records: 4)
      let begin = start + .minutes(Int64(number) * 400)
      return TurnExplanation(
        number: number, started: begin, ended: begin + .minutes(6), trigger: trigger, totals: totals,
        toolCalls: number * 3 - 3, edits: tier == nil ? 0 : 2, linesAdded: 34, linesRemoved: 2,
        states: [
          StateTotals(
            state: state, totals: totals, tiers: tier.map { [TierTotals(tier: $0, totals: totals)] } ?? [])
        ],
        link: tier == nil ? nil : .content, commits: tier == nil ? [] : [sha],
        reasons: tier == nil
          ? ["No edit, and nothing in it is shared with a later one: it keeps a state of its own."]
          : ["32 of the 34 lines that this turn added are in commit 9f2c5d1b, and in no other commit."])
    }
    var lost = turn(4, .agent, .unknown)
    lost.totals = Totals(records: 2, unknownRecords: 2)
    lost.states = [StateTotals(state: .unknown, totals: lost.totals)]
    lost.reasons = ["The records of this turn lack their usage."]
    let turns = [
      turn(1, .person, .explored), turn(2, .person, .held, tier: .reviewed), turn(3, .hook, .unexplained),
      lost,
    ]
    let states = OutcomeState.allCases.compactMap { state -> StateTotals? in
      let sum = turns.flatMap(\.states).filter { $0.state == state }.map(\.totals).reduce(.zero, +)
      return sum.isEmpty ? nil : StateTotals(state: state, totals: sum)
    }
    return SessionExplanation(
      session: entry.session, totals: turns.map(\.totals).reduce(.zero, +), states: states, turns: turns,
      outcomes: [
        OutcomeExplanation(
          commit: sha, repository: "ledger-service", committed: start + .hours(15), state: .held,
          tier: .reviewed,
          link: .content, matchedLines: 32, addedLines: 51, survivingLines: 30,
          reasons: [
            "On main since 23 Oct; no revert in 14 days.", "Merged by pull request 212 after a review.",
          ])
      ],
      notes: ["The tool's version writes fewer output tokens than were billed."])
  }

  /// Anything at all: arbitrary instants, missing sessions, unknown counts, in any mixture.
  static func arbitrary(seed: UInt64, zone: TimeZone = berlin) -> Account {
    var random = SeededGenerator(seed: seed)
    let sessions = (0..<Int.random(in: 0...12, using: &random)).map { number in
      AccountSession(
        id: SessionID(high: 7, low: UInt64(number)), tool: Tool.allCases.randomElement(using: &random),
        name: "s\(number)", project: Bool.random(using: &random) ? "p\(number % 4)" : nil,
        projectPath: Bool.random(using: &random) ? "/x/\(number % 3)/p\(number % 4)" : nil)
    }
    func maybe(_ limit: Int64) -> Int64? {
      Int.random(in: 0..<4, using: &random) == 0 ? nil : Int64.random(in: 0...limit, using: &random)
    }
    let from = instant(2026, 1, 1).milliseconds
    let cells = (0..<Int.random(in: 0...160, using: &random)).map { _ in
      let billed = Int.random(in: 0..<9, using: &random) > 0
      let state = OutcomeState.allCases.randomElement(using: &random) ?? .unknown
      return RollupCell(
        slot: RollupCell.slot(
          of: Instant(milliseconds: from + Int64.random(in: 0...40_000_000_000, using: &random))),
        session: SessionID(high: 7, low: UInt64.random(in: 0...14, using: &random)),
        model: ["a", "b", nil].randomElement(using: &random) ?? nil, state: state,
        tier: state == .held ? OutcomeTier.allCases.randomElement(using: &random) : nil,
        totals: billed
          ? Totals(
            counts: TokenCounts(
              input: maybe(1 << 40), cacheRead: maybe(1 << 40), cacheWrite5m: maybe(1 << 40),
              cacheWrite1h: maybe(1 << 40), output: maybe(1 << 40), reasoning: maybe(1 << 30)),
            cost: maybe(1 << 50).map { NanoDollars($0) }, records: Int64.random(in: 1...99, using: &random),
            unknownRecords: Int64.random(in: 0...1, using: &random),
            unpricedRecords: Int64.random(in: 0...1, using: &random),
            unitemisedRecords: Int64.random(in: 0...1, using: &random))
          : Totals(notBilledRecords: Int64.random(in: 1...3, using: &random)))
    }
    // One of everything that JSON has a word for.
    let diagnostics = Diagnostic.Kind.allCases.map {
      AccountDiagnostic(source: "x", kind: $0, count: 1, lines: [1], detail: nil)
    }
    let repositories = RepositoryCoverage.Availability.allCases.map {
      RepositoryCoverage(name: "r", availability: $0, sessions: 1)
    }
    let sources = Tool.allCases.map { SourceCoverage(tool: $0, files: 1, bytes: 1) }
    return Account.build(
      cells: cells, sessions: sessions, coverage: Coverage(sources: sources, repositories: repositories),
      diagnostics: diagnostics, timeZone: zone)
  }
}
