import ArgumentParser
import ControlSQLite
import Directory
import Foundation
import Ledger
import Surroundings

/// Which control database a command works on; the same for every command that does.
struct ControlOptions: ParsableArguments {
  @Option(
    name: .customLong("control"),
    help: ArgumentHelp(
      "The control database. Default: assay/control.sqlite below $XDG_DATA_HOME or ~/.local/share.",
      valueName: "file"))
  var control: String?

  func open() throws -> ControlStore {
    try StorageOptions.openControl(control.map(GivenPath.absolute) ?? XDGDirectory.data + "/control.sqlite")
  }
}

/// How a list is printed, and of what.
struct ListOptions: ParsableArguments {
  @Flag(help: "List what has ended as well.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false
}

/// When something ends, as the command line says it.
enum GivenTime {
  /// `text` as an instant after `now`: so many hours or days, the end of a day of this machine's, or an instant.
  ///
  /// - Throws: a `ValidationError` that says how to write one.
  static func future(_ text: String, option: String, now: Instant) throws -> Instant {
    let most: Int64 = 3650
    if let count = Int64(text.dropLast()), let unit = text.last, "hdw".contains(unit) {
      let time: Duration = unit == "h" ? .hours(1) : unit == "d" ? .days(1) : .days(7)
      guard count > 0, count <= most * 24, time * Int(count) <= .days(most) else {
        throw ValidationError("\(option) \(text): give a time of up to \(most) days, such as 90d.")
      }
      return now + time * Int(count)
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    var instant: Instant?
    if parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2]),
      let date = calendar.date(from: DateComponents(year: year, month: month, day: day)),
      calendar.component(.day, from: date) == day, calendar.component(.month, from: date) == month
    {
      // A last day is meant to be good.
      instant = Instant(calendar.date(byAdding: .day, value: 1, to: date) ?? date)
    } else if let date = try? Date(text, strategy: .iso8601) {
      instant = Instant(date)
    }
    guard let instant else {
      throw ValidationError(
        "\(option) \(text): not a time (90d, 12h), a day (2027-03-31) or an instant (2027-03-31T09:00:00Z).")
    }
    guard instant > now else { throw ValidationError("\(option) \(text): that is not in the future.") }
    guard instant <= now + .days(most) else {
      throw ValidationError("\(option) \(text): give a time of up to \(most) days from now.")
    }
    return instant
  }
}

extension Instant {
  /// `2026-11-01 09:00` in this machine's time zone, for people.
  var local: String {
    date.formatted(
      Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
    ).replacing(/:\d\d$/, with: "")
  }
}
