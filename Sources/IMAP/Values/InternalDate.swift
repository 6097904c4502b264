/// When a message came to its mailbox, as INTERNALDATE says it: an instant and the zone it was written in. Kept by MOVE and
/// COPY (RFC 3501, section 6.4.7).
package struct InternalDate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package var secondsSince1970: Int64
  /// East of UTC.
  package var offsetMinutes: Int

  package init(secondsSince1970: Int64, offsetMinutes: Int = 0) {
    self.secondsSince1970 = secondsSince1970
    self.offsetMinutes = offsetMinutes
  }

  package static func < (a: InternalDate, b: InternalDate) -> Bool { a.secondsSince1970 < b.secondsSince1970 }

  static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// As the protocol has it: `17-Jul-1996 02:44:25 -0700`, with a space before a day of one digit.
  package var description: String {
    let local = secondsSince1970 + Int64(offsetMinutes) * 60
    let days = Int(local >= 0 ? local / 86400 : (local - 86399) / 86400)
    let second = Int(local) - days * 86400
    let sign = offsetMinutes < 0 ? "-" : "+"
    let offset = abs(offsetMinutes)
    let zone = sign + Self.two(offset / 60) + Self.two(offset % 60)
    let date = Self.dayText(days, isPadded: true)
    return "\(date) \(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60)) \(zone)"
  }

  /// Its day in its own zone, as SEARCH wants it: `1-Feb-1994`.
  var day: String {
    let local = secondsSince1970 + Int64(offsetMinutes) * 60
    return Self.dayText(Int(local >= 0 ? local / 86400 : (local - 86399) / 86400), isPadded: false)
  }

  private static func dayText(_ days: Int, isPadded: Bool) -> String {
    let (year, month, day) = civil(days)
    let digits = String(repeating: "0", count: max(0, 4 - String(year).count)) + String(year)
    return (isPadded && day < 10 ? " " : "") + "\(day)-\(months[month - 1])-\(digits)"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Days since 1970 from a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
  static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension InternalDate {
  /// - Parameter wire: `17-Jul-1996 02:44:25 -0700`; the day may have one digit, with or without a space before it.
  init?(wire: [UInt8]) {
    let text = String(decoding: wire, as: UTF8.self)
    let parts = text.split(separator: " ")
    guard text.utf8.count <= 30, parts.count == 3 else { return nil }
    let date = parts[0].split(separator: "-")
    let time = parts[1].split(separator: ":").compactMap { UInt32($0).map(Int.init) }
    guard date.count == 3, let day = Int(date[0]), let year = Int(date[2]), (1...31).contains(day),
      (0...9999).contains(year), let month = Self.months.firstIndex(where: { $0 == date[1].capitalisedWord }),
      time.count == 3, time[0] < 24, time[1] < 60, time[2] <= 60
    else { return nil }
    let zone = parts[2]
    guard zone.utf8.count == 5, let sign = zone.first, sign == "+" || sign == "-",
      let digits = UInt32(zone.dropFirst()).map(Int.init)
    else { return nil }
    let minutes = digits / 100 * 60 + digits % 100
    offsetMinutes = sign == "-" ? -minutes : minutes
    let local =
      Self.days(year: year, month: month + 1, day: day) * 86400 + time[0] * 3600 + time[1] * 60 + time[2]
    secondsSince1970 = Int64(local - offsetMinutes * 60)
  }
}

extension Substring {
  fileprivate var capitalisedWord: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
