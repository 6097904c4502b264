import Foundation
import Ledger
import Testing

@testable import Visibility

@Suite struct LatticeTests {
  static let week = Week(year: 2026, number: 21)

  /// People who each used a dollar's worth.
  static func people(
    _ people: Range<Int64>, in groups: Set<Grouping>, tool: Tool = .codex, dollars: Int64 = 1,
    state: OutcomeState = .held, isHuman: Bool = true, version: Int = 1
  ) -> [Contribution] {
    people.map { person in
      let cost = NanoDollars(dollars * NanoDollars.perDollar)
      return Contribution(
        .person(person), in: groups, tool: tool,
        figures: Figures(cost: cost, tokens: TokenCounts(output: 1000), outcomes: [state: cost]),
        isHumanInitiated: isHuman, version: version)
    }
  }

  static func close(_ contributions: [Contribution], _ change: (inout WeekOfUse) -> Void = { _ in })
    -> Lattice.Closing
  {
    var use = WeekOfUse(week: week, contributions: contributions)
    change(&use)
    return Lattice().close(use)
  }

  @Test("five active people are shown as a group, four are not") func floor() throws {
    let five = Self.close(Self.people(0..<5, in: [.team(1)]))
    let cell = try #require(five.week[Cell(.team(1))])
    guard case .figures(let figures) = cell.content else {
      Issue.record("no figures")
      return
    }
    #expect(figures.cost == NanoDollars(5 * NanoDollars.perDollar))
    #expect(figures.tokens == TokenCounts(output: 5000))
    #expect(figures.people == .from5 && figures.coverage == .complete)
    let four = Self.close(Self.people(0..<4, in: [.team(1)]))
    #expect(four.week.published.isEmpty)
    #expect(four.withheld[Cell(.team(1))] == .tooFewPeople)
  }

  @Test("what schedules and agents spent makes nobody active, and accounts that are nobody's are no people")
  func active() {
    let four = Self.people(0..<4, in: [.team(1)])
    let robots = Self.people(4..<9, in: [.team(1)], isHuman: false)
    let strays = (0..<9).map {
      Contribution(
        .account(AccountID(rawValue: $0)), in: [.team(1)], tool: .codex,
        figures: Figures(cost: NanoDollars(NanoDollars.perDollar)))
    }
    #expect(Self.close(four + robots + strays).week.published.isEmpty)
  }

  @Test("a small team's figure is not left over when the others are taken off the organisation's")
  func complement() {
    let closing = Self.close(
      Self.people(0..<6, in: [.team(1)]) + Self.people(6..<13, in: [.team(2)])
        + Self.people(13..<16, in: [.team(3)]))
    #expect(closing.week[Cell(.organisation)] != nil)
    #expect(closing.week[Cell(.team(2))] != nil)
    #expect(closing.withheld[Cell(.team(1))] == .wouldDisclose)
    #expect(closing.withheld[Cell(.team(3))] == .tooFewPeople)
  }

  @Test("a team and an application that differ by one person are not both shown") func overlap() {
    let closing = Self.close(
      Self.people(0..<6, in: [.team(1), .application(1)])
        + Self.people(6..<7, in: [.team(2), .application(1)]) + Self.people(7..<15, in: [.team(2)]))
    #expect((closing.week[Cell(.team(1))] == nil) || (closing.week[Cell(.application(1))] == nil))
  }

  @Test("one tool's figure is not left over when the others are taken off all tools'") func tools() {
    let closing = Self.close(
      Self.people(0..<12, in: [.team(1)]) + Self.people(0..<3, in: [.team(1)], tool: .claudeCode))
    #expect(closing.week[Cell(.team(1))] != nil)
    #expect(closing.week[Cell(.team(1), tool: .codex)] == nil)
    #expect(closing.week[Cell(.organisation, tool: .claudeCode)] == nil)
  }

  @Test("a department and its only large team are not both shown if few are left between them") func nested()
  {
    let closing = Self.close(
      Self.people(0..<8, in: [.team(1), .team(100)]) + Self.people(8..<10, in: [.team(2), .team(100)])
        + Self.people(10..<20, in: [.team(3)]))
    #expect(closing.week[Cell(.team(100))] != nil)
    #expect(closing.withheld[Cell(.team(1))] == .wouldDisclose)
  }

