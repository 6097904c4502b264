import Charts

/// A day of the proleptic Gregorian calendar, without a time zone and without a locale.
/// The conversions are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
package struct CivilDay: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  package var number: Int

  package init(number: Int) { self.number = number }

  package init(year: Int, month: Int, day: Int) {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
  }

  package static func < (a: CivilDay, b: CivilDay) -> Bool { a.number < b.number }

  package var yearMonthDay: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// 0 is Monday, 6 is Sunday.
  package var weekday: Int {
    let remainder = (number + 3) % 7
    return remainder < 0 ? remainder + 7 : remainder
  }

  /// The Monday of its ISO 8601 week.
  package var weekStart: CivilDay { CivilDay(number: number - weekday) }

  package var monthStart: CivilDay {
    let (year, month, _) = yearMonthDay
    return CivilDay(year: year, month: month, day: 1)
  }

  package var nextMonthStart: CivilDay {
    let (year, month, _) = yearMonthDay
    return month == 12
      ? CivilDay(year: year + 1, month: 1, day: 1) : CivilDay(year: year, month: month + 1, day: 1)
  }

  package func advanced(by days: Int) -> CivilDay { CivilDay(number: number + days) }

  /// ISO 8601: a week belongs to the year that its Thursday is in.
  package var isoWeek: (year: Int, week: Int) {
    let thursday = weekStart.advanced(by: 3)
    let year = thursday.yearMonthDay.year
    return (year, (thursday.number - CivilDay(year: year, month: 1, day: 1).number) / 7 + 1)
  }

  /// `2026-11-21`
  package var iso: String {
    let (year, month, day) = yearMonthDay
    return "\(Figures.padded(year, 4))-\(Figures.padded(month, 2))-\(Figures.padded(day, 2))"
  }

  /// `2026-W47`
  package var isoWeekName: String {
    let (year, week) = isoWeek
    return "\(Figures.padded(year, 4))-W\(Figures.padded(week, 2))"
  }

  /// `2026-11`
  package var isoMonth: String {
    let (year, month, _) = yearMonthDay
    return "\(Figures.padded(year, 4))-\(Figures.padded(month, 2))"
  }

  /// `21 Nov`
  package var short: String {
    let (_, month, day) = yearMonthDay
    return "\(day) \(Self.months[month - 1])"
  }

  /// `21 Nov 2026`
  package var long: String { "\(short) \(yearMonthDay.year)" }

  /// `Sat`
  package var weekdayName: String { Self.weekdays[weekday] }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
}
