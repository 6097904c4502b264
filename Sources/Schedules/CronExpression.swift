/// The five fields of a crontab(5) line: minute, hour, day of month, month, day of week. Numbers, names of months and
/// days, `*`, ranges, lists, steps, and `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`.
///
/// Where both days are restricted either is enough; where one begins with `*` both must match, as in Vixie's cron.
package struct CronExpression: Hashable, Sendable {
  let minutes: UInt64
  let hours: UInt64
  let days: UInt64
  let months: UInt64
  let weekdays: UInt64
  /// Whether the day of month and the day of week must both match.
  let needsBothDays: Bool

  private static let nicknames = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
  ]

  /// - Throws: ``ScheduleError`` with the place of what cannot be read, and also if no day would ever match.
  package init(_ text: String) throws(ScheduleError) {
    self = try Self.read(text)
  }

  private static func read(_ text: String) throws(ScheduleError) -> CronExpression {
    guard text.utf8.count <= Schedule.longestText else {
      throw ScheduleError(
        text: text, offset: Schedule.longestText, reason: "it is longer than \(Schedule.longestText) bytes")
    }
    let trimmed = text.drop(while: \.isBlank)
    if trimmed.first == "@" {
      let name = trimmed.prefix { !$0.isBlank }
      guard let meant = nicknames[name.lowercased()], trimmed.allSatisfy({ !$0.isBlank }) else {
        throw ScheduleError(
          text: text, offset: text.count - trimmed.count,
          reason: "of nicknames there are \(nicknames.keys.sorted().joined(separator: ", "))")
      }
      return try read(meant)
    }
    let fields = text.split(whereSeparator: \.isBlank)
    guard fields.count == 5 else {
      throw ScheduleError(
        text: text,
        offset: fields.count > 5 ? text.distance(from: text.startIndex, to: fields[5].startIndex) : 0,
        reason:
          "there are \(fields.count) fields; give five: minute, hour, day of month, month, day of week (0 9 * * mon-fri)"
      )
    }
    func bits(_ field: CronField) throws(ScheduleError) -> UInt64 {
      let given = fields[field.rawValue]
      return try field.bits(given, at: text.distance(from: text.startIndex, to: given.startIndex), of: text)
    }
    let expression = CronExpression(
      minutes: try bits(.minute), hours: try bits(.hour), days: try bits(.day), months: try bits(.month),
      weekdays: try bits(.weekday), needsBothDays: fields[2].first == "*" || fields[4].first == "*")
    guard expression.comes else {
      throw ScheduleError(
        text: text, offset: text.distance(from: text.startIndex, to: fields[2].startIndex),
        reason: "day of month: there is no such day in the months given, so it would never come")
    }
    return expression
  }

  private init(
    minutes: UInt64, hours: UInt64, days: UInt64, months: UInt64, weekdays: UInt64, needsBothDays: Bool
  ) {
    self.minutes = minutes
    self.hours = hours
    self.days = days
    self.months = months
    self.weekdays = weekdays
    self.needsBothDays = needsBothDays
  }

  private var comes: Bool {
    guard needsBothDays else { return true }
    let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return longest.enumerated().contains { month, length in
      months >> UInt64(month + 1) & 1 == 1 && (1...length).contains { days >> UInt64($0) & 1 == 1 }
    }
  }

  /// Whether it comes in every hour of its days. Such a schedule goes by elapsed time: in the hour that clocks repeat it
  /// comes again, and of one that clocks leave out nothing is owed.
  package var isHourly: Bool { hours == 0xFF_FFFF }

  func matches(_ day: CalendarDay) -> Bool {
    let date = day.date
    guard months >> UInt64(date.month) & 1 == 1 else { return false }
    return matches(dayOfMonth: date.day, weekday: day.weekday)
  }

  private func matches(dayOfMonth: Int, weekday: Int) -> Bool {
    let onDay = days >> UInt64(dayOfMonth) & 1 == 1
    let onWeekday = weekdays >> UInt64(weekday) & 1 == 1
    return needsBothDays ? onDay && onWeekday : onDay || onWeekday
  }

  /// The first minute of `times` that comes, in minutes since 1970-01-01T00:00 by the clock on the wall.
  ///
  /// - Parameter first: The first minute that counts.
  /// - Returns: `nil` if there is none in the next forty years: 29 February on one day of the week comes every 28 years,
  ///   every 40 where a year such as 2100 has none.
  func minute(from first: Int) -> Int? {
    var day = CalendarDay(number: first.floored(by: 1440))
    if matches(day), let minute = minute(ofDay: first - day.number * 1440) {
      return day.number * 1440 + minute
    }
    guard let start = minute(ofDay: 0) else { return nil }
    day.number += 1
    let last = day.number + 40 * 366
    while day.number <= last {
      let date = day.date
      guard months >> UInt64(date.month) & 1 == 1 else {
        day =
          date.month == 12
          ? CalendarDay(year: date.year + 1, month: 1, day: 1)
          : CalendarDay(year: date.year, month: date.month + 1, day: 1)
        continue
      }
      if matches(dayOfMonth: date.day, weekday: day.weekday) { return day.number * 1440 + start }
      day.number += 1
    }
    return nil
  }

  /// The first minute of a day from `first` on.
  private func minute(ofDay first: Int) -> Int? {
    let hour = first / 60
    if hours >> UInt64(hour) & 1 == 1 {
      let left = minutes >> UInt64(first % 60)
      if left != 0 { return first + left.trailingZeroBitCount }
    }
    let left = hour == 23 ? 0 : hours >> UInt64(hour + 1)
    guard left != 0 else { return nil }
    return (hour + 1 + left.trailingZeroBitCount) * 60 + minutes.trailingZeroBitCount
  }
}

extension Character {
  var isBlank: Bool { self == " " || self == "\t" }
}
