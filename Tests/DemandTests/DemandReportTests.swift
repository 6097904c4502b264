import Ledger
import Statistics
import Testing

@testable import Demand

@Suite struct DemandReportTests {
  /// Monday, 5 January 2026.
  private static let monday = Instant(milliseconds: 1_767_571_200_000)

  private static func cell(
    week: Int64, day: Int64 = 2, model: String? = "m", tokens: TokenCounts, dollars: Int64 = 1,
    state: OutcomeState = .held
  ) -> RollupCell {
    var totals = Totals.zero
    totals.counts = tokens
    totals.cost = NanoDollars(dollars * NanoDollars.perDollar)
    return RollupCell(
      slot: monday + .days(week * 7 + day), session: Key128(space: "test", "s"), model: model, state: state,
      totals: totals)
  }

  private static func report(
    _ cells: [RollupCell], weeks: Int64, purposeless: PrevalenceEstimate? = nil, announced: Instant? = nil,
    commitment: DemandReport.Commitment? = nil
  ) throws -> DemandReport {
    DemandReport(
      of: cells, until: monday + .days(weeks * 7 + 3), ahead: 4, purposeless: purposeless,
      announced: announced,
      commitment: commitment, coefficients: try FootprintCoefficients.builtIn())
  }

  @Test func `what is the same every week will be so, by class, without the weeks that are parts`() throws {
    let tokens = TokenCounts(input: 1000, cacheRead: 0, output: 50)
    // The first and the last week are not whole, and would pull it away.
    let odd = TokenCounts(input: 999_999, output: 999_999)
    let cells =
      [Self.cell(week: 0, tokens: odd), Self.cell(week: 21, tokens: odd)]
      + (1..<21).map { Self.cell(week: $0, tokens: tokens) }
    let report = try Self.report(cells, weeks: 21)
    #expect(report.weeks == 20)
    #expect(report.rows.map(\.tokenClass) == ["input", "output"])
    let total = try #require(report.rows[0].forecast?.total)
    #expect(abs(total.value - 4000) < 1)
    #expect(abs(report.cost.weekly - 1) < 1e-9)
  }

  @Test func `the dearest model comes first, and one that nobody named is said to be so`() throws {
    let cells = (0..<12).flatMap { week in
      [
        Self.cell(week: week, model: "cheap", tokens: TokenCounts(output: 10), dollars: 1),
        Self.cell(week: week, model: nil, tokens: TokenCounts(output: 10), dollars: 5),
      ]
    }
    #expect(try Self.report(cells, weeks: 12).rows.map(\.model) == ["unknown model", "cheap"])
  }

  @Test func `of few weeks nothing is forecast, and that is said`() throws {
    let report = try Self.report(
      (0..<4).map { Self.cell(week: $0, tokens: TokenCounts(output: 10)) }, weeks: 4)
    #expect(report.rows.allSatisfy { $0.forecast == nil })
    #expect(report.text(columns: 80).contains("too few weeks"))
  }

  @Test func `what is purposeless is taken off with its range`() throws {
    let cells = (0..<30).map { Self.cell(week: $0, tokens: TokenCounts(output: 100)) }
    let estimate = PrevalenceEstimate(share: 0.2, low: 0.1, high: 0.3, people: 9, units: 90)
    let row = try #require(try Self.report(cells, weeks: 30, purposeless: estimate).rows.first)
    let (all, rest) = (try #require(row.forecast?.total), try #require(row.purposeful))
    #expect(abs(rest.value - all.value * 0.8) < 1e-6)
    let (wide, narrow) = (try #require(rest.range), try #require(all.range))
    #expect(abs(wide.lowerBound - narrow.lowerBound * 0.7) < 1e-6)
    #expect(abs(wide.upperBound - narrow.upperBound * 0.9) < 1e-6)
  }

  @Test func `without the target it is as before`() throws {
    let cells = (0..<40).map { Self.cell(week: $0, tokens: TokenCounts(output: $0 < 30 ? 100 : 300)) }
    let row = try #require(
      try Self.report(cells, weeks: 40, announced: Self.monday + .days(30 * 7)).rows.first)
    let (all, without) = (try #require(row.forecast?.total), try #require(row.withoutTarget))
    #expect(without.value < all.value / 2)
  }

  @Test(arguments: [(Int64(10), "above"), (1_000_000, "below")])
  func `spend is held against what was committed to`(dollars: Int64, standing: String) throws {
    let cells = (0..<30).map { Self.cell(week: $0, tokens: TokenCounts(output: 100), dollars: 10) }
    let report = try Self.report(
      cells, weeks: 30,
      commitment: DemandReport.Commitment(
        amount: NanoDollars(dollars * NanoDollars.perDollar), from: Self.monday + .days(70),
        until: Self.monday + .days(40 * 7)))
    #expect(report.commitment?.standing.rawValue == standing)
    #expect(report.commitment?.spent == NanoDollars(200 * NanoDollars.perDollar))
  }

  @Test func `the unexplained part takes no more than all`() throws {
    let cells = (0..<10).map {
      Self.cell(week: $0, tokens: TokenCounts(input: 5000, output: 900), state: $0 < 3 ? .unexplained : .held)
    }
    let report = try Self.report(cells, weeks: 10)
    let unexplained = try #require(report.unexplainedFootprint).energyWattHours.middle
    #expect(unexplained > 0)
    #expect(abs(unexplained * 10 - report.footprint.energyWattHours.middle * 3) < 1e-6)
  }
}
