package import Foundation
package import Ledger

/// An ISO week: Monday to Sunday, in UTC or the time zone that the organisation declared.
package struct Week: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// The ISO year, which differs from the calendar's around New Year.
  package var year: Int
  /// 1–53.
  package var number: Int

  package init(year: Int, number: Int) {
    self.year = year
    self.number = number
  }

  /// The week that an instant falls into.
  package init(containing instant: Instant, in zone: TimeZone = .gmt) {
    let parts = Self.calendar(zone).dateComponents([.yearForWeekOfYear, .weekOfYear], from: instant.date)
    self.init(year: parts.yearForWeekOfYear ?? 1970, number: parts.weekOfYear ?? 1)
  }

  package static func < (a: Week, b: Week) -> Bool { (a.year, a.number) < (b.year, b.number) }

  /// As ISO 8601 writes it: 2026-W21.
  package var description: String { "\(year)-W\(number < 10 ? "0" : "")\(number)" }

  /// Reads what ``description`` writes; `nil` for any other text and for a week that no year has.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-W", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
      let year = Int(parts[0]), let number = Int(parts[1])
    else { return nil }
    self.init(year: year, number: number)
    guard bounds() != nil else { return nil }
  }

  /// From its first millisecond up to, not including, the first of the next; `nil` for a week that no year has.
  package func bounds(in zone: TimeZone = .gmt) -> Range<Instant>? {
    let calendar = Self.calendar(zone)
    let parts = DateComponents(weekday: 2, weekOfYear: number, yearForWeekOfYear: year)
    guard let start = calendar.date(from: parts),
      let end = calendar.date(byAdding: .weekOfYear, value: 1, to: start),
      Week(containing: Instant(start), in: zone) == self
    else { return nil }
    return Instant(start)..<Instant(end)
  }

  /// Whether nothing more can happen in it; only then is anything of it shown of groups.
  package func isClosed(at now: Instant, in zone: TimeZone = .gmt) -> Bool {
    bounds(in: zone).map { $0.upperBound <= now } ?? false
  }

  private static func calendar(_ zone: TimeZone) -> Calendar {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = zone
    return calendar
  }
}

extension Week {
  /// So many weeks on, or back.
  package func advanced(by weeks: Int) -> Week {
    guard let start = bounds()?.lowerBound else { return self }
    return Week(containing: start + .days(Int64(weeks) * 7))
  }
}
