package import Directory
package import Ledger

/// The UTC day, ISO week and month that an instant falls in, as running numbers, and its second.
struct Moment: Hashable, Sendable {
  /// Days since 1970-01-01.
  var day: Int32
  /// Weeks since the Monday before that day.
  var week: Int32
  /// Months since the beginning of the year zero.
  var month: Int32
  /// Seconds since 1970-01-01.
  var second: Int64

  init(_ instant: Instant) {
    second = instant.inCalendar.milliseconds.quotientRoundedDown(by: 1000)
    let day = second.quotientRoundedDown(by: 86_400)
    self.day = Int32(day)
    week = Int32((day + 3).quotientRoundedDown(by: 7))
    month = Int32(Self.month(of: day))
  }

  /// The running number of a window, for all but the sliding minute.
  func index(of window: Limit.Window) -> Int32? {
    switch window {
    case .minute: nil
    case .day: day
    case .week: week
    case .month: month
    }
  }

  /// The first instant of the window with this running number.
  static func start(of window: Limit.Window, index: Int32) -> Instant {
    let day =
      switch window {
      case .minute, .day: Int64(index)
      case .week: Int64(index) * 7 - 3
      case .month: firstDay(ofMonth: Int64(index))
      }
    return Instant(milliseconds: day * 86_400_000)
  }

  /// The date of a day since 1970-01-01.
  static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let month = month(of: day)
    return (
      month.quotientRoundedDown(by: 12), month - month.quotientRoundedDown(by: 12) * 12 + 1,
      day - firstDay(ofMonth: month) + 1
    )
  }

  // Both after Howard Hinnant, “chrono-compatible low-level date algorithms”: years begin in March, so that the
  // leap day is the last of a year, and 400 of them have 146,097 days.

  private static func month(of day: Int64) -> Int64 {
    let sinceMarchOfZero = day + 719_468
    let era = sinceMarchOfZero.quotientRoundedDown(by: 146_097)
    let dayOfEra = sinceMarchOfZero - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    return (yearOfEra + era * 400) * 12 + monthFromMarch + 2
  }

  private static func firstDay(ofMonth month: Int64) -> Int64 {
    let fromMarch = month - 2
    let year = fromMarch.quotientRoundedDown(by: 12)
    let monthFromMarch = fromMarch - year * 12
    let era = year.quotientRoundedDown(by: 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * monthFromMarch + 2) / 5
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Limit.Window {
  /// The day, ISO week or month of UTC that contains `instant`; `nil` for a minute, which slides.
  package func interval(containing instant: Instant) -> Range<Instant>? {
    guard let index = Moment(instant).index(of: self) else { return nil }
    return Moment.start(of: self, index: index)..<Moment.start(of: self, index: index + 1)
  }
}

extension Instant {
  /// Itself, or the nearest in the years 1 to 9999: nothing that is computed from it overflows.
  var inCalendar: Instant {
    Instant(milliseconds: min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999))
  }
}

extension Int64 {
  /// Division that rounds towards negative infinity; `divisor` is positive.
  func quotientRoundedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
