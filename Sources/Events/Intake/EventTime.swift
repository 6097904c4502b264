import Ledger

/// Times as forges write them: RFC 3339, with or without a fraction; `2026-01-02 03:04:05 UTC` and
/// `2026-01-02 03:04:05 +0200` (GitLab); `2026-01-02T03:04:05.000+0000` (Jira).
enum EventTime {
  /// `nil` for anything else, for a time without a zone, and for times outside of this century.
  static func parse(_ text: String?) -> Instant? {
    guard let text, (20...40).contains(text.utf8.count) else { return nil }
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"),
      let second = reader.number(2), (1...12).contains(month), (1...days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 61
    else { return nil }
    let fraction = reader.take(".") ? reader.fraction() : 0
    _ = reader.take(" ")
    guard let fraction, let offset = reader.zone(), reader.isAtEnd else { return nil }
    let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Cleaned.instant(milliseconds: seconds * 1000 + fraction)
  }

  private struct Reader {
    var bytes: [UInt8]
    var at = 0
    var isAtEnd: Bool { at == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
      at += 1
      return true
    }

    private mutating func digit() -> Int64? {
      guard at < bytes.count, (0x30...0x39).contains(bytes[at]) else { return nil }
      at += 1
      return Int64(bytes[at - 1]) - 0x30
    }

    mutating func number(_ digits: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digits {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// In milliseconds; finer digits are dropped.
    mutating func fraction() -> Int64? {
      var value: Int64 = 0
      var count = 0
      while let digit = digit() {
        if count < 3 { value = value * 10 + digit }
        count += 1
      }
      guard count > 0 else { return nil }
      for _ in min(count, 3)..<3 { value *= 10 }
      return value
    }

    /// In seconds east of Greenwich.
    mutating func zone() -> Int64? {
      if take("Z") || take("z") { return 0 }
      if take("U") { return take("T") && take("C") ? 0 : nil }
      let isWest = take("-")
      guard isWest || take("+"), let hours = number(2) else { return nil }
      _ = take(":")
      guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
      return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// By the rule of the Gregorian calendar, counted in years that begin in March.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let ofEra = year - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }
}
