import Account
import ArgumentParser
import Foundation
import Ledger

/// The period of a report and the time zone whose days are meant.
struct PeriodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only use from this day or instant on: 2026-11-01, 2026-11-01T09:00:00Z, or 30d for the last 30 days.",
      valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Only use up to and including this day, or before this instant.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "The time zone of days, weeks and months, such as Europe/Berlin or UTC. Default: this machine's.",
      valueName: "zone"))
  var timezone: String?

  func validate() throws {
    _ = try zone()
    _ = try period(now: Instant(Date()))
  }

  func zone() throws -> TimeZone {
    guard let timezone else { return .current }
    guard let zone = TimeZone(identifier: timezone) else {
      throw ValidationError("\(timezone) is not a time zone. Use a name such as Europe/Berlin, or UTC.")
    }
    return zone
  }

  func period(now: Instant) throws -> ReportPeriod {
    let zone = try zone()
    let period = ReportPeriod(
      since: try since.map { try instant($0, isEnd: false, option: "--since", zone: zone, now: now) },
      until: try until.map { try instant($0, isEnd: true, option: "--until", zone: zone, now: now) })
    if let since = period.since, let until = period.until, since >= until {
      throw ValidationError("--since must be before --until.")
    }
    return period
  }

  private func instant(
    _ text: String, isEnd: Bool, option: String, zone: TimeZone, now: Instant
  ) throws -> Instant {
    if let days = Int64(text.dropLast()), text.hasSuffix("d"), (1...36_500).contains(days) {
      return now - .days(days)
    }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2]),
      let date = calendar.date(from: DateComponents(year: year, month: month, day: day)),
      calendar.component(.day, from: date) == day, calendar.component(.month, from: date) == month
    {
      // A last day is meant to be in the period, so that it ends where the next begins.
      return Instant(isEnd ? calendar.date(byAdding: .day, value: 1, to: date) ?? date : date)
    }
    let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    if let date = (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: withFraction)) {
      return Instant(date)
    }
    throw ValidationError(
      "\(option) \(text): not a day (2026-11-01), an instant (2026-11-01T09:00:00Z) or a number of days (30d)."
    )
  }
}
