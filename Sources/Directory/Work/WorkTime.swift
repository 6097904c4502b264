package import Ledger

/// Days on which somebody is away. Days only: why somebody is away is nobody's business here.
package struct Absence: Hashable, Sendable, Identifiable {
  package static let longest = 1000

  package var id: Int64
  package var person: Int64
  package var first: CalendarDay
  package var last: CalendarDay

  /// - Throws: ``WorkTimeError`` if it ends before it begins, or lasts for years.
  package init(id: Int64 = 0, person: Int64, first: CalendarDay, last: CalendarDay) throws(WorkTimeError) {
    guard first <= last else { throw .endsBeforeItBegins }
    guard last.start - first.start < .days(Int64(Self.longest)) else { throw .tooLong }
    self.id = id
    self.person = person
    self.first = first
    self.last = last
  }
}

/// From when on somebody works on which days.
package struct WorkingDaysSince: Hashable, Sendable {
  package var person: Int64
  package var since: CalendarDay
  package var days: WorkingDays

  package init(person: Int64, since: CalendarDay, days: WorkingDays) {
    self.person = person
    self.since = since
    self.days = days
  }
}

/// When people work, as far as the organisation said so: personal data, shown to each of themself and to nobody else.
package struct WorkTime: Sendable {
  private let absences: [Int64: [Absence]]
  private let days: [Int64: [WorkingDaysSince]]

  package init(absences: [Absence] = [], days: [WorkingDaysSince] = []) {
    self.absences = Dictionary(grouping: absences, by: \.person)
    self.days = Dictionary(grouping: days, by: \.person).mapValues { $0.sorted { $0.since < $1.since } }
  }

  /// On which days of the week somebody works as of a day.
  package func workingDays(of person: Int64, on day: CalendarDay) -> WorkingDays {
    days[person]?.last { $0.since <= day }?.days ?? .standard
  }

  package func isAway(_ person: Int64, on day: CalendarDay) -> Bool {
    absences[person]?.contains { $0.first <= day && day <= $0.last } ?? false
  }
}

extension CalendarDay {
  /// The day that `instant` falls on where clocks are so many seconds ahead of UTC.
  package init(containing instant: Instant, secondsFromUTC offset: Int) {
    self.init(containing: instant + .seconds(offset))
  }

  package var weekday: Weekday {
    // 1970 began on a Thursday.
    let days = start.milliseconds / Duration.days(1).wholeMilliseconds
    return Weekday(rawValue: Int(((days + 3) % 7 + 7) % 7)) ?? .monday
  }
}
