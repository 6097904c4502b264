import Ledger

@testable import Visibility

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  mutating func pick<T>(_ from: [T]) -> T { from[Int.random(in: 0..<from.count, using: &self)] }
}

/// An organisation with teams of all sizes, applications across them, people who come, go and move, a few who use far
/// more than the rest, and machines that report late.
struct RandomOrganisation {
  struct Size {
    var people: ClosedRange<Int>
    var weeks: Int
    var teamSize: ClosedRange<Int>
    static let small = Size(people: 12...60, weeks: 3, teamSize: 1...40)
    static let tiny = Size(people: 6...13, weeks: 2, teamSize: 1...9)
    static let year = Size(people: 30...70, weeks: 12, teamSize: 1...40)
    static let large = Size(people: 180...220, weeks: 12, teamSize: 1...40)
  }

  /// Each week as it was known when it was closed, and with each batch that came late.
  var weeks: [[WeekOfUse]] = []

  private struct Member {
    var team: Int
    var applications: [Int]
    var tools: [Tool]
    var factor: Int64
    var isHere: Bool
  }

  init(seed: UInt64, size: Size, isManaged: Bool = true) {
    var random = SeededNumbers(seed)
    let count = Int.random(in: size.people, using: &random)
    let tools = Array(Tool.allCases.prefix(Int.random(in: 1...3, using: &random)))
    let applications = Int.random(in: 0...(1 + count / 12), using: &random)
    let useCases = Int.random(in: 0...2, using: &random)
    var members: [Member] = []
    var teams = 0
    while members.count < count {
      let wanted = Int.random(in: size.teamSize, using: &random)
      for _ in 0..<min(wanted, count - members.count) {
        let wantedApplications = Int.random(in: 0...min(2, applications), using: &random)
        members.append(
          Member(
            team: teams,
            applications: (0..<wantedApplications).map { _ in random.pick(Array(0..<applications)) },
            tools: tools.filter { _ in random.chance(60) },
            factor: random.chance(5) ? 60 : Int64.random(in: 1...6, using: &random), isHere: random.chance(90)
          ))
      }
      teams += 1
    }
    // Two teams in three are below a department; each has a manager, who may sit in another team.
    let parents = (0..<teams).map { random.chance(66) ? 1000 + $0 / 3 : nil }
    let managers = (0..<teams).map { team in
      random.chance(80)
        ? members.firstIndex { $0.team == team }
        : random.chance(70) ? random.pick(Array(members.indices)) : nil
    }
    let managedApplications = (0..<applications).filter { _ in random.chance(20) }
    let areReportsVisible = isManaged && random.chance(50)

    for number in 1...size.weeks {
      var base: [Contribution] = []
      var late: [[Contribution]] = (0..<Int.random(in: 0...2, using: &random)).map { _ in [] }
      var belonging: [Contributor: Set<Grouping>] = [:]
      for index in members.indices {
        if random.chance(4) { members[index].isHere.toggle() }
        let before = members[index].team
        if random.chance(3) { members[index].team = Int.random(in: 0..<teams, using: &random) }
        let member = members[index]
        guard member.isHere else { continue }
        let person = Contributor.person(Int64(index))
        func groups(_ team: Int) -> Set<Grouping> {
          Set([.team(Int64(team))] + (parents[team].map { [.team(Int64($0))] } ?? []))
        }
        belonging[person] = groups(member.team)
        for tool in member.tools where random.chance(80) {
          for place in 0...member.applications.count where place == 0 || random.chance(70) {
            var of = groups(random.chance(50) ? before : member.team)
            if place > 0 {
              let application = member.applications[place - 1]
              of.insert(.application(Int64(application)))
              if application < useCases { of.insert(.useCase("use case \(application)")) }
            } else if !member.applications.isEmpty, random.chance(60) {
              continue
            }
            var one = Contribution(
              person, in: of, tool: tool, figures: Self.figures(member.factor, &random),
              isHumanInitiated: random.chance(93))
            if !late.isEmpty, random.chance(late.count == 2 ? 30 : 6) {
              let batch = Int.random(in: 0..<late.count, using: &random)
              one.version = 2
              late[batch].append(one)
            } else {
              base.append(one)
            }
          }
        }
      }
      if random.chance(30) {
        let stray = AccountID(rawValue: 9000 + Int64(number))
        base.append(
          Contribution(
            .account(stray), in: [.team(0)], tool: tools[0], figures: Self.figures(5, &random)))
      }
      let lines = managers.enumerated().compactMap { team, manager in
        manager.map { boss in
          ReportingLine(
            manager: Int64(boss),
            reports: Set(
              members.indices.filter { members[$0].team == team && $0 != boss && $0 % 11 != 3 }.map(
                Int64.init)))
        }
      }
      var managed: [Grouping: Set<Int64>] = [:]
      for (team, manager) in managers.enumerated() {
        if let manager { managed[.team(Int64(team))] = [Int64(manager)] }
      }
      for application in managedApplications { managed[.application(Int64(application))] = [0] }
      var week = WeekOfUse(
        week: Week(year: 2026, number: number), contributions: base, members: belonging,
        managed: isManaged ? managed : [:], lines: isManaged ? lines : [],
        areReportsVisible: areReportsVisible)
      var versions = [week]
      for batch in late {
        week.contributions += batch
        versions.append(week)
      }
      weeks.append(versions)
    }
  }

  private static func figures(_ factor: Int64, _ random: inout SeededNumbers) -> Figures {
    let output = factor * Int64.random(in: 500...1500, using: &random)
    let cost = NanoDollars(output * 15_000)
    let isRare = random.chance(15)
    var outcomes: [OutcomeState: NanoDollars] = [:]
    outcomes[random.pick(OutcomeState.allCases)] = cost
    // Of the same number, so that no further one is drawn.
    let landed = output % 5
    let changes = ChangeCounts(
      landed: landed, held: output / 5 % 3 == 0 ? landed / 2 : landed,
      failed: output / 15 % 3 == 0 ? (landed + 1) / 2 : 0)
    return Figures(
      cost: cost,
      tokens: TokenCounts(
        input: output * 3, cacheWrite1h: isRare ? output * 7 : 0, output: output),
      outcomes: outcomes, changes: changes)
  }
}

extension RandomOrganisation {
  /// One week's whole course: closed, revised with each late batch, settled; and all its use with the versions that
  /// it was published under.
  static func publish(
    _ versions: [WeekOfUse], by lattice: Lattice
  ) throws -> (frozen: FrozenWeek, use: WeekOfUse, withheld: [Cell: Lattice.Withheld]) {
    var use = versions[0]
    let closing = lattice.close(use)
    var frozen = closing.week
    for version in versions.dropFirst() {
      let new = version.contributions[use.contributions.count...].map { one in
        var one = one
        one.version = frozen.version + 1
        return one
      }
      use.contributions += new
      frozen = try lattice.revise(frozen, with: use)
    }
    frozen = try lattice.settle(frozen, with: use)
    return (frozen, use, closing.withheld)
  }
}
