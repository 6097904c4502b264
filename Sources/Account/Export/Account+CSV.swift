import Charts
import Ledger

extension Account {
  /// A grouping as CSV: exact figures, an empty field where one is unknown, and the cost of each state.
  package func csv(by grouping: Grouping) -> String {
    var clock = ZoneClock(timeZone)
    var head = [grouping.rawValue, "label", "start", "end"]
    head += TokenClass.allCases.map(\.rawValue)
    head += [
      "cost_nano_usd", "cost_usd", "records", "unknown_records", "unpriced_records", "not_billed_records",
      "unitemised_records",
    ]
    head += OutcomeState.allCases.map { "\($0.rawValue)_cost_nano_usd" }
    if grouping == .session { head.append("state") }

    let rows = groups(by: grouping).map { group in
      let totals = group.totals
      var row = [group.key, group.label]
      row += [group.start, group.end].map { instant in instant.map { clock.iso($0) } ?? "" }
      row += TokenClass.allCases.map { totals.tokens($0).map(String.init) ?? "" }
      row += [totals.knownCost.map { String($0.count) } ?? "", totals.knownCost.map(Figures.decimal) ?? ""]
      row += [
        totals.records, totals.unknownRecords, totals.unpricedRecords, totals.notBilledRecords,
        totals.unitemisedRecords,
      ].map(String.init)
      row += group.states.map { $0.totals.knownCost.map { String($0.count) } ?? "" }
      if grouping == .session { row.append(group.state?.rawValue ?? "") }
      return row
    }
    return CSV.document(head: head, rows: rows)
  }
}
