/// A day of the proleptic Gregorian calendar, counted from 1970-01-01; no time zone.
struct CalendarDay: Hashable, Comparable, Sendable {
  var number: Int

  /// Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
  init(year: Int, month: Int, day: Int) {
    let year = month <= 2 ? year - 1 : year
    let era = year.floored(by: 400)
    let inEra = year - era * 400
    let inYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    number = era * 146_097 + inEra * 365 + inEra / 4 - inEra / 100 + inYear - 719_468
  }

  init(number: Int) { self.number = number }

  static func < (a: CalendarDay, b: CalendarDay) -> Bool { a.number < b.number }

  /// 0 is Sunday. 1970-01-01 was a Thursday.
  var weekday: Int { (number + 4).remainder(by: 7) }

  /// The same source, civil_from_days.
  var date: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = shifted.floored(by: 146_097)
    let inEra = shifted - era * 146_097
    let yearInEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * yearInEra + yearInEra / 4 - yearInEra / 100)
    let place = (5 * inYear + 2) / 153
    let month = place < 10 ? place + 3 : place - 9
    return (yearInEra + era * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * place + 2) / 5 + 1)
  }
}

extension BinaryInteger {
  /// Divided, rounded towards minus infinity.
  func floored(by divisor: Self) -> Self {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// What is left of it then: never below zero.
  func remainder(by divisor: Self) -> Self { self - floored(by: divisor) * divisor }
}
