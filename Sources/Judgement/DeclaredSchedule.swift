import Foundation
package import Ledger

/// Work that somebody said a machine starts, and when: automation that is declared is judged by nobody's clock.
package struct DeclaredSchedule: Codable, Hashable, Sendable {
  package var name: String
  /// Whose; `nil` for everybody's.
  package var account: AccountID?
  /// Minute, hour, day of month, month, day of week, as in crontab(5).
  package var times: CronTimes
  /// Of the IANA database.
  package var zone: String
  /// How much later than said it may begin.
  package var toleranceSeconds: Int

  package init(
    name: String, account: AccountID? = nil, times: CronTimes, zone: String = "UTC",
    toleranceSeconds: Int = 300
  ) {
    self.name = name
    self.account = account
    self.times = times
    self.zone = zone
    self.toleranceSeconds = toleranceSeconds
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      account: try values.decodeIfPresent(AccountID.self, forKey: .account),
      times: try values.decode(CronTimes.self, forKey: .times),
      zone: try values.decodeIfPresent(String.self, forKey: .zone) ?? "UTC",
      toleranceSeconds: try values.decodeIfPresent(Int.self, forKey: .toleranceSeconds) ?? 300)
    guard Self.isZone(zone) else {
      throw DecodingError.dataCorruptedError(
        forKey: .zone, in: values, debugDescription: "“\(zone)” is no time zone such as Europe/Vienna")
    }
    guard (0...86_400).contains(toleranceSeconds) else {
      throw DecodingError.dataCorruptedError(
        forKey: .toleranceSeconds, in: values, debugDescription: "give 0 to 86,400 seconds")
    }
  }

  /// Whether the database of time zones has a name.
  package static func isZone(_ name: String) -> Bool { TimeZone(identifier: name) != nil }

  /// Whether a session of `account` that began at `start` is one of these.
  package func covers(_ start: Instant, of account: AccountID) -> Bool {
    if let own = self.account, own != account { return false }
    let offset = TimeZone(identifier: zone)?.secondsFromGMT(for: start.date) ?? 0
    let second = Int(start.milliseconds / 1000) + offset
    // A little early counts too: clocks differ.
    for early in [0, 60] {
      var minute = (second + early).flooredDivision(by: 60)
      let first = (second - toleranceSeconds).flooredDivision(by: 60)
      while minute >= first {
        if times.matches(minute: minute) { return true }
        minute -= 1
      }
    }
    return false
  }
}

/// The five fields of a crontab line.
package struct CronTimes: Codable, Hashable, Sendable {
  private var minutes: UInt64
  private var hours: UInt64
  private var days: UInt64
  private var months: UInt64
  private var weekdays: UInt64
  private var bothDays: Bool
  package var text: String

  /// - Throws: ``CronError`` if a field is not of crontab(5): `*`, numbers, ranges, lists, steps.
  package init(_ text: String) throws(CronError) {
    self.text = text
    let fields = text.split(separator: " ", omittingEmptySubsequences: true)
    guard fields.count == 5 else { throw CronError(text: text, field: nil) }
    func field(_ place: Int, _ range: ClosedRange<Int>) throws(CronError) -> UInt64 {
      guard let bits = Self.bits(fields[place], range) else {
        throw CronError(text: text, field: String(fields[place]))
      }
      return bits
    }
    minutes = try field(0, 0...59)
    hours = try field(1, 0...23)
    days = try field(2, 1...31)
    months = try field(3, 1...12)
    let week = try field(4, 0...7)
    // Sunday is 0 and 7.
    weekdays = (week | week >> 7) & 0x7F
    bothDays = fields[2].first == "*" || fields[4].first == "*"
  }

  package init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  private static func bits(_ field: Substring, _ range: ClosedRange<Int>) -> UInt64? {
    var bits: UInt64 = 0
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      guard let span = pieces.first, pieces.count <= 2 else { return nil }
      var step = 1
      if pieces.count == 2 {
        guard let given = Int(pieces[1]), given > 0 else { return nil }
        step = given
      }
      let bounds: ClosedRange<Int>
      if span == "*" {
        bounds = range
      } else {
        let ends = span.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let low = ends[0], ends.count <= 2 else { return nil }
        guard let high = ends.count == 2 ? ends[1] : pieces.count == 2 ? range.upperBound : low,
          low <= high, range.contains(low), range.contains(high)
        else { return nil }
        bounds = low...high
      }
      for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) {
        bits |= 1 << UInt64(value)
      }
    }
    return bits
  }

  /// - Parameter minute: Local minutes since 1970-01-01T00:00.
  func matches(minute: Int) -> Bool {
    let day = minute.flooredDivision(by: 1440)
    let time = minute - day * 1440
    guard minutes >> UInt64(time % 60) & 1 == 1, hours >> UInt64(time / 60) & 1 == 1 else { return false }
    // 1970-01-01 was a Thursday.
    let weekday = ((day + 4) % 7 + 7) % 7
    let (month, dayOfMonth) = Self.date(ofDay: day)
    guard months >> UInt64(month) & 1 == 1 else { return false }
    let onDay = days >> UInt64(dayOfMonth) & 1 == 1
    let onWeekday = weekdays >> UInt64(weekday) & 1 == 1
    // As cron does: where both are restricted, either is enough.
    return bothDays ? onDay && onWeekday : onDay || onWeekday
  }

  /// Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
  private static func date(ofDay day: Int) -> (month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let inEra = shifted - era * 146_097
    let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
    let inYear = inEra - (365 * year + year / 4 - year / 100)
    let month = (5 * inYear + 2) / 153
    return (month < 10 ? month + 3 : month - 9, inYear - (153 * month + 2) / 5 + 1)
  }
}

/// A schedule that cannot be read.
package struct CronError: Error, CustomStringConvertible, Equatable {
  package var text: String
  package var field: String?

  package var description: String {
    let wanted = "give five fields as in a crontab: minute, hour, day of month, month, day of week"
    return field.map { "the schedule “\(text)”: “\($0)” cannot be read; \(wanted)" }
      ?? "the schedule “\(text)” has not five fields; \(wanted)"
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