  @Test("a group that somebody manages needs ten, and so does any group within one manager's line")
  func managed() {
    let nine = Self.people(0..<9, in: [.team(1), .application(1)])
    let ten = Self.people(0..<10, in: [.team(1), .application(1)])
    func shown(_ contributions: [Contribution], _ change: (inout WeekOfUse) -> Void) -> Bool {
      Self.close(contributions, change).week[Cell(.application(1))] != nil
    }
    let declared: (inout WeekOfUse) -> Void = { $0.managed = [.team(1): [50]] }
    let byLine: (inout WeekOfUse) -> Void = { $0.lines = [ReportingLine(manager: 50, reports: Set(0..<10))] }
    #expect(shown(nine) { _ in })
    #expect(!shown(nine, declared) && !shown(nine, byLine))
    #expect(shown(ten, declared) && shown(ten, byLine))
  }

  @Test("no sum of which one person makes more than half, or two more than three quarters") func dominance() {
    let eight = Self.people(0..<8, in: [.team(1)])
    func withheld(_ heavy: [Contribution]) -> Lattice.Withheld? {
      Self.close(eight + heavy).withheld[Cell(.team(1))]
    }
    #expect(withheld(Self.people(8..<9, in: [.team(1)], dollars: 8)) == nil)
    #expect(withheld(Self.people(8..<9, in: [.team(1)], dollars: 9)) == .dominated)
    #expect(withheld(Self.people(8..<10, in: [.team(1)], dollars: 12)) == nil)
    #expect(withheld(Self.people(8..<10, in: [.team(1)], dollars: 13)) == .dominated)
  }

  @Test("token classes are shown all or not at all, for the price of one gives it away") func tokenClasses()
    throws
  {
    var people = Self.people(0..<8, in: [.team(1)])
    people[0].figures.tokens.cacheWrite1h = 10
    let cell = try #require(Self.close(people).week[Cell(.team(1))])
    guard case .figures(let figures) = cell.content else {
      Issue.record("no figures")
      return
    }
    #expect(figures.tokens == nil)
    #expect(figures.cost.count > 0)
  }

  @Test("that nobody used anything is said of five people, and not of four") func none() throws {
    func members(_ count: Int64) -> [Contributor: Set<Grouping>] {
      Dictionary(uniqueKeysWithValues: (0..<count).map { (.person(100 + $0), [.team(9)]) })
    }
    let active = Self.people(0..<20, in: [.team(1)])
    let five = Self.close(active) { $0.members = members(5) }
    #expect(try #require(five.week[Cell(.team(9))]).content == .none)
    let four = Self.close(active) { $0.members = members(4) }
    #expect(four.week[Cell(.team(9))] == nil)
    #expect(four.withheld[Cell(.team(9))] == .tooFewPeople)
  }

  @Test("that two idle people used nothing cannot be worked out from those around them") func idle() {
    let closing = Self.close(Self.people(0..<8, in: [.team(1), .team(100)])) {
      for person in Int64(0)..<8 { $0.members[.person(person)] = [.team(1), .team(100)] }
      for person in Int64(8)..<10 { $0.members[.person(person)] = [.team(2), .team(100)] }
    }
    let shown = [Grouping.team(1), .team(100)].filter { closing.week[Cell($0)] != nil }
    #expect(shown.count == 1)
  }

  @Test("a manager who sees nine reports cannot take them off a team of ten") func reportsVisible() {
    let team = Self.people(0..<11, in: [.team(1)])
    func shows(_ isVisible: Bool, reports: Range<Int64>) -> Bool {
      Self.close(team + Self.people(20..<40, in: [.team(2)])) {
        $0.lines = [ReportingLine(manager: 50, reports: Set(reports))]
        $0.areReportsVisible = isVisible
      }.week[Cell(.team(1))] != nil
    }
    #expect(shows(false, reports: 0..<10))
    #expect(!shows(true, reports: 0..<10))
    #expect(shows(true, reports: 0..<11))
    #expect(shows(true, reports: 0..<6))
  }
}
