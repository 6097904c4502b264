import Foundation
import GRDB
package import Ledger

extension SQLiteLedger: BillStore {
  package func replaceBills(_ days: [BillDay], lines: [BillLine]) throws {
    guard !days.isEmpty else { return }
    try write { db in
      let forget = try Insert(db, sql: "DELETE FROM bill_day WHERE report = ? AND account = ? AND day = ?")
      let addDay = try Insert(
        db, sql: "INSERT INTO bill_day (report, account, day, taken_at, is_whole) VALUES (?, ?, ?, ?, ?)")
      for day in days {
        // Its lines go with it.
        try forget.run { values in
          values.add(day.report.rawValue)
          values.add(day.account)
          values.add(day.day.start)
        }
        try addDay.run { values in
          values.add(day.report.rawValue)
          values.add(day.account)
          values.add(day.day.start)
          values.add(day.takenAt)
          values.add(day.isWhole)
        }
      }
      let addLine = try Insert(
        db,
        sql: """
          INSERT INTO bill_line (day_id, model, workspace, tier, context_window, \(Self.measureColumns))
          VALUES ((SELECT id FROM bill_day WHERE report = ? AND account = ? AND day = ?), ?, ?, ?, ?,
            \(BillMeasure.allCases.map { _ in "?" }.joined(separator: ", ")))
          """)
      for line in lines {
        try addLine.run { values in
          values.add(line.report.rawValue)
          values.add(line.account)
          values.add(line.day.start)
          values.add(line.model)
          values.add(line.workspace)
          values.add(line.tier)
          values.add(line.contextWindow)
          for measure in BillMeasure.allCases { values.add(line.figures[measure]) }
        }
      }
      return .commit
    }
  }

  package func bills(in days: ClosedRange<CalendarDay>) throws -> (days: [BillDay], lines: [BillLine]) {
    try read { db in
      var found: [BillDay] = []
      let dayRows = try Select(
        db,
        sql: """
          SELECT report, account, day, taken_at, is_whole FROM bill_day WHERE day >= ? AND day <= ?
          ORDER BY report, account, day
          """
      ) { Self.bind(days, to: &$0) }
      while let row = try dayRows.next() {
        guard let report = BillReport(rawValue: row[0]), let day = row.instant(2), let taken = row.instant(3)
        else { continue }
        found.append(
          BillDay(
            report: report, account: row[1], day: CalendarDay(containing: day), takenAt: taken,
            isWhole: row[4]))
      }
      var lines: [BillLine] = []
      let lineRows = try Select(
        db,
        sql: """
          SELECT d.report, d.account, d.day, l.model, l.workspace, l.tier, l.context_window, \(Self.measureColumns)
          FROM bill_day d JOIN bill_line l ON l.day_id = d.id WHERE d.day >= ? AND d.day <= ?
          ORDER BY d.report, d.account, d.day, l.rowid
          """
      ) { Self.bind(days, to: &$0) }
      while let row = try lineRows.next() {
        guard let report = BillReport(rawValue: row[0]), let day = row.instant(2) else { continue }
        var figures = BillFigures()
        for (index, measure) in BillMeasure.allCases.enumerated() { figures[measure] = row[7 + index] }
        lines.append(
          BillLine(
            report: report, account: row[1], day: CalendarDay(containing: day), model: row[3],
            workspace: row[4], tier: row[5], contextWindow: row[6], figures: figures))
      }
      return (found, lines)
    }
  }

  package func billedDays() throws -> ClosedRange<CalendarDay>? {
    try read { db in
      let rows = try Select(db, sql: "SELECT MIN(day), MAX(day) FROM bill_day")
      guard let row = try rows.next(), let first = row.instant(0), let last = row.instant(1) else {
        return nil
      }
      return CalendarDay(containing: first)...CalendarDay(containing: last)
    }
  }

  private static let measureColumns = BillMeasure.allCases.map(\.rawValue).joined(separator: ", ")

  private static func bind(_ days: ClosedRange<CalendarDay>, to values: inout Insert.Values) {
    values.add(days.lowerBound.start)
    values.add(days.upperBound.start)
  }
}
