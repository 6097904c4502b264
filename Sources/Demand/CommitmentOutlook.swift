package import Ledger
package import Statistics

/// What will have been spent of a commitment when it ends: a sum that was promised to a provider for a lower price, and is
/// lost where it is not used.
package struct CommitmentOutlook: Sendable, Hashable {
  package enum Standing: String, Sendable, Hashable {
    /// Less than what was committed will be spent, in four of five cases.
    case below
    /// More will, at whatever price that has.
    case above
    case open
    /// Of too few weeks.
    case unknown
  }

  package let committed: NanoDollars
  package let spent: NanoDollars
  /// When it ends, in dollars; `nil` of too few weeks.
  package let forecast: SeriesForecast.Amount?

  /// - Parameters:
  ///   - spent: Of it so far.
  ///   - weekly: Spend of past weeks, from before the commitment as well, in order of time.
  ///   - weeksLeft: Until it ends.
  package init(_ committed: NanoDollars, spent: NanoDollars, weekly: [NanoDollars], weeksLeft: Int) {
    self.committed = committed
    self.spent = spent
    guard weeksLeft > 0 else {
      forecast = SeriesForecast.Amount(value: spent.dollars, range: spent.dollars...spent.dollars)
      return
    }
    forecast = DemandForecast(of: weekly.map(\.dollars), ahead: weeksLeft).map { ahead in
      SeriesForecast.Amount(
        value: spent.dollars + ahead.total.value,
        range: ahead.total.range.map { spent.dollars + $0.lowerBound...spent.dollars + $0.upperBound })
    }
  }

  package var standing: Standing {
    guard let range = forecast?.range else { return .unknown }
    if range.upperBound < committed.dollars { return .below }
    return range.lowerBound > committed.dollars ? .above : .open
  }
}
