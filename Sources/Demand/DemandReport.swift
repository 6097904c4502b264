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
    /// Tokens a week over the weeks of which that is known.
    package var weekly: Double
    /// `nil` of too few weeks.
    package var forecast: DemandForecast?
    /// Without what is purposeless; `nil` where that is not estimated.
    package var purposeful: SeriesForecast.Amount?
    /// At the level of before the target; `nil` where there is none, or too little to say.
    package var withoutTarget: SeriesForecast.Amount?
  }

  /// A commitment with what will have been spent of it.
  package struct Outlook: Sendable {
    package var commitment: Commitment
    package var outlook: CommitmentOutlook
  }

  package let weeks: Int
  package let ahead: Int
  /// The dearest model first; classes in their order.
  package let rows: [Row]
  package let cost: Row
  package let commitments: [Outlook]
  package let footprint: Footprint
  /// Of use of which everything was seen and nothing came; `nil` where that is not said.
  package let unexplainedFootprint: Footprint?
  /// Of all use in the weeks of which ``unexplainedFootprint`` is; `nil` where these are all.
  package let comparedFootprint: Footprint?
  package let coefficients: FootprintCoefficients

  package var commitment: CommitmentOutlook? { commitments.first?.outlook }

  package struct Commitment: Sendable, Equatable {
    /// What an organisation calls it; `nil` of one that was given on the command line.
    package var name: String?
    package var amount: NanoDollars
    package var from: Instant
    package var until: Instant

    package init(_ name: String? = nil, amount: NanoDollars, from: Instant, until: Instant) {
      self.name = name
      self.amount = amount
      self.from = from
      self.until = until
    }
  }

  static let week = Duration.days(7)
  static let mostWeeks: Int64 = 260

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
    let series = DemandSeries(
      ahead: ahead, purposeless: purposeless, change: change, calendar: [change].compactMap { $0 })

    func weekly(_ cells: [RollupCell], _ amount: (RollupCell) -> Double?) -> [Double?] {
      var weekly = [Double](repeating: 0, count: count)
      for cell in cells {
        let place = Int(Self.number(of: cell.slot) - first)
        if weekly.indices.contains(place), let value = amount(cell) { weekly[place] += value }
      }
      return weekly
    }

    weeks = count
    self.ahead = ahead
    self.coefficients = coefficients
    let byModel = Dictionary(grouping: cells) { $0.model ?? Self.unknownModel }
    let dearest = byModel.map { ($0.key, $0.value, $0.value.reduce(0) { $0 + ($1.totals.cost?.count ?? 0) }) }
      .sorted { ($0.2, $1.0) > ($1.2, $0.0) }
    rows = dearest.flatMap { model, own, _ in
      DemandSeries.classes.map { one in
        series.row(model, one.name, weekly(own) { one.tokens($0.totals.counts).map(Double.init) })
      }
    }.filter { $0.weekly > 0 }
    cost = series.row(Self.allModels, Self.costClass, weekly(cells) { $0.totals.cost?.dollars })
    commitments =
      commitment.map { commitment in
        let inside = cells.filter { $0.slot >= commitment.from && $0.slot < min(now, commitment.until) }
        var costs = [NanoDollars](repeating: .zero, count: count)
        for cell in cells {
          let place = Int(Self.number(of: cell.slot) - first)
          if costs.indices.contains(place) { costs[place] += cell.totals.cost ?? .zero }
        }
        let outlook = CommitmentOutlook(
          commitment.amount, spent: inside.reduce(.zero) { $0 + ($1.totals.cost ?? .zero) }, weekly: costs,
          weeksLeft: Self.weeksLeft(of: commitment, after: now))
        return [Outlook(commitment: commitment, outlook: outlook)]
      } ?? []
    func tokens(_ cells: [RollupCell]) -> TokenCounts {
      cells.reduce(TokenCounts()) { $0 + $1.totals.counts }
    }
    footprint = Footprint(of: tokens(cells), by: coefficients)
    unexplainedFootprint = Footprint(of: tokens(cells.filter { $0.state == .unexplained }), by: coefficients)
    comparedFootprint = nil
  }

  /// - Parameters:
  ///   - published: Consecutive weeks, as far as something of each may be said.
  ///   - change: The first of them that is wholly after a target was announced.
  ///   - calendar: The same of everything that was announced.
  package init(
    of published: [PublishedUse], ahead: Int, purposeless: PrevalenceEstimate? = nil, change: Int? = nil,
    calendar: [Int] = [], commitments: [Commitment] = [], coefficients: FootprintCoefficients
  ) {
    let series = DemandSeries(ahead: ahead, purposeless: purposeless, change: change, calendar: calendar)
    weeks = published.count
    self.ahead = ahead
    self.coefficients = coefficients
    let names = Set(published.flatMap { $0.models?.names ?? [] })
    let dearest = names.map { name in (name, published.reduce(0) { $0 + ($1.models?.weight(of: name) ?? 0) })
    }
    .sorted { ($0.1, $1.0) > ($1.1, $0.0) }.map(\.0)
    let others = published.contains { $0.models?.others != nil } ? [Self.otherModels] : []
    rows = (dearest + others).flatMap { model in
      DemandSeries.classes.map { one in
        series.row(model, one.name, published.map { $0.models?.tokens(of: model, one.tokens) })
      }
    }.filter { $0.weekly > 0 }
    cost = series.row(Self.allModels, Self.costClass, published.map { $0.cost?.dollars })
    self.commitments = commitments.map { commitment in
      let end = published.last?.bounds.upperBound ?? commitment.from
      let spent = published.reduce(NanoDollars.zero) { $0 + $1.cost(within: commitment) }
      let outlook = CommitmentOutlook(
        commitment.amount, spent: spent, weekly: published.compactMap(\.cost),
        weeksLeft: Self.weeksLeft(of: commitment, after: end))
      return Outlook(commitment: commitment, outlook: outlook)
    }
    footprint = Footprint(
      of: published.reduce(TokenCounts()) { $0 + ($1.tokens ?? TokenCounts()) }, by: coefficients)
    let said = published.filter { $0.unexplainedTokens != nil }
    func sum(_ tokens: (PublishedUse) -> TokenCounts?) -> Footprint? {
      said.isEmpty
        ? nil
        : Footprint(of: said.reduce(TokenCounts()) { $0 + (tokens($1) ?? TokenCounts()) }, by: coefficients)
    }
    unexplainedFootprint = sum(\.unexplainedTokens)
    comparedFootprint = sum(\.comparedTokens)
  }

  static let unknownModel = "unknown model"
  static let otherModels = "other models"
  private static let allModels = "all models"
  private static let costClass = "cost in dollars"

  /// Whole weeks, the last one counted whole.
  private static func weeksLeft(of commitment: Commitment, after now: Instant) -> Int {
    let left = (commitment.until - max(now, commitment.from)).wholeMilliseconds
    let length = Double(week.wholeMilliseconds)
    return max(0, Int((Double(min(left, mostWeeks * week.wholeMilliseconds)) / length).rounded(.up)))
  }

  /// Weeks from Monday, 29 December 1969, UTC.
  private static func number(of instant: Instant) -> Int64 {
    let shifted = instant.milliseconds + 3 * 86_400_000
    let length = week.wholeMilliseconds
    return shifted >= 0 ? shifted / length : -((-shifted + length - 1) / length)
  }
}
