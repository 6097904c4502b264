import Foundation
package import Ledger

/// When an agent is to begin of itself: five cron fields or a nickname in a time zone, `every 15m`, or
/// `at 2026-03-29T09:00:00+02:00`.
///
/// By the clock on the wall a time that clocks leave out in spring comes at the first instant after the gap, and one that
/// they show twice in autumn comes the first time. Both once. An expression with every hour in it goes by elapsed time
/// instead (``CronExpression/isHourly``).
package struct Schedule: Hashable, Sendable {
  /// As it was written.
  package let text: String
  /// Of the IANA database.
  package let zone: String
  package let times: Times

  package enum Times: Hashable, Sendable {
    case cron(CronExpression)
    /// Whole minutes that divide a day, counted from midnight UTC, so that it comes at the same times every day.
    case every(Duration)
    /// Once.
    case at(Instant)
  }

  static let longestText = 256

  /// - Parameter zone: Where the clock on the wall hangs, by its name in the IANA database: `Europe/Vienna`.
  package init(_ text: String, zone: String = "UTC") throws(ScheduleError) {
    self.text = text
    self.zone = zone
    guard Self.timeZone(named: zone) != nil else {
      throw ScheduleError(
        text: text, reason: "“\(zone.prefix(60))” is no time zone of the IANA database, such as Europe/Vienna"
      )
    }
    let words = text.split(whereSeparator: \.isBlank)
    if words.first?.lowercased() == "every" {
      times = .every(try Self.period(words, of: text))
    } else if words.first?.lowercased() == "at" {
      times = .at(try Self.instant(words, of: text))
    } else {
      times = .cron(try CronExpression(text))
    }
  }

  /// Only names with a place in them, and UTC: abbreviations such as EST leave summer time out.
  static func timeZone(named name: String) -> TimeZone? {
    if name == "UTC" { return .gmt }
    guard name.contains("/"), name.utf8.count <= 60 else { return nil }
    return TimeZone(identifier: name)
  }

  private static func period(_ words: [Substring], of text: String) throws(ScheduleError) -> Duration {
    let offset = words.count > 1 ? text.distance(from: text.startIndex, to: words[1].startIndex) : text.count
    guard words.count == 2, let unit = words[1].last, "mhd".contains(unit),
      let count = Int(words[1].dropLast()), (1...1440).contains(count)
    else {
      throw ScheduleError(
        text: text, offset: offset, reason: "give minutes, hours or a day: every 15m, every 6h")
    }
    let minutes = count * (unit == "m" ? 1 : unit == "h" ? 60 : 1440)
    guard minutes <= 1440, 1440 % minutes == 0 else {
      let near = (1...1440).filter { 1440 % $0 == 0 }
      let below = near.last { $0 < minutes } ?? 1440
      let above = near.first { $0 > minutes }.map { " or every \(Self.words(minutes: $0))" } ?? ""
      throw ScheduleError(
        text: text, offset: offset,
        reason:
          "\(words[1]) does not divide a day, so that it would come at other times each day; give every \(Self.words(minutes: below))\(above), or cron fields"
      )
    }
    return .minutes(Int64(minutes))
  }

  private static func words(minutes: Int) -> String { minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m" }

  private static func instant(_ words: [Substring], of text: String) throws(ScheduleError) -> Instant {
    let offset = words.count > 1 ? text.distance(from: text.startIndex, to: words[1].startIndex) : text.count
    guard words.count == 2, let date = try? Date(String(words[1]), strategy: .iso8601) else {
      throw ScheduleError(
        text: text, offset: offset,
        reason:
          "give a date and time with its offset from UTC, as ISO 8601 has it: at 2026-03-29T09:00:00+02:00")
    }
    return Instant(date)
  }
}

extension Schedule: Codable {
  private enum CodingKeys: String, CodingKey { case text, zone }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(values.decode(String.self, forKey: .text), zone: values.decode(String.self, forKey: .zone))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(text, forKey: .text)
    try values.encode(zone, forKey: .zone)
  }
}
