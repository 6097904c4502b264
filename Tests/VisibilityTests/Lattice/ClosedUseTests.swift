import Ledger
import TestCorpus
import Testing

@testable import Visibility

@Suite("What a closed week was made of") struct ClosedUseTests {
  private static let dollar = NanoDollars(NanoDollars.perDollar)

  private static func use(of people: Range<Int64>) -> ClosedUse {
    let contributions = LatticeTests.people(people, in: [.team(1)])
    var week = WeekOfUse(week: LatticeTests.week, contributions: contributions)
    week.members = Dictionary(uniqueKeysWithValues: people.map { (.person($0), [.team(1)]) })
    week.managed = [.team(1): [people.lowerBound]]
    week.lines = [ReportingLine(manager: people.lowerBound, reports: Set(people.dropFirst()))]
    return ClosedUse(week, sessions: people.map { [session($0)] })
  }

  private static func session(_ number: Int64) -> SessionID { .ofCodex("session \(number)") }

  @Test("divided in any proportions, the parts add up to the whole", arguments: 0..<50 as Range<UInt64>)
  func divides(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let cost = NanoDollars(.random(in: 0...Int64.max / 4, using: &generator))
    var proportions: [OutcomeState: NanoDollars] = [:]
    for state in OutcomeState.allCases where Bool.random(using: &generator) {
      proportions[state] = NanoDollars(.random(in: 0...Int64.max / 8, using: &generator))
    }
    let parts = ClosedUse.divide(cost, as: proportions)
    #expect(parts.values.reduce(NanoDollars.zero, +) == cost)
    #expect(parts.values.allSatisfy { $0.count >= 0 })
    #expect(ClosedUse.divide(cost, as: proportions) == parts)
    let known = Set(proportions.filter { $0.value.count > 0 }.keys)
    #expect(Set(parts.keys).isSubset(of: known.isEmpty ? [.unknown] : known))
  }

  @Test("a contribution keeps its cost, and is split as its sessions are now")
  func splits() {
    let use = Self.use(of: 1..<4)
    let split = use.withOutcomes([
      Self.session(1): [.held: NanoDollars(30), .reverted: NanoDollars(10)],
      Self.session(2): [.explored: NanoDollars(1)],
    ])
    #expect(split.contributions.map(\.figures.cost) == [Self.dollar, Self.dollar, Self.dollar])
    #expect(
      split.contributions.map(\.figures.outcomes) == [
        [.held: NanoDollars(750_000_000), .reverted: NanoDollars(250_000_000)], [.explored: Self.dollar],
        [.unknown: Self.dollar],
      ])
  }

  @Test("somebody who is erased is nobody in it, and the sums stay")
  func forgets() throws {
    var use = Self.use(of: 1..<8)
    use.forget(1, of: AccountID(rawValue: 101))
    use.forget(3, of: AccountID(rawValue: 103))
    let contributors = Set(use.use.contributions.map(\.contributor))
    #expect(contributors.isDisjoint(with: [.person(1), .person(3)]) && contributors.count == 7)
    #expect(use.sessions[0].isEmpty && use.sessions[2].isEmpty && use.sessions[1] == [Self.session(2)])
    #expect(use.use.members.keys.filter { $0 == .person(1) || $0 == .person(3) }.isEmpty)
    #expect(use.use.managed == [.team(1): [0]])
    #expect(use.use.lines == [ReportingLine(manager: 0, reports: [2, 4, 5, 6, 7])])
    #expect(use.use.contributions.map(\.figures) == Self.use(of: 1..<8).use.contributions.map(\.figures))
  }

  @Test("amounts that nobody can have spent are divided as nothing")
  func impossible() {
    #expect(
      ClosedUse.divide(NanoDollars(-7), as: [.held: NanoDollars(1), .open: NanoDollars(2)]) == [
        .unknown: NanoDollars(-7)
      ])
    var sum = Figures(cost: NanoDollars(.max))
    sum += Figures(cost: NanoDollars(.max))
    #expect(sum.cost == NanoDollars(.max))
  }

  @Test("records that moved to another session when its log came are no further ones")
  func further() {
    let closed = Self.use(of: 1..<4)
    let late = Self.use(of: 1..<3)
    // One and two have as many records as before; three is not in it.
    #expect(closed.further(late, of: closed).use.contributions.isEmpty)
    var all = closed
    all.add(late, as: 1)
    #expect(closed.further(late, of: all).use.contributions == late.use.contributions)
  }

  @Test("who is known to manage a group by what came late manages it")
  func lateManagers() {
    var closed = Self.use(of: 1..<4)
    var late = WeekOfUse(week: LatticeTests.week, contributions: [])
    late.managed = [.application(7): [42], .team(1): [43]]
    late.lines = closed.use.lines + [ReportingLine(manager: 42, reports: [9])]
    late.members = [.person(9): [.team(2)]]
    closed.add(ClosedUse(late, sessions: []), as: 2)
    #expect(closed.use.managed == [.application(7): [42], .team(1): [1, 43]])
    #expect(closed.use.lines.map(\.manager) == [1, 42])
    #expect(closed.use.members[.person(9)] == [.team(2)])
  }
}
