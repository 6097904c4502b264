import ControlSQLite
import Directory
import Foundation
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
    let frozen = try weeks.map { days in (days: days, use: try frozenUse(on: days, scope, at: now)) }
    return Reconciliation.disclosed(
      period, reports: question.reports, bills: try bills.bills(in: period), weeks: frozen, scope: scope)
  }

  /// A week's use as it was when it was first asked for; nothing that comes or goes later changes it.
  private func frozenUse(
    on days: ClosedRange<CalendarDay>, _ scope: LedgerScope, at now: Instant
  ) throws -> FrozenUse {
    let decoder = JSONDecoder()
    let name = days.lowerBound.description
    if let kept = try control.frozenReconciliation(from: name) {
      return try decoder.decode(FrozenUse.self, from: Data(kept.utf8))
    }
    let made = FrozenUse(of: try bills.use(on: days), scope: scope, rules: try rules())
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(made), as: UTF8.self)
    // Of two that ask at once the first one's holds.
    return try decoder.decode(
      FrozenUse.self, from: Data(try control.freezeReconciliation(text, from: name, at: now).utf8))
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
