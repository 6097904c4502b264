import Foundation
import Hummingbird
import Ledger
import Visibility

/// Which days and whose reports are asked for: `from`, `to` and `provider` of an address.
struct ReconciliationQuestion {
  let days: ClosedRange<CalendarDay>
  let reports: [BillReport]

  /// - Throws: ``ProblemDetails`` for what is no day or no provider.
  init(_ query: Parameters, at now: Instant) throws(ProblemDetails) {
    func day(_ name: String) throws(ProblemDetails) -> CalendarDay? {
      guard let text = query[Substring(name)] else { return nil }
      guard let day = CalendarDay(String(text)) else {
        throw ProblemDetails(
          400, "not-a-day", title: "Not a day", detail: "\(name) takes a day in UTC, such as 2026-11-03.")
      }
      return day
    }
    let last = try day("to") ?? CalendarDay(containing: now)
    let first = try day("from") ?? CalendarDay(containing: last.start - .days(34))
    guard first <= last, last.start - first.start <= .days(366) else {
      throw ProblemDetails(
        400, "period", title: "Not a period", detail: "Give at most a year, and the first day as from.")
    }
    days = first...last
    guard let asked = query["provider"] else {
      reports = BillReport.allCases
      return
    }
    guard let provider = BillProvider(rawValue: String(asked)) else {
      throw ProblemDetails(
        400, "unknown-provider", title: "Unknown provider",
        detail: "provider takes one of: \(BillProvider.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    reports = BillReport.allCases.filter { $0.provider == provider }
  }

  /// The ISO weeks in UTC, as providers' days are, that lie within the period whole and have been over for long enough
  /// that machines have sent what they had.
  func closedWeeks(at now: Instant) throws(ProblemDetails) -> [ClosedRange<CalendarDay>] {
    var weeks: [ClosedRange<CalendarDay>] = []
    var day = days.lowerBound
    while day <= days.upperBound {
      guard let bounds = Week(containing: day.start).bounds() else { break }
      let first = CalendarDay(containing: bounds.lowerBound)
      let last = CalendarDay(containing: bounds.upperBound - .milliseconds(1))
      if first >= days.lowerBound, last <= days.upperBound,
        bounds.upperBound + WeekClosing.patience <= now
      {
        weeks.append(first...last)
      }
      day = last.next
    }
    guard !weeks.isEmpty else {
      throw ProblemDetails(
        400, "no-closed-week", title: "No closed week",
        detail:
          "From \(days.lowerBound) to \(days.upperBound) there is no whole week, Monday to Sunday in UTC, that has been over for two days. Ask for a longer period."
      )
    }
    return weeks
  }
}
