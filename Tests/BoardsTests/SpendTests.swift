import Ledger
import Statistics
import Testing
import Visibility

@testable import Boards

@Suite("Spend against budgets and the press")
struct SpendTests {
  private static func dollars(_ amount: Int64) -> NanoDollars { NanoDollars(amount * NanoDollars.perDollar) }

  @Test("A month is as many weeks as it has, and its forecast is wide where weeks differ")
  func forecast() throws {
    let even = try #require(
      SpendOutlook(Self.dollars(500), per: .month, costs: Array(repeating: Self.dollars(100), count: 13)))
    #expect(abs(even.weekly - 100) < 1e-9)
    #expect(abs(try #require(even.forecast).value - 434.8) < 0.1)
    #expect(even.standing == .below && even.missing == 0)
    let uneven = try #require(
      SpendOutlook(
        Self.dollars(500), per: .month, costs: (0..<13).map { Self.dollars($0 % 2 == 0 ? 20 : 200) }))
    #expect(uneven.standing == .open)
    let dear = try #require(
      SpendOutlook(Self.dollars(50), per: .week, costs: (0..<13).map { Self.dollars(100 + $0) }))
    #expect(dear.standing == .above)
  }

  @Test("Weeks that are not published are counted as missing, and of none nothing is said")
  func missing() throws {
    #expect(SpendOutlook(Self.dollars(5), per: .day, costs: [nil, nil]) == nil)
    let few = try #require(
      SpendOutlook(
        Self.dollars(5), per: .day, costs: [nil, Self.dollars(7), Self.dollars(7), Self.dollars(7)]))
    #expect(few.published == 3 && few.missing == 1 && few.forecast == nil && few.standing == .unknown)
  }

  private static func cell(_ cost: Int64, _ people: PeopleBand, _ tokens: TokenCounts?) throws -> CellFigures
  {
    var figures: CellFigures?
    let week = Lattice().close(
      WeekOfUse(
        week: Week(year: 2026, number: 1),
        contributions: (0..<12).map { person in
          Contribution(
            .person(person), in: [], tool: .codex,
            figures: Figures(cost: dollars(1), tokens: TokenCounts(input: 10, output: 1)))
        })
    ).week
    if case .figures(let found)? = week[Cell(.organisation)]?.content { figures = found }
    var cell = try #require(figures)
    (cell.cost, cell.people, cell.tokens) = (dollars(cost), people, tokens)
    return cell
  }

  @Test("A year of one active person is a range, as wide as the band; without an upper end only a most")
  func yearly() throws {
    let tokens = TokenCounts(input: 1900, output: 190)
    let two = [try Self.cell(190, .from10, tokens), try Self.cell(190, .from10, tokens)]
    let use = try #require(YearlyUse(two))
    #expect(use.weeks == 2)
    #expect(abs(use.dollars.most - 19 * 365.25 / 7) < 1e-6)
    #expect(abs(try #require(use.dollars.least) - 10 * 365.25 / 7) < 1e-6)
    #expect(Set(use.tokens.keys) == [0, 4])
    let large = try #require(YearlyUse(two + [try Self.cell(900, .from200, nil)]))
    #expect(large.dollars.least == nil && large.tokens.isEmpty)
    #expect(YearlyUse([]) == nil)
  }
}
