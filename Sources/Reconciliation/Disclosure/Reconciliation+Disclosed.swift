package import Ledger

extension Reconciliation {
  /// What may be shown to whoever may see sums of the organisation. What the ledger has on days that were not imported is
  /// not said.
  ///
  /// - Parameters:
  ///   - weeks: As they were frozen; of other days nothing is shown.
  ///   - bills: Of the whole period.
  package static func disclosed(
    _ period: ClosedRange<CalendarDay>, reports: [BillReport], bills: (days: [BillDay], lines: [BillLine]),
    weeks: [(days: ClosedRange<CalendarDay>, use: FrozenUse)], scope: LedgerScope
  ) -> Reconciliation {
    let whole = Reconciliation(
      period, reports: reports, bills: bills, use: weeks.flatMap(\.use.use), scope: scope)
    return whole.disclosed(weeks)
  }

  private func disclosed(_ weeks: [(days: ClosedRange<CalendarDay>, use: FrozenUse)]) -> Reconciliation {
    let divided = weeks.map { (days: $0.days, plan: $0.use.plan) }
    var shown = self
    shown.parts = parts.map { part in
      var part = part
      part.outside = BillFigures()
      part.rows = divided.flatMap { week in
        let own = part.rows.filter { week.days.contains($0.days.lowerBound) }
        return Self.disclosed(own, of: part, week.plan)
      }
      let days = divided.map(\.days)
      func isShown(_ day: CalendarDay) -> Bool { days.contains { $0.contains(day) } }
      part.days = part.days.filter(isShown)
      part.provisional = part.provisional.filter(isShown)
      part.uncovered = part.uncovered.filter(isShown)
      return part
    }
    return shown
  }

  private static func disclosed(
    _ rows: [ReconciliationRow], of part: Part, _ plan: WeekDisclosure
  ) -> [ReconciliationRow] {
    let blocks = plan.blocks.filter { $0.provider == part.report.provider }
    let covered = Set(part.days)
    let byKey = Dictionary(
      blocks.enumerated().flatMap { number, block in block.keys.map { ($0, number) } },
      uniquingKeysWith: { first, _ in first })
    func number(of row: ReconciliationRow) -> Int? {
      let day = row.days.lowerBound
      switch row.subject {
      case .model(let name): return byKey[WeekDisclosure.Key(day: day, model: name)]
      case .apart: return byKey[WeekDisclosure.Key(day: day, model: "")]
      // All of a day's use lies in one block, where this is asked.
      case .all, .several: return blocks.firstIndex { $0.keys.contains { $0.day == day } }
      }
    }
    let withheld = plan.withheld[part.report.provider] ?? []
    // A row of all models holds whole days, and is shown only where blocks keep to days.
    let isWhole = rows.contains { $0.subject == .all } && part.report != .copilot
    let keepsToDays = withheld.isEmpty && blocks.allSatisfy { Set($0.keys.map(\.day)).count == 1 }
    var shown: [ReconciliationRow] = []
    var joined: [Int: [ReconciliationRow]] = [:]
    var hidden: [ReconciliationRow] = []
    for row in rows {
      let isLeftOut = withheld.contains { key in
        guard key.day == row.days.lowerBound else { return false }
        return switch row.subject {
        case .model(let name): key.model == name
        case .apart: key.model.isEmpty
        case .all, .several: true
        }
      }
      if isLeftOut {
        // What there is of it in the ledger was not kept: too few people's.
        hidden.append(row)
      } else if row.use.isEmpty {
        // The provider's own figure; nobody's use here is in it.
        shown.append(row.withoutUse)
      } else if isWhole {
        if keepsToDays { shown.append(row.withoutUse) } else { hidden.append(row) }
      } else if let number = number(of: row),
        Set(blocks[number].keys.map(\.day)).isSubset(of: covered)
      {
        joined[number, default: []].append(row)
      } else {
        hidden.append(row)
      }
    }
    for (number, rows) in joined {
      let isOne = rows.count == 1 && blocks[number].keys.count == 1
      let subject = isOne || part.report == .copilot ? rows[0].subject : .several
      if let row = ReconciliationRow.joined(rows, as: subject) { shown.append(row.withoutUse) }
    }
    if let first = hidden.map(\.days.lowerBound).min(), let last = hidden.map(\.days.upperBound).max() {
      shown.append(
        ReconciliationRow(
          report: part.report, days: first...last, subject: .several, measures: [:], isWithheld: true))
    }
    return shown.sorted {
      ($0.days.lowerBound, $0.subject, $0.days.upperBound)
        < ($1.days.lowerBound, $1.subject, $1.days.upperBound)
    }
  }
}

extension ReconciliationRow {
  fileprivate var withoutUse: ReconciliationRow {
    var row = self
    row.use = []
    // How many calls of a kind there were is a figure of those who made them, and no floor was asked for it.
    (row.unknownRecords, row.unpricedRecords, row.gatewayRecords, row.subscriptionRecords) = (0, 0, 0, 0)
    row.saysKinds = false
    return row
  }
}
