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
    var text = DateText(bytes: wire)
    text.skipSpaces()
    guard wire.count <= 30, let day = text.number(), (1...31).contains(day), text.skip(UInt8(ascii: "-")),
      let month = text.month(), text.skip(UInt8(ascii: "-")), let year = text.number(), year <= 9999,
      text.skipSpaces(),
      let hour = text.number(), hour < 24, text.skip(UInt8(ascii: ":")),
      let minute = text.number(), minute < 60, text.skip(UInt8(ascii: ":")),
      let second = text.number(), second <= 60, text.skipSpaces()
    else { return nil }
    let isWest = text.skip(UInt8(ascii: "-"))
    guard isWest || text.skip(UInt8(ascii: "+")) else { return nil }
    let zone = text.at
    guard let digits = text.number(), text.at - zone == 4 else { return nil }
    text.skipSpaces()
    guard text.at == wire.count else { return nil }
    let minutes = digits / 100 * 60 + digits % 100
    offsetMinutes = isWest ? -minutes : minutes
    let local =
      Self.days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second
    secondsSince1970 = Int64(local - offsetMinutes * 60)
  }
}

/// Walks over a date in place, since a mailbox has as many as messages.
private struct DateText {
  let bytes: [UInt8]
  var at = 0

  mutating func skip(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// Whether there were any.
  @discardableResult
  mutating func skipSpaces() -> Bool {
    let first = at
    while skip(0x20) {}
    return at > first
  }

  /// Of up to nine digits.
  mutating func number() -> Int? {
    let first = at
    var value = 0
    while at < bytes.count, at - first < 9, (0x30...0x39).contains(bytes[at]) {
      value = value * 10 + Int(bytes[at] - 0x30)
      at += 1
    }
    return at > first ? value : nil
  }

  /// From 1, by three letters in whatever case.
  mutating func month() -> Int? {
    guard bytes.count - at >= 3 else { return nil }
    let name = Self.packed(bytes[at..<(at + 3)])
    guard let index = Self.months.firstIndex(of: name) else { return nil }
    at += 3
    return index + 1
  }

  private static let months = InternalDate.months.map { packed($0.utf8) }

  /// Three letters as one number, the same in either case.
  private static func packed(_ letters: some Sequence<UInt8>) -> UInt32 {
    letters.reduce(0) { $0 << 8 | UInt32($1 | 0x20) }
  }
}
