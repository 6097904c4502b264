import Foundation
import Ledger
import Testing

@testable import Visibility

@Suite struct FrozenWeekTests {
  private let team = Cell(.team(1))

  private func use(_ contributions: [Contribution]) -> WeekOfUse {
    WeekOfUse(week: LatticeTests.week, contributions: contributions)
  }

  @Test(
    "one person's late use changes no figure; that of six people makes a new version, and the old one stays")
  func late() throws {
    let base = LatticeTests.people(0..<12, in: [.team(1)])
    let frozen = Lattice().close(use(base)).week
    let one = LatticeTests.people(0..<1, in: [.team(1)], version: 2)
    #expect(try Lattice().revise(frozen, with: use(base + one)) == frozen)
    let six = LatticeTests.people(0..<6, in: [.team(1)], version: 2)
    let revised = try Lattice().revise(frozen, with: use(base + six))
    #expect(revised.version == 2)
    #expect(revised[team]?.version == 2)
    #expect(Array(revised.published.prefix(frozen.published.count)) == Array(frozen.published))
  }

  @Test("use that came late bit by bit goes in together, once enough people are in it") func gathering()
    throws
  {
    let base = LatticeTests.people(0..<12, in: [.team(1)])
    var frozen = Lattice().close(use(base)).week
    var all = base
    for person in Int64(0)..<5 {
      all += LatticeTests.people(person..<person + 1, in: [.team(1)], version: frozen.version + 1)
      frozen = try Lattice().revise(frozen, with: use(all))
      #expect((frozen[team]?.version == 2) == (person == 4))
    }
  }

  @Test("a withheld cell is never shown later, whatever comes") func withheldStays() throws {
    let base = LatticeTests.people(0..<4, in: [.team(1)]) + LatticeTests.people(10..<20, in: [.team(2)])
    let frozen = Lattice().close(use(base)).week
    let late = LatticeTests.people(4..<14, in: [.team(1)], version: 2)
    let revised = try Lattice().revise(frozen, with: use(base + late))
    #expect(frozen[team] == nil && revised[team] == nil)
  }

  @Test("outcomes are split once, and only where each part is many people's") func settling() throws {
    let linked = LatticeTests.people(0..<6, in: [.team(1)])
    let unlinked = LatticeTests.people(6..<12, in: [.team(1)], state: .explored)
    let base = linked + unlinked
    let frozen = Lattice().close(use(base)).week
    #expect(frozen.settled.isEmpty)
    let settled = try Lattice().settle(frozen, with: use(base))
    let half = NanoDollars(6 * NanoDollars.perDollar)
    #expect(settled.split(of: team)?.split == .twoWays(linked: half, notLinked: half))
    #expect(throws: Lattice.LatticeError.isSettled(LatticeTests.week)) {
      try Lattice().settle(settled, with: use(base))
    }
    #expect(throws: Lattice.LatticeError.isSettled(LatticeTests.week)) {
      try Lattice().revise(settled, with: use(base))
    }
    // All linked would say of each that theirs was.
    let all = Lattice().close(use(linked)).week
    #expect(try Lattice().settle(all, with: use(linked)).settled.isEmpty)
    // Fresh beside held is a part of its own.
    let fresh = LatticeTests.people(12..<18, in: [.team(1)], state: .fresh)
    let three = try Lattice().settle(
      Lattice().close(use(base + fresh)).week, with: use(base + fresh))
    #expect(three.split(of: team)?.split == .threeWays(held: half, otherLinked: half, notLinked: half))
  }

  @Test("that all of a group had nothing linked cannot be worked out from the groups beside it")
  func nothingLinked() throws {
    let mixed = (0..<3).flatMap { team in
      let first = Int64(team) * 12
      return LatticeTests.people(first..<first + 6, in: [.team(Int64(team))])
        + LatticeTests.people(first + 6..<first + 12, in: [.team(Int64(team))], state: .explored)
    }
    let none = LatticeTests.people(36..<48, in: [.team(3)], state: .explored)
    let frozen = Lattice().close(use(mixed + none)).week
    #expect(frozen[Cell(.team(3))] != nil)
    let settled = try Lattice().settle(frozen, with: use(mixed + none))
    let split = settled.settled.map(\.cell.group)
    #expect(!split.contains(.team(3)))
    // One of the others, or the whole, is kept back as well.
    #expect(!Set([.organisation, .team(0), .team(1), .team(2)]).isSubset(of: split) && !split.isEmpty)
  }

  @Test("another week's use is not mixed in") func otherWeek() {
    let base = LatticeTests.people(0..<12, in: [.team(1)])
    let frozen = Lattice().close(use(base)).week
    let other = WeekOfUse(week: Week(year: 2026, number: 22), contributions: base)
    #expect(throws: Lattice.LatticeError.otherWeek(frozen.week, other.week)) {
      try Lattice().revise(frozen, with: other)
    }
  }

  @Test("a period adds up its published weeks, says which are missing, and knows nothing else") func period()
  {
    let weeks = [3, 12, 6].enumerated().map { index, count in
      Lattice().close(
        WeekOfUse(
          week: Week(year: 2026, number: index + 1),
          contributions: LatticeTests.people(0..<Int64(count), in: [.team(1)]))
      ).week
    }
    let period = PeriodFigures(team, over: weeks.reversed())
    #expect(period.weeks == [Week(year: 2026, number: 2), Week(year: 2026, number: 3)])
    #expect(period.missing == [Week(year: 2026, number: 1)])
    #expect(period.cost == NanoDollars(18 * NanoDollars.perDollar))
    #expect(period.tokens == TokenCounts(output: 18_000))
  }

  @Test("a frozen week survives storage, and does not say why a cell is missing") func storage() throws {
    let base = LatticeTests.people(0..<6, in: [.team(1)]) + LatticeTests.people(6..<8, in: [.team(2)])
    let closing = Lattice().close(use(base))
    let data = try JSONEncoder().encode(closing.week)
    #expect(try JSONDecoder().decode(FrozenWeek.self, from: data) == closing.week)
    let text = String(decoding: data, as: UTF8.self)
    #expect(!closing.withheld.isEmpty)
    for reason in Lattice.Withheld.allCases { #expect(!text.contains(reason.rawValue)) }
  }

  @Test("weeks are ISO weeks of the declared time zone, New Year included") func weeks() throws {
    let newYear = Instant(milliseconds: 1_609_459_200_000)  // 2021-01-01T00:00Z, a Friday.
    #expect(Week(containing: newYear).description == "2020-W53")
    let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
    let sunday = try #require(Week(year: 2020, number: 53).bounds()).upperBound - .hours(1)
    #expect(Week(containing: sunday) == Week(year: 2020, number: 53))
    #expect(Week(containing: sunday, in: tokyo) == Week(year: 2021, number: 1))
    #expect(Week(year: 2021, number: 53).bounds() == nil)
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    // The clocks go forward on 29 March 2026.
    let spring = try #require(Week(year: 2026, number: 13).bounds(in: berlin))
    #expect(spring.upperBound - spring.lowerBound == .hours(167))
    #expect(!Week(year: 2026, number: 13).isClosed(at: spring.upperBound - .seconds(1), in: berlin))
    #expect(Week(year: 2026, number: 13).isClosed(at: spring.upperBound, in: berlin))
  }
}
