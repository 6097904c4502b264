/// Dates of the Gregorian calendar in UTC, as much as logs and HTTP headers need.
/// Source of the arithmetic: H. Hinnant, “chrono-compatible low-level date algorithms”.
enum CivilTime {
  /// RFC 3339 with milliseconds: `2026-11-21T09:25:03.123Z`.
  static func rfc3339(nanosecondsSinceEpoch: UInt64) -> String {
    let milliseconds = nanosecondsSinceEpoch / 1_000_000
    let seconds = milliseconds / 1_000
    // Eighteen thousand million seconds at most, so that days fit any Int.
    let (year, month, day) = date(daysSinceEpoch: Int(seconds / 86_400))
    let time = seconds % 86_400
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(Int(time / 3_600), 2) + ":"
      + padded(Int(time / 60 % 60), 2) + ":" + padded(Int(time % 60), 2) + "."
      + padded(Int(milliseconds % 1_000), 3)
      + "Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * ofYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970 of an HTTP date in the one form that may be sent: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110).
  static func httpDate(_ text: String) -> Int? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
      (1970...9999).contains(year)
    else { return nil }
    let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3, let hour = Int(time[0]), (0...23).contains(hour), let minute = Int(time[1]),
      (0...59).contains(minute), let second = Int(time[2]), (0...60).contains(second)
    else { return nil }
    return days(year: year, month: month + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
  }
}
