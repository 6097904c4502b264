package import Ledger

extension Organisation {
  /// About two hundred people in eighteen teams, half a year of closed weeks and the one that `now` is in.
  package static func demo(endingAt now: Instant, seed: UInt64 = 2026) -> Organisation {
    Organisation(.whole, endingAt: now, seed: seed)
  }

  /// About thirty people, six closed weeks and the one that `now` is in.
  package static func small(endingAt now: Instant, seed: UInt64 = 2026) -> Organisation {
    Organisation(.small, endingAt: now, seed: seed)
  }

  private init(_ plan: OrganisationPlan, endingAt now: Instant, seed: UInt64) {
    self.seed = seed
    name = "Harbour Lines"
    domain = "harbour-lines.example"
    start = now.startOfWeek - .days(Int64(plan.weeks - 1) * 7)
    end = now
    weeks = plan.weeks
    members = []
    teams = []
    applications = plan.applications.map {
      Application(project: Project(name: $0.name, language: $0.language), useCase: $0.useCase)
    }
    automata = []
    target = Target(percent: 80, titles: Self.developers, week: plan.targetWeek)
    var chance = Chance(seed: seed, label: "staff")
    let places = plan.units.reduce(0) { $0 + $1.size }
    var names = Names.draw(1 + OrganisationPlan.departments.count + places + plan.joiners, &chance)[...]
    hireHeads(plan, &names)
    for (index, unit) in plan.units.enumerated() { hire(unit, as: index, &names, &chance) }
    let staff = members.indices.filter { $0 > 0 && members[$0].reportsTo == nil && !isLead($0) }
    hireLater(plan, &names, &chance)
    leave(plan.leavers, of: staff, &chance)
    move(plan.movers, of: staff, &chance)
    for index in members.indices where index > 0 { settle(index, &chance) }
    automata = plan.automata.map { one in
      let team = teams.first { $0.applications[0] == one.application } ?? teams[0]
      return Automaton(
        name: one.name, useCase: one.useCase, owner: team.lead, application: one.application,
        sessionsAWeek: one.sessionsAWeek)
    }
  }

  private static let developers: Set = ["Developer", "Senior developer"]

  private func isLead(_ member: Int) -> Bool {
    teams.contains { $0.lead == member || $0.deputies.contains(member) }
  }

  // MARK: Hiring

  private mutating func hireHeads(
    _ plan: OrganisationPlan, _ names: inout ArraySlice<(name: String, userName: String)>
  ) {
    for (index, title) in (["Managing director"] + OrganisationPlan.departments.map { "Head of \($0)" })
      .enumerated()
    {
      // Those above all teams are put with the first team of their own, and count there.
      let team = plan.units.firstIndex { $0.department == index - 1 } ?? plan.units.count - 1
      add(title, team: team, isDeveloper: false, reportsTo: index == 0 ? nil : 0, &names)
    }
  }

  private mutating func hire(
    _ unit: OrganisationPlan.Unit, as index: Int, _ names: inout ArraySlice<(name: String, userName: String)>,
    _ chance: inout Chance
  ) {
    let head = 1 + unit.department
    let lead = members.count
    let deputyCount = unit.size >= 14 ? unit.size / 8 : 0
    for place in 0..<unit.size {
      let isDeveloper = chance.happens(unit.developers)
      let title =
        switch place {
        case 0: "Lead of \(unit.name)"
        case 1...max(1, deputyCount) where deputyCount > 0: "Deputy lead of \(unit.name)"
        default: isDeveloper ? chance.pick(["Developer", "Senior developer"]) : "Specialist"
        }
      add(title, team: index, isDeveloper: isDeveloper, reportsTo: place == 0 ? head : nil, &names)
    }
    let department = OrganisationPlan.departments[unit.department]
    teams.append(
      Team(
        name: unit.name, department: department, costCentre: "\(100 * (unit.department + 1)) \(department)",
        applications: unit.applications, lead: lead, deputies: Array(lead + 1..<lead + 1 + deputyCount)))
  }

  private mutating func hireLater(
    _ plan: OrganisationPlan, _ names: inout ArraySlice<(name: String, userName: String)>,
    _ chance: inout Chance
  ) {
    for _ in 0..<plan.joiners {
      let team = chance.below(plan.units.count)
      let isDeveloper = chance.happens(plan.units[team].developers)
      add(
        isDeveloper ? "Developer" : "Specialist", team: team, isDeveloper: isDeveloper, reportsTo: nil, &names
      )
      members[members.count - 1].joins = chance.int(1...plan.weeks - 2)
    }
  }

  private mutating func add(
    _ title: String, team: Int, isDeveloper: Bool, reportsTo: Int?,
    _ names: inout ArraySlice<(name: String, userName: String)>
  ) {
    guard let name = names.popFirst() else { return }
    members.append(
      Member(
        name: name.name, userName: name.userName, title: title, isDeveloper: isDeveloper, place: .vienna,
        team: team,
        moves: [], reportsTo: reportsTo, joins: 0, leaves: nil, workdays: [0, 1, 2, 3, 4], away: [],
        habit: .none,
        tools: []))
  }

  // MARK: Leaving and moving

  private mutating func leave(_ count: Int, of staff: [Int], _ chance: inout Chance) {
    for _ in 0..<count { members[chance.pick(staff)].leaves = chance.int(2...weeks - 2) }
  }

  private mutating func move(_ count: Int, of staff: [Int], _ chance: inout Chance) {
    for _ in 0..<count {
      let member = chance.pick(staff)
      let others = teams.indices.filter { $0 != members[member].team && teams[$0].name != "Finance" }
      members[member].moves = [Member.Move(week: chance.int(2...weeks - 2), team: chance.pick(others))]
    }
  }

  // MARK: Ways of working

  /// Place, days, leave, habit and tools.
  private mutating func settle(_ index: Int, _ chance: inout Chance) {
    var member = members[index]
    member.place = chance.happens(60) ? .vienna : chance.happens(55) ? .lisbon : .halifax
    if chance.happens(12) {
      member.workdays = chance.pick([[0, 1, 2], [0, 1, 3], [1, 2, 3, 4], [0, 1, 2, 3]])
    }
    for _ in 0..<chance.int(1...3) { member.away.insert(chance.below(weeks)) }
    // A long leave: a child, an illness, a journey.
    if chance.happens(3) { member.away.formUnion(weeks / 3..<weeks * 2 / 3) }
    let draw = chance.below(100)
    member.habit =
      if member.isDeveloper {
        switch draw {
        case ..<46: .steady
        case ..<60: .exploring
        case ..<68: .heavy
        case ..<80: .light
        case ..<87: .none
        case ..<95: .ticking
        default: .burning
        }
      } else {
        switch draw {
        case ..<22: .steady
        case ..<40: .exploring
        case ..<70: .light
        case ..<94: .none
        default: .ticking
        }
      }
    let usual: Tool =
      switch chance.below(100) {
      case ..<62: .claudeCode
      case ..<83: .codex
      case ..<94: .copilotCLI
      case ..<97: .geminiCLI
      default: .openCode
      }
    member.tools = [usual]
    if chance.happens(45) {
      let second: Tool = chance.pick([.claudeCode, .codex, .copilotCLI])
      if second != usual { member.tools.append(second) }
    }
    members[index] = member
  }
}

extension Instant {
  /// Monday, at midnight UTC: 1970 began on a Thursday.
  var startOfWeek: Instant {
    let day = startOfDay
    let days = day.milliseconds / Duration.days(1).wholeMilliseconds
    return day - .days((days + 3) % 7)
  }
}
