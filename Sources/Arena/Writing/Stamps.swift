import Ledger

/// Instants as the tools and git write them, by integer arithmetic so that every machine writes the same.
extension Instant {
  /// `2026-11-21T02:57:13.018Z`
  var iso8601: String {
    let p = parts
    return "\(p.date)T\(Self.two(p.hour)):\(Self.two(p.minute)):\(Self.two(p.second))."
      + "\(Self.padded(p.millisecond, 3))Z"
  }

  /// `2026-11-21T02-57-12`, as in the names of Codex's files.
  var fileStamp: String {
    let p = parts
    return "\(p.date)T\(Self.two(p.hour))-\(Self.two(p.minute))-\(Self.two(p.second))"
  }

  /// `2026-11-21`
  var day: String { parts.date }

  /// `2026/11/21`
  var dayPath: String { String(day.map { $0 == "-" ? "/" : $0 }) }

  /// Whole seconds since 1970, as git counts.
  var seconds: Int64 { Self.floorDivided(milliseconds, 1000) }

  /// Midnight of this instant's day, UTC.
  var startOfDay: Instant {
    Instant(milliseconds: Self.floorDivided(milliseconds, 86_400_000) * 86_400_000)
  }

  private var parts: (date: String, hour: Int64, minute: Int64, second: Int64, millisecond: Int64) {
    let days = Self.floorDivided(milliseconds, 86_400_000)
    let rest = milliseconds - days * 86_400_000
    // Howard Hinnant's civil_from_days: http://howardhinnant.github.io/date_algorithms.html
    let z = days + 719_468
    let era = Self.floorDivided(z, 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (
      "\(Self.padded(year, 4))-\(Self.two(month))-\(Self.two(day))",
      rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000
    )
  }

  private static func floorDivided(_ a: Int64, _ b: Int64) -> Int64 {
    a >= 0 ? a / b : -((-a + b - 1) / b)
  }

  private static func two(_ value: Int64) -> String { padded(value, 2) }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
