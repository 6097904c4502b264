package import Ledger

/// The ledger against what providers report, by report, UTC day and model.
package struct Reconciliation: Hashable, Sendable {
  /// One report.
  package struct Part: Hashable, Sendable {
    package var report: BillReport
    /// In order of days.
    package var rows: [ReconciliationRow]
    /// Days that were taken in, and of these those whose figures may still grow.
    package var days: [CalendarDay]
    package var provisional: [CalendarDay]
    /// Days of the period of which nothing was taken in.
    package var uncovered: [CalendarDay]
    /// What the ledger has on those.
    package var outside: BillFigures

    package var total: ReconciliationRow? {
      ReconciliationRow.joined(rows.filter { !$0.isWithheld }, as: .all)
    }

    /// The measures that it states, in the order in which they are printed.
    package var measures: [BillMeasure] {
      BillMeasure.allCases.filter { measure in
        rows.contains { $0.measures[measure]?.reported != nil }
      }
    }
  }

  package var period: ClosedRange<CalendarDay>
  package var parts: [Part]

  /// - Parameters:
  ///   - reports: Which to compare; those of which nothing was ever taken in are left out.
  ///   - bills: Of the period.
  ///   - use: Of the period.
  package init(
    _ period: ClosedRange<CalendarDay>, reports: [BillReport] = BillReport.allCases,
    bills: (days: [BillDay], lines: [BillLine]), use: [DayUse], scope: LedgerScope
  ) {
    self.period = period
    let days = Dictionary(grouping: bills.days, by: \.report)
    let lines = Dictionary(grouping: bills.lines, by: \.report)
    parts = reports.compactMap { report in
      guard let own = days[report] else { return nil }
      return Part(
        report, period, days: own, lines: lines[report] ?? [],
        use: use.filter { scope.contains($0, in: report) }, scope: scope)
    }
  }
}

extension Reconciliation.Part {
  fileprivate init(
    _ report: BillReport, _ period: ClosedRange<CalendarDay>, days: [BillDay], lines: [BillLine],
    use: [DayUse], scope: LedgerScope
  ) {
    self.report = report
    // Of several accounts at the provider all have to be there: the ledger does not know them apart.
    let accounts = Set(days.map(\.account)).count
    let byDay = Dictionary(grouping: days, by: \.day)
    let covered = byDay.filter { $0.value.count == accounts }
    self.days = covered.keys.sorted()
    provisional = covered.filter { $0.value.contains { !$0.isWhole } }.keys.sorted()
    uncovered = period.lowerBound.days(through: period.upperBound).filter { covered[$0] == nil }
    let linesByDay = Dictionary(grouping: lines, by: \.day)
    let useByDay = Dictionary(grouping: use, by: \.day)
    let stated = lines.reduce(into: Set<BillMeasure>()) { $0.formUnion($1.figures.measures) }
    let measures = stated.isEmpty ? report.measures : stated
    rows = self.days.flatMap { day in
      Self.rows(
        report, day, lines: linesByDay[day] ?? [], use: useByDay[day] ?? [], measures: measures,
        isProvisional: covered[day]?.contains { !$0.isWhole } ?? true, scope: scope)
    }
    outside = uncovered.flatMap { useByDay[$0] ?? [] }
      .reduce(BillFigures()) { $0 + scope.figures(of: $1, in: report) }
  }

  private static func rows(
    _ report: BillReport, _ day: CalendarDay, lines: [BillLine], use: [DayUse], measures: Set<BillMeasure>,
    isProvisional: Bool, scope: LedgerScope
  ) -> [ReconciliationRow] {
    let isDivided = lines.isEmpty ? report != .copilot : lines.contains { $0.model != nil }
    var reported: [BillSubject: BillFigures] = [:]
    for line in lines {
      let subject: BillSubject =
        line.model.map { .model(scope.name(of: $0)) } ?? (isDivided ? .apart : .all)
      reported[subject, default: BillFigures()] += line.figures
    }
    let used = Dictionary(grouping: use.filter { !$0.totals.isEmpty }) { one -> BillSubject in
      isDivided ? one.model.map { .model(scope.name(of: $0)) } ?? .apart : .all
    }
    return Set(reported.keys).union(used.keys).sorted().map { subject in
      let own = used[subject] ?? []
      let captured = own.reduce(BillFigures()) { $0 + scope.figures(of: $1, in: report) }
      let isUsed = own.contains { !$0.totals.isUnused }
      var row = ReconciliationRow(report: report, days: day...day, subject: subject, measures: [:], use: own)
      for measure in measures {
        row.measures[measure] = Measured(
          // What a whole report does not list was not used; what the ledger has no call of, it has none of.
          reported: reported[subject].map { $0[measure] } ?? 0,
          captured: isUsed ? captured[measure] : 0)
      }
      row.isProvisional = isProvisional
      for one in own {
        row.records &+= one.totals.records
        row.unknownRecords &+= one.totals.unknownRecords
        row.unpricedRecords &+= one.totals.unpricedRecords
        row.gatewayRecords &+= one.gateway.records
        row.subscriptionRecords &+= one.subscription.records
      }
      return row
    }
  }
}

extension BillReport {
  /// What it states, where none of its lines is there to show it.
  fileprivate var measures: Set<BillMeasure> {
    switch self {
    case .anthropicUsage: [.input, .cacheRead, .cacheWrite5m, .cacheWrite1h, .output]
    case .anthropicCost, .openAICosts: [.amount]
    case .claudeCode: [.input, .cacheRead, .cacheWrite, .output, .amount]
    case .openAIUsage: [.input, .cacheRead, .output, .requests]
    case .copilot: [.prompt, .output, .requests]
    case .cursor: [.input, .cacheRead, .cacheWrite, .output, .requests, .amount]
    }
  }
}
