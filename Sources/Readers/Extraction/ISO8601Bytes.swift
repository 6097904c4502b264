import Ledger

/// Reads RFC 3339 timestamps as the tools write them, straight from the bytes.
enum ISO8601Bytes {
  /// The instant that `text` states, such as `2026-11-21T02:53:26.749Z` or `2026-11-21T03:53:26+01:00`;
  /// `nil` if it is anything else. A missing offset means UTC. Digits beyond milliseconds are dropped.
  static func instant(_ text: UnsafeBufferPointer<UInt8>) -> Instant? {
    guard text.count >= 19, text.count <= 40,
      let year = digits(text, 0, 4), text[4] == 0x2D,
      let month = digits(text, 5, 2), (1...12).contains(month), text[7] == 0x2D,
      let day = digits(text, 8, 2), (1...31).contains(day), text[10] == 0x54 || text[10] == 0x20,
      let hour = digits(text, 11, 2), hour < 24, text[13] == 0x3A,
      let minute = digits(text, 14, 2), minute < 60, text[16] == 0x3A,
      let second = digits(text, 17, 2), second <= 60
    else { return nil }
    var at = 19
    var milliseconds: Int64 = 0
    if at < text.count, text[at] == 0x2E {
      at += 1
      var scale: Int64 = 100
      let first = at
      while at < text.count, text[at] &- 0x30 < 10 {
        milliseconds += Int64(text[at] - 0x30) * scale
        scale /= 10
        at += 1
      }
      guard at > first else { return nil }
    }
    var offsetMinutes: Int64 = 0
    if at < text.count {
      switch text[at] {
      case 0x5A, 0x7A:
        guard at + 1 == text.count else { return nil }
      case 0x2B, 0x2D:
        guard let hours = digits(text, at + 1, 2), hours < 24 else { return nil }
        let hasColon = at + 3 < text.count && text[at + 3] == 0x3A
        let minuteStart = at + (hasColon ? 4 : 3)
        guard let minutes = digits(text, minuteStart, 2), minutes < 60, minuteStart + 2 == text.count
        else { return nil }
        offsetMinutes = (hours * 60 + minutes) * (text[at] == 0x2D ? -1 : 1)
      default: return nil
      }
    }
    let seconds = days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    return Instant(milliseconds: (seconds - offsetMinutes * 60) * 1000 + milliseconds)
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level
  /// date algorithms").
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func digits(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int64? {
    guard start + count <= text.count else { return nil }
    var value: Int64 = 0
    for index in start..<start + count {
      let digit = text[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return value
  }
}
