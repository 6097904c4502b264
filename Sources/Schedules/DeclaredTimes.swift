import Ledger

/// A schedule in the terms of judgement's declared schedules (`DeclaredSchedule` in Judgement): what is started by it is
/// then nobody's doing, and no hour of it looks odd.
package struct DeclaredTimes: Hashable, Sendable, Codable {
  /// Five fields of numbers, `*`, ranges, lists and steps.
  package var cron: String
  /// Of the IANA database.
  package var zone: String
  /// How much later than said a session may begin.
  package var toleranceSeconds: Int
}

extension Schedule {
  /// What is to be declared of this schedule: one line for cron fields, as many as it takes for a period. What runs late
  /// within its grace is covered too.
  ///
  /// A crontab line has no year: of `at` the line would cover the same minute of later years, so drop it once it ran.
  package var declared: [DeclaredTimes] {
    switch times {
    case .cron(let expression):
      return [declared(expression.numeric, zone: zone, grace: longestGrace)]
    case .every(let period):
      let step = Int(period.wholeMilliseconds / 60_000)
      var hours: [Int: [Int]] = [:]
      for minute in stride(from: 0, to: 1440, by: step) {
        hours[minute % 60, default: []].append(minute / 60)
      }
      // Minutes that come in the same hours share a line.
      let lines = Dictionary(grouping: hours.keys, by: { hours[$0] ?? [] })
      return lines.sorted { ($0.value.min() ?? 0) < ($1.value.min() ?? 0) }.map { hours, minutes in
        let text = "\(Self.list(minutes.sorted(), of: 60)) \(Self.list(hours, of: 24)) * * *"
        return declared(text, zone: "UTC", grace: longestGrace)
      }
    case .at(let instant):
      let minute = Int(instant.milliseconds.floored(by: 60_000))
      let day = CalendarDay(number: minute.floored(by: 1440))
      let date = day.date
      let inDay = minute - day.number * 1440
      let text = "\(inDay % 60) \(inDay / 60) \(date.day) \(date.month) *"
      return [declared(text, zone: "UTC", grace: Occurrences.longestGrace)]
    }
  }

  /// The longest that any of the first occurrences of a week may be late.
  private var longestGrace: Duration {
    switch times {
    case .every(let period): return min(max(period / 2, Occurrences.shortestGrace), Occurrences.longestGrace)
    case .at: return Occurrences.longestGrace
    case .cron:
      let occurrences = Occurrences(self)
      var longest = Occurrences.shortestGrace
      // A Monday. After so many occurrences whatever pause there is between two has been seen, or is two hours already.
      var place = Instant(milliseconds: 1_767_571_200_000)
      for _ in 0..<1500 {
        guard longest < Occurrences.longestGrace, let next = occurrences.next(after: place) else { break }
        longest = max(longest, occurrences.grace(of: next))
        place = next
      }
      return longest
    }
  }

  /// Judgement takes five minutes for a punctual start.
  private func declared(_ cron: String, zone: String, grace: Duration) -> DeclaredTimes {
    DeclaredTimes(cron: cron, zone: zone, toleranceSeconds: max(300, Int(grace.components.seconds)))
  }

  private static func list(_ values: [Int], of all: Int) -> String {
    values.count == all ? "*" : values.map(String.init).joined(separator: ",")
  }
}
