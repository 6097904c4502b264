/// What a provider reports of one UTC day and model. Nobody's in particular: reports that list people are added up
/// over them before anything is kept.
package struct BillLine: Hashable, Sendable {
  package var report: BillReport
  /// Which of several accounts at the provider it is of, as whoever imports it calls that; empty where there is one.
  package var account: String
  package var day: CalendarDay
  /// As the provider writes it; `nil` where the report does not divide by model, or the line is not of one.
  package var model: String?
  /// The provider's own identifier of a workspace or project.
  package var workspace: String?
  /// As the provider writes it: `standard`, `batch`, `priority`, …
  package var tier: String?
  /// As the provider writes it: `0-200k`, `200k-1M`.
  package var contextWindow: String?
  package var figures: BillFigures

  package init(
    report: BillReport, account: String = "", day: CalendarDay, model: String?, workspace: String? = nil,
    tier: String? = nil, contextWindow: String? = nil, figures: BillFigures = BillFigures()
  ) {
    self.report = report
    self.account = account
    self.day = day
    self.model = model
    self.workspace = workspace
    self.tier = tier
    self.contextWindow = contextWindow
    self.figures = figures
  }
}

/// That a report of a day was taken in. A day without lines is one on which nothing was used.
package struct BillDay: Hashable, Sendable {
  package var report: BillReport
  package var account: String
  package var day: CalendarDay
  /// When the provider said so, as far as is known.
  package var takenAt: Instant
  /// Whether all of the day is in it, and its figures were final by then.
  package var isWhole: Bool

  package init(report: BillReport, account: String = "", day: CalendarDay, takenAt: Instant, isWhole: Bool) {
    self.report = report
    self.account = account
    self.day = day
    self.takenAt = takenAt
    self.isWhole = isWhole
  }
}

extension CalendarDay {
  package var next: CalendarDay { CalendarDay(containing: end) }

  /// All days from this one to `last`.
  package func days(through last: CalendarDay) -> [CalendarDay] {
    var days: [CalendarDay] = []
    var day = self
    while day <= last {
      days.append(day)
      day = day.next
    }
    return days
  }
}
