import Directory
import Ledger

/// Figures as a refusal prints them: plain English, the same on every machine.
enum Wording {
  /// `$50.00 a day`, `1,000 tokens a minute`.
  static func allowance(_ limit: Limit) -> String {
    let amount = limit.measure.amount
    let what =
      switch limit.measure {
      case .money: money(amount)
      case .tokens: "\(grouped(amount)) \(amount == 1 ? "token" : "tokens")"
      case .requests, .concurrency: calls(amount)
      }
    return "\(what) a \(limit.window.rawValue)"
  }

  static func nothing(_ limit: Limit) -> String {
    switch limit.measure {
    case .money: "nothing"
    case .tokens: "no tokens"
    case .requests, .concurrency: "no calls"
    }
  }

  static func calls(_ count: Int64) -> String { "\(grouped(count)) \(count == 1 ? "call" : "calls")" }

  /// With as many decimals as the amount has, and at least two; the amount is not negative.
  static func money(_ nanos: Int64) -> String {
    let decimals = (2..<9).first { nanos % nanoDollars(decimals: $0) == 0 } ?? 9
    let fraction = String(nanos % NanoDollars.perDollar / nanoDollars(decimals: decimals))
    return "$\(grouped(nanos / NanoDollars.perDollar))."
      + String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
  }

  /// How many nano-dollars the last of so many decimals stands for.
  static func nanoDollars(decimals: Int) -> Int64 {
    (min(max(decimals, 0), 9)..<9).reduce(1) { unit, _ in unit * 10 }
  }

  /// Half up; of more than an `Int64` holds, down.
  static func rounded(_ nanos: Int64, to unit: Int64) -> Int64 {
    let (sum, overflows) = nanos.addingReportingOverflow(unit / 2)
    return (overflows ? nanos : sum) / unit * unit
  }

  /// `1,234,567`.
  static func grouped(_ count: Int64) -> String {
    let digits = String(count.magnitude)
    var text = count < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `37 s`, `5 minutes`, `2 hours`; seconds are rounded up.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = duration.wholeMilliseconds
    let seconds = max(1, milliseconds / 1000 + (milliseconds % 1000 > 0 ? 1 : 0))
    func counted(_ count: Int64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
    if seconds % 3600 == 0 { return counted(seconds / 3600, "hour") }
    if seconds % 60 == 0 { return counted(seconds / 60, "minute") }
    return "\(seconds) s"
  }

  /// `2026-11-22 00:00 UTC`, with seconds when they are not zero; parts of a second are rounded up.
  static func clock(_ instant: Instant) -> String {
    let milliseconds = instant.inCalendar.milliseconds
    let second = milliseconds.quotientRoundedDown(by: 1000) + (milliseconds % 1000 == 0 ? 0 : 1)
    let day = second.quotientRoundedDown(by: 86_400)
    let ofDay = second - day * 86_400
    let date = Moment.date(ofDay: day)
    let seconds = ofDay % 60 == 0 ? "" : ":\(padded(ofDay % 60))"
    return "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day)) "
      + "\(padded(ofDay / 3600)):\(padded(ofDay / 60 % 60))\(seconds) UTC"
  }

  private static func padded(_ number: Int64, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
