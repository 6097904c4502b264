import ControlSQLite
import Directory
import Ledger
import Reconciliation
import Visibility

/// The comparison as it may be shown: to whoever is alone at this machine all of it, else sums of enough people.
struct ReconciliationReading: Sendable {
  let bills: any BillStore
  let control: ControlStore
  let prices: PriceCatalogue
  let isLocal: Bool

  /// - Throws: ``ProblemDetails`` if the period has no closed week.
  func comparison(_ question: ReconciliationQuestion, at now: Instant) throws -> Reconciliation {
    let scope = LedgerScope(prices)
    guard !isLocal else {
      return Reconciliation(
        question.days, reports: question.reports, bills: try bills.bills(in: question.days),
        use: try bills.use(on: question.days), scope: scope)
    }
    let weeks = try question.closedWeeks(at: now)
    let period = weeks.dropFirst().reduce(weeks[0]) { $0.lowerBound...$1.upperBound }
    let use = try weeks.map { (days: $0, use: try bills.use(on: $0)) }
    return Reconciliation(
      period, reports: question.reports, bills: try bills.bills(in: period), use: use.flatMap(\.use),
      scope: scope
    ).disclosed(weeks: use, scope: scope, rules: try rules())
  }

  /// Where somebody manages somebody, the higher floor: finance and platform may be managers as well.
  private func rules() throws -> DisclosureRules {
    let people = try control.peopleReading()
    let floors = try control.visibilitySettings().floors
    return DisclosureRules(
      floor: people.reporting.isEmpty ? floors.others : floors.manager,
      person: { account, day in people.snapshot.person(of: account, at: day.start) },
      isDominated: { Dominance.holds($0) })
  }
}
