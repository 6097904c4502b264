import ArgumentParser
import Ledger
import Visibility

/// Times how long the closing of a week takes: the exact search for sums that would give somebody away, over
/// organisations of random people.
struct ClosingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "closing", abstract: "Time closing and settling a week, by how many people there are.")

  @Option(help: "People to a team.") var team = 16
  @Option(help: "People to three applications.") var application = 40
  @Argument(help: "How many people.") var people: [Int] = [200, 500, 1000]

  func run() throws {
    print("people\tgroups\tcells shown\tclosing ms\tsettling ms")
    for count in people {
      let week = use(of: count)
      let clock = ContinuousClock()
      var closing: Lattice.Closing?
      let closed = clock.measure { closing = Lattice().close(week) }
      guard let frozen = closing?.week else { continue }
      var settled: FrozenWeek?
      let settling = try clock.measure { settled = try Lattice().settle(frozen, with: week) }
      let groups = Set(week.contributions.flatMap(\.groups)).count
      print(
        "\(count)\t\(groups)\t\(settled?.published.count ?? 0)\t\(closed / .milliseconds(1))\t\(settling / .milliseconds(1))"
      )
    }
  }

  private func use(of people: Int) -> WeekOfUse {
    var chance = SplitMix(state: 2026)
    let states: [OutcomeState] = [.held, .held, .explored, .unexplained, .open]
    let tools: [Tool] = [.claudeCode, .codex, .copilotCLI, .geminiCLI]
    var contributions: [Contribution] = []
    var members: [Contributor: Set<Grouping>] = [:]
    var managed: [Grouping: Set<Int64>] = [:]
    for person in 0..<people {
      let team = Grouping.team(Int64(person / team))
      let head = Int64(person / self.team * self.team)
      members[.person(Int64(person))] = [team]
      managed[team, default: []].insert(head)
      guard Int.random(in: 0..<10, using: &chance) < 8 else { continue }
      for _ in 0..<Int.random(in: 1...2, using: &chance) {
        let place = person / application * 3 + Int.random(in: 0..<3, using: &chance)
        let cost = NanoDollars(Int64.random(in: 1_000_000...40_000_000_000, using: &chance))
        let state = states.randomElement(using: &chance) ?? .held
        contributions.append(
          Contribution(
            .person(Int64(person)), in: [team, .application(Int64(place))],
            tool: tools.randomElement(using: &chance) ?? .codex,
            figures: Figures(
              cost: cost,
              tokens: TokenCounts(
                input: .random(in: 1...900_000, using: &chance),
                output: .random(in: 1...90_000, using: &chance)),
              outcomes: [state: cost])))
        managed[.application(Int64(place)), default: []].insert(head)
      }
    }
    return WeekOfUse(
      week: Week(year: 2026, number: 20), contributions: contributions, members: members, managed: managed)
  }
}

/// The same numbers every time.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
