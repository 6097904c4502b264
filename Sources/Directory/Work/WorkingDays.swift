/// A day of the week, from Monday on.
package enum Weekday: Int, CaseIterable, Comparable, Sendable, Codable, Hashable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  package static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }

  /// As lists write it: `mon`.
  package var short: String { String("\(self)".prefix(3)) }

  /// Reads `mon`, `Monday` or `MON`; `nil` for anything else.
  init?(_ text: some StringProtocol) {
    let folded = text.lowercased()
    guard let day = Self.allCases.first(where: { "\($0)" == folded || $0.short == folded }) else {
      return nil
    }
    self = day
  }
}

/// On which days of a week somebody works: a contract, not what was seen.
package struct WorkingDays: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Never empty.
  package let days: Set<Weekday>

  /// Of whoever nothing else is said: Monday to Friday.
  package static let standard = WorkingDays(days: [.monday, .tuesday, .wednesday, .thursday, .friday])

  private init(days: Set<Weekday>) { self.days = days }

  /// - Returns: `nil` if there are none.
  package init?(_ days: Set<Weekday>) {
    guard !days.isEmpty else { return nil }
    self.days = days
  }

  /// Reads days and ranges of days, such as `mon-thu` or `mon tue fri`, with commas, semicolons or spaces between.
  ///
  /// - Throws: ``WorkTimeError`` if it names no days, or something else.
  package init(_ text: String) throws(WorkTimeError) {
    var days: Set<Weekday> = []
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" }) {
      let ends = word.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "-" || $0 == "–" }).map
      { Weekday($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
      else { throw .notDays(DirectoryText.shown(text)) }
      days.formUnion(Weekday.allCases.filter { (first...last).contains($0) })
    }
    guard !days.isEmpty else { throw .notDays(DirectoryText.shown(text)) }
    self.days = days
  }

  /// A number with a bit for each day, Monday's the lowest: how it is kept.
  package var bits: Int64 { days.reduce(0) { $0 | 1 << Int64($1.rawValue) } }

  /// - Returns: `nil` for a number that no days have.
  package init?(bits: Int64) {
    self.init(Set(Weekday.allCases.filter { bits & 1 << Int64($0.rawValue) != 0 }))
    guard self.bits == bits else { return nil }
  }

  /// Fewer days than what is usual.
  package var isPartTime: Bool { days.count < Self.standard.days.count }

  package var description: String { days.sorted().map(\.short).joined(separator: " ") }
}

/// Why something cannot be said of when somebody works.
package enum WorkTimeError: Error, Hashable, Sendable, CustomStringConvertible {
  case notDays(String)
  case notADay(String)
  case endsBeforeItBegins
  case tooLong
  case noSuchLeave(Int64)

  package var description: String {
    switch self {
    case .notDays(let text):
      "“\(text)” names no days of a week. Give days or a range of them, such as mon-thu or “mon tue fri”."
    case .notADay(let text): "“\(text)” is no day of the years 2000 to 2199. Give one such as 2026-03-31."
    case .endsBeforeItBegins: "The leave ends before it begins. Give the first day first."
    case .tooLong: "The leave is longer than \(Absence.longest) days. Give several."
    case .noSuchLeave(let id): "There is no leave \(id). See assay person leave list."
    }
  }
}
