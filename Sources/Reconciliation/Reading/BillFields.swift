import Foundation
import Ledger

/// The members of one JSON object of a report, read leniently: what is not there is unknown, and what is of another
/// kind is unknown and noted.
struct BillFields {
  let members: [String: ExactJSON]
  /// Of the object in its file.
  let place: String

  init?(_ tree: ExactJSON?, at place: String, _ problems: inout BillProblems) {
    guard let members = tree?.object else {
      problems.note(place, "An object was expected.")
      return nil
    }
    self.members = members
    self.place = place
  }

  func has(_ key: String) -> Bool { members[key] != nil }

  private func stated(_ key: String) -> ExactJSON? {
    if case .null? = members[key] { nil } else { members[key] }
  }

  private func place(of key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  func string(_ key: String, _ problems: inout BillProblems) -> String? {
    guard let value = stated(key) else { return nil }
    guard let text = value.string else {
      problems.note(place(of: key), "A text was expected.")
      return nil
    }
    // Longer is no name of anything, and is not kept.
    guard text.utf8.count <= 200 else {
      problems.note(place(of: key), "The text is too long.")
      return nil
    }
    return text.isEmpty ? nil : text
  }

  /// More than any organisation uses in a day; a hundred thousand of them can be added up.
  static let mostTokens: Int64 = 50_000_000_000_000

  func count(_ key: String, _ problems: inout BillProblems) -> Int64? {
    guard let value = stated(key) else { return nil }
    guard case .number(let text) = value, let count = ExactDecimal.scaled(text, by: 0),
      (0...Self.mostTokens).contains(count), ExactDecimal.scaled(text, by: 3) == count * 1000
    else {
      problems.note(place(of: key), "A count was expected.")
      return nil
    }
    return count
  }

  /// An amount of money as a number or a text with a number.
  ///
  /// - Parameter decimals: By how many places nano-dollars are finer than its unit: 9 of dollars, 7 of cents.
  func amount(_ key: String, decimals: Int, _ problems: inout BillProblems) -> Int64? {
    let text: String
    switch stated(key) {
    case nil: return nil
    case .number(let number)?: text = number
    case .string(let number)?: text = number
    default: text = ""
    }
    // Ten million dollars a line.
    guard let amount = ExactDecimal.scaled(text, by: decimals), amount.magnitude < 10_000_000_000_000_000
    else {
      problems.note(place(of: key), "An amount of money was expected.")
      return nil
    }
    return amount
  }

  func object(_ key: String, _ problems: inout BillProblems) -> BillFields? {
    guard let value = stated(key) else { return nil }
    return BillFields(value, at: place(of: key), &problems)
  }

  /// The objects of a list, each with its place.
  func objects(_ key: String, _ problems: inout BillProblems) -> [BillFields] {
    guard let value = stated(key) else { return [] }
    guard let items = value.array else {
      problems.note(place(of: key), "A list was expected.")
      return []
    }
    return items.enumerated().compactMap { index, item in
      BillFields(item, at: "\(place(of: key))[\(index)]", &problems)
    }
  }

  func bool(_ key: String) -> Bool? {
    if case .bool(let value)? = members[key] { value } else { nil }
  }

  /// A day, or an instant of which the UTC day is meant.
  func day(_ key: String, _ problems: inout BillProblems) -> CalendarDay? {
    guard let text = string(key, &problems) else {
      problems.note(place(of: key), "A day is missing.")
      return nil
    }
    let day =
      text.utf8.count == 10 ? CalendarDay(text) : Self.instant(text).map { CalendarDay(containing: $0) }
    guard let day, Self.isLikely(day) else {
      problems.note(place(of: key), "A day such as 2026-11-03 was expected.")
      return nil
    }
    return day
  }

  /// Of the years in which there are such reports.
  static func isLikely(_ day: CalendarDay) -> Bool {
    day.description >= "2020-01-01" && day.description < "2100-01-01"
  }

  /// RFC 3339, or whole seconds since 1970.
  func instant(_ key: String, _ problems: inout BillProblems) -> Instant? {
    let instant: Instant? =
      switch stated(key) {
      case .string(let text)?: Self.instant(text)
      case .number(let text)?: ExactDecimal.scaled(text, by: 3).map { Instant(milliseconds: $0) }
      default: nil
      }
    guard let instant, (1_577_836_800_000..<4_102_444_800_000).contains(instant.milliseconds) else {
      problems.note(place(of: key), "A point in time was expected.")
      return nil
    }
    return instant
  }

  static func instant(_ text: String) -> Instant? {
    guard text.utf8.count <= 40 else { return nil }
    let date =
      (try? Date(text, strategy: .iso8601))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    return date.map { Instant($0) }
  }
}
