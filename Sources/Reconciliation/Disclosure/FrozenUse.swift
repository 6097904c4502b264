package import Ledger

/// A closed week's use as far as it may be held against what providers report: how it is divided, and sums by day, tool
/// and model of what may be shown. Made once and kept: made again after something came or went, it could be subtracted
/// from what was shown before.
package struct FrozenUse: Hashable, Sendable, Codable {
  let plan: WeekDisclosure
  /// Of nobody in particular.
  let use: [DayUse]

  /// - Parameter use: All of the week's, of every account.
  package init(of use: [DayUse], scope: LedgerScope, rules: DisclosureRules) {
    let plan = WeekDisclosure(of: use, scope: scope, rules: rules)
    self.plan = plan
    let shown = Set(plan.blocks.flatMap { block in block.keys.map { Place(block.provider, $0) } })
    struct Sum: Hashable {
      var day: CalendarDay
      var tool: Tool
      var model: String?
    }
    var sums: [Sum: DayUse] = [:]
    for one in use where !one.totals.isEmpty {
      guard let place = WeekDisclosure.place(of: one, in: scope),
        shown.contains(Place(place.provider, place.key))
      else { continue }
      let sum = Sum(day: one.day, tool: one.tool, model: one.model)
      var total =
        sums[sum]
        ?? DayUse(
          day: one.day, account: AccountID(rawValue: 0), tool: one.tool, model: one.model, totals: Totals())
      total.totals += one.totals
      total.gateway += one.gateway
      total.subscription += one.subscription
      sums[sum] = total
    }
    self.use = sums.values.sorted {
      ($0.day, $0.tool.rawValue, $0.model ?? "") < ($1.day, $1.tool.rawValue, $1.model ?? "")
    }
  }

  private struct Place: Hashable {
    var provider: BillProvider
    var key: WeekDisclosure.Key

    init(_ provider: BillProvider, _ key: WeekDisclosure.Key) {
      self.provider = provider
      self.key = key
    }
  }
}
