import Foundation
package import Ledger
package import Statistics

/// What some use is likely to come to in the weeks ahead, by model and class of tokens, and what it may have taken of energy,
/// water and air.
package struct DemandReport: Sendable {
  /// One class of tokens of one model.
  package struct Row: Sendable {
    package var model: String
    package var tokenClass: String
    /// Tokens a week over the weeks that were looked at.
    package var weekly: Double
    /// `nil` of too few weeks.
    package var forecast: DemandForecast?
    /// Without what is purposeless; `nil` where that is not estimated.
    package var purposeful: SeriesForecast.Amount?
    /// At the level of before the target; `nil` where there is none, or too little to say.
    package var withoutTarget: SeriesForecast.Amount?
  }

  package let weeks: Int
  package let ahead: Int
  /// The dearest model first; classes in their order.
  package let rows: [Row]
  package let cost: Row
  package let commitment: CommitmentOutlook?
  package let footprint: Footprint
  /// Of use of which everything was seen and nothing came.
  package let unexplainedFootprint: Footprint
  package let coefficients: FootprintCoefficients

  package struct Commitment: Sendable {
    package var amount: NanoDollars
    package var from: Instant
    package var until: Instant

    package init(amount: NanoDollars, from: Instant, until: Instant) {
      self.amount = amount
      self.from = from
      self.until = until
    }
  }

  private static let week = Duration.days(7)
  private static let mostWeeks: Int64 = 260

  /// - Parameters:
  ///   - cells: All that was used. Weeks are whole ones, from Monday, UTC; the first and the last, which are parts, are left
  ///     out of forecasts.
  ///   - purposeless: The share of tokens in the same use.
  ///   - announced: When a target was.
  package init(
    of cells: [RollupCell], until now: Instant, ahead: Int, purposeless: PrevalenceEstimate? = nil,
    announced: Instant? = nil, commitment: Commitment? = nil, coefficients: FootprintCoefficients
  ) {
    // What is older than five years is another time, or a clock that was wrong.
    let oldest = Self.number(of: now) - Self.mostWeeks
    let first = max(oldest, cells.map(\.slot).min().map { Self.number(of: $0) + 1 } ?? 0)
    let count = max(0, Int(Self.number(of: now) - first))
    let change = announced.map { Int(Self.number(of: $0) + 1 - first) }

    func row(_ model: String, _ name: String, _ amount: (RollupCell) -> Double?, _ own: [RollupCell]) -> Row {
      var weekly = [Double](repeating: 0, count: count)
      for cell in own {
        let place = Int(Self.number(of: cell.slot) - first)
        if weekly.indices.contains(place), let value = amount(cell) { weekly[place] += value }
      }
      let forecast = DemandForecast(of: weekly, ahead: ahead)
      let logs = weekly.map { $0 > 0 ? Self.log($0) : nil }
      let moved = change.flatMap { ChangeOverTime(logs, from: $0, calendar: [$0]) }
      return Row(
        model: model, tokenClass: name, weekly: weekly.reduce(0, +) / Double(max(1, count)),
        forecast: forecast,
        purposeful: purposeless.flatMap { share in forecast?.purposeful(share) },
        withoutTarget: moved.flatMap { moved in forecast?.withoutTarget(moved) })
    }

    weeks = count
    self.ahead = ahead
    self.coefficients = coefficients
    let byModel = Dictionary(grouping: cells) { $0.model ?? "unknown model" }
    let dearest = byModel.map { ($0.key, $0.value, $0.value.reduce(0) { $0 + ($1.totals.cost?.count ?? 0) }) }
      .sorted { ($0.2, $1.0) > ($1.2, $0.0) }
    rows = dearest.flatMap { model, own, _ in
      Self.classes.map { one in row(model, one.name, { one.tokens($0.totals.counts).map(Double.init) }, own) }
    }.filter { $0.weekly > 0 }
    cost = row("all models", "cost in dollars", { $0.totals.cost?.dollars }, cells)
    self.commitment = commitment.map { commitment in
      let inside = cells.filter { $0.slot >= commitment.from && $0.slot < min(now, commitment.until) }
      var weekly = [NanoDollars](repeating: .zero, count: count)
      for cell in cells {
        let place = Int(Self.number(of: cell.slot) - first)
        if weekly.indices.contains(place) { weekly[place] += cell.totals.cost ?? .zero }
      }
      let left = (commitment.until - max(now, commitment.from)).wholeMilliseconds
      return CommitmentOutlook(
        commitment.amount, spent: inside.reduce(.zero) { $0 + ($1.totals.cost ?? .zero) }, weekly: weekly,
        weeksLeft: max(
          0,
          Int(
            (Double(min(left, Self.mostWeeks * Self.week.wholeMilliseconds))
              / Double(Self.week.wholeMilliseconds)).rounded(.up))))
    }
    func tokens(_ cells: [RollupCell]) -> TokenCounts {
      cells.reduce(TokenCounts()) { $0 + $1.totals.counts }
    }
    footprint = Footprint(of: tokens(cells), by: coefficients)
    unexplainedFootprint = Footprint(of: tokens(cells.filter { $0.state == .unexplained }), by: coefficients)
  }

  private static func log(_ value: Double) -> Double { Foundation.log(value) }

  /// Weeks from Monday, 29 December 1969, UTC.
  private static func number(of instant: Instant) -> Int64 {
    let shifted = instant.milliseconds + 3 * 86_400_000
    let length = week.wholeMilliseconds
    return shifted >= 0 ? shifted / length : -((-shifted + length - 1) / length)
  }

  private struct TokenClass {
    var name: String
    var tokens: @Sendable (TokenCounts) -> Int64?
  }

  private static let classes = [
    TokenClass(name: "input") { $0.input }, TokenClass(name: "cache read") { $0.cacheRead },
    TokenClass(name: "cache write") { counts in
      counts.cacheWrite5m == nil && counts.cacheWrite1h == nil
        ? nil : (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0)
    },
    TokenClass(name: "output") { $0.output },
  ]
}
