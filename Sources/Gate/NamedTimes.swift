import Foundation

/// The days and times of day that a text names, so that `2025-01-11 19:00` is found in “January 11th 2025 at 7 pm”.
struct NamedTimes {
  struct Day: Hashable {
    var month: Int
    var day: Int
  }

  private var days: Set<String> = []
  private var yearless: Set<Day> = []
  private var years: Set<Int> = []
  private var times: Set<String> = []

  init(_ text: String) {
    let words = text.lowercased().split { $0.isWhitespace || "()[]{}\"'“”‘’,;!?".contains($0) }
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: ".:")) }
    for (index, word) in words.enumerated() {
      let parts = word.split(separator: "t", maxSplits: 1).map(String.init)
      if let first = parts.first, Self.isDate(first) {
        days.insert(first)
        if parts.count == 2 { note(time: parts[1], next: nil) }
      }
      if let year = Int(word), (1900...2200).contains(year), word.count == 4 { years.insert(year) }
      note(time: word, next: index + 1 < words.count ? words[index + 1] : nil)
      guard let month = Self.month(word) else { continue }
      let neighbours = [index - 1, index + 1, index - 2].filter(words.indices.contains)
      for neighbour in neighbours where neighbour != index - 2 || words[index - 1] == "of" {
        if let day = Self.day(words[neighbour]) { yearless.insert(Day(month: month, day: day)) }
      }
    }
  }

  /// - Parameter lenient: Whether a day without a year is any year's, as is right for texts of others.
  func name(date: String, lenient: Bool) -> Bool {
    if days.contains(date) { return true }
    let parts = date.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, yearless.contains(Day(month: parts[1], day: parts[2])) else { return false }
    return lenient || years.contains(parts[0])
  }

  func name(time: String) -> Bool { times.contains(time) }

  /// A value that is a day, or a day and a time of day, and nothing else.
  static func parse(_ value: String) -> (date: String, time: String?)? {
    let parts = value.split(whereSeparator: { $0 == " " || $0 == "T" }).map(String.init)
    guard let date = parts.first, parts.count <= 2, isDate(date) else { return nil }
    guard parts.count == 2 else { return value.count == 10 ? (date, nil) : nil }
    var time = parts[1]
    if time.hasSuffix("Z") { time.removeLast() }
    if time.count == 8, time.hasSuffix(":00") { time.removeLast(3) }
    guard isTime(time) else { return nil }
    return (date, time)
  }

  private mutating func note(time word: String, next: String?) {
    var digits = word
    var afternoon: Bool?
    for (suffix, isAfternoon) in [("pm", true), ("am", false)] {
      if digits.hasSuffix(suffix) {
        digits.removeLast(2)
        afternoon = isAfternoon
      } else if next == suffix {
        afternoon = isAfternoon
      }
    }
    let parts = digits.split(separator: ":").map(String.init)
    guard parts.count == 2 || (parts.count == 1 && afternoon != nil),
      parts.allSatisfy({ (1...2).contains($0.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      var hour = Int(parts[0]), let minute = parts.count == 2 ? Int(parts[1]) : 0, minute < 60
    else { return }
    if let afternoon { hour = hour % 12 + (afternoon ? 12 : 0) }
    guard hour < 24 else { return }
    times.insert("\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)")
  }

  private static func isDate(_ word: String) -> Bool { matches(word, "dddd-dd-dd") }
  private static func isTime(_ word: String) -> Bool { matches(word, "dd:dd") }

  private static func matches(_ word: String, _ shape: String) -> Bool {
    word.utf8.count == shape.utf8.count
      && zip(word.utf8, shape.utf8).allSatisfy { byte, form in
        form == UInt8(ascii: "d") ? (48...57).contains(byte) : byte == form
      }
  }

  private static func day(_ word: String) -> Int? {
    var digits = word
    for suffix in ["st", "nd", "rd", "th"] where digits.hasSuffix(suffix) { digits.removeLast(2) }
    guard let day = Int(digits), (1...31).contains(day) else { return nil }
    return day
  }

  private static func month(_ word: String) -> Int? {
    let names = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
      "november",
      "december",
    ]
    return names.firstIndex { $0 == word || ($0.prefix(3) == word && word.count == 3) }.map { $0 + 1 }
  }
}
