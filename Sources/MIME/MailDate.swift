/// A date of a header field (RFC 5322 §3.3, with the obsolete forms of §4.3 and what else is sent).
package struct MailDate: Sendable, Hashable {
  /// UTC.
  package var secondsSince1970: Int64
  /// Of the zone it was written in, east of Greenwich; `nil` for `-0000`, UTC without saying where.
  package var offsetMinutes: Int?

  package init(secondsSince1970: Int64, offsetMinutes: Int? = 0) {
    self.secondsSince1970 = secondsSince1970
    self.offsetMinutes = offsetMinutes
  }

  /// - Parameter text: `Fri, 21 Nov 1997 09:55:06 -0600`; `nil` for what is no date.
  package init?(_ text: String) {
    var lexer = FieldLexer(Array(text.utf8.prefix(500)))
    var words: [[UInt8]] = []
    while words.count < 12 {
      lexer.skipBlanksAndComments()
      let start = lexer.index
      while let byte = lexer.current, !byte.isSpaceOrLineEnd, byte != 0x2C, byte != 0x28 { lexer.index += 1 }
      if lexer.index > start { words.append(Array(lexer.bytes[start..<lexer.index])) }
      if lexer.current == 0x2C { lexer.index += 1 } else if lexer.isAtEnd { break }
    }
    if let first = words.first, Self.isDayName(first) { words.removeFirst() }
    // 21-Nov-1997
    if let first = words.first, first.first?.isDigit == true, first.contains(0x2D) {
      words.replaceSubrange(0...0, with: first.split(separator: 0x2D).map { Array($0) })
    }
    guard words.count >= 4, let day = Self.number(words[0][...], 1...31),
      let month = Self.month(words[1]), var year = Self.number(words[2][...], 0...9999)
    else { return nil }
    // RFC 5322 §4.3.
    if words[2].count == 2 { year += year < 50 ? 2000 : 1900 } else if words[2].count == 3 { year += 1900 }
    let clock = words[3].split(separator: 0x3A, omittingEmptySubsequences: false)
    guard (2...3).contains(clock.count), let hour = Self.number(clock[0], 0...23),
      let minute = Self.number(clock[1], 0...59),
      let second = clock.count == 3 ? Self.number(clock[2], 0...60) : 0, day <= Self.days(in: month, of: year)
    else { return nil }
    let zone = words.count > 4 ? Self.offset(words[4]) : .unknown
    let days = Self.days(year: year, month: month, day: day)
    let local = ((days * 24 + Int64(hour)) * 60 + Int64(minute)) * 60 + Int64(second)
    switch zone {
    case .known(let minutes):
      offsetMinutes = minutes
      secondsSince1970 = local - Int64(minutes) * 60
    case .unknown:
      offsetMinutes = nil
      secondsSince1970 = local
    }
  }

  private static func isDayName(_ word: [UInt8]) -> Bool {
    guard word.count >= 3, !(word[0].isDigit) else { return false }
    return ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(word.prefix(3).text.lowercased())
  }

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func month(_ word: [UInt8]) -> Int? {
    guard word.count >= 3 else { return nil }
    return monthNames.firstIndex { $0.lowercased() == word.prefix(3).text.lowercased() }.map { $0 + 1 }
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
    guard (1...4).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return range.contains(value) ? value : nil
  }

  private enum Zone {
    case known(Int)
    case unknown
  }

  private static func offset(_ word: [UInt8]) -> Zone {
    if let sign = word.first, sign == 0x2B || sign == 0x2D {
      guard word.count == 5, let hours = number(word[1...2], 0...99),
        let minutes = number(word[3...4], 0...59)
      else {
        return .unknown
      }
      if sign == 0x2D, hours == 0, minutes == 0 { return .unknown }
      return .known((sign == 0x2D ? -1 : 1) * (hours * 60 + minutes))
    }
    switch word.text.uppercased() {
    case "UT", "UTC", "GMT", "Z": return .known(0)
    case "EDT": return .known(-4 * 60)
    case "EST", "CDT": return .known(-5 * 60)
    case "CST", "MDT": return .known(-6 * 60)
    case "MST", "PDT": return .known(-7 * 60)
    case "PST": return .known(-8 * 60)
    default: return .unknown
    }
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Since 1970-01-01, by the proleptic Gregorian calendar (H. Hinnant, “chrono-Compatible Low-Level Date Algorithms”).
  private static func days(year: Int, month: Int, day: Int) -> Int64 {
    let year = Int64(month <= 2 ? year - 1 : year)
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// As a field has it: `Fri, 21 Nov 1997 09:55:06 -0600`.
  package var fieldValue: String {
    let local = secondsSince1970 + Int64(offsetMinutes ?? 0) * 60
    let days = (local >= 0 ? local : local - 86_399) / 86_400
    let second = Int(local - days * 86_400)
    let (year, month, day) = Self.civil(days)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
    let name = Self.monthNames[month - 1]
    let offset = offsetMinutes.map { ($0 < 0 ? "-" : "+") + Self.two(abs($0) / 60) + Self.two(abs($0) % 60) }
    let clock = "\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))"
    return "\(weekday), \(day) \(name) \(Self.four(year)) \(clock) \(offset ?? "-0000")"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  private static func four(_ year: Int) -> String {
    String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
  }

  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    return (
      Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month,
      Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    )
  }
}
