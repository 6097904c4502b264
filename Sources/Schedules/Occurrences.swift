import Foundation
package import Ledger

/// The instants of a schedule, in order. Made once for each schedule and kept.
package struct Occurrences: Sendable {
  package let schedule: Schedule
  private let clock: ZoneClock

  package init(_ schedule: Schedule) {
    self.schedule = schedule
    // A schedule has a zone that is known here; one that was unknown would have been refused.
    clock = ZoneClock(Schedule.timeZone(named: schedule.zone) ?? .gmt)
  }

  /// The first occurrence later than `instant`; `nil` if none comes.
  package func next(after instant: Instant) -> Instant? {
    switch schedule.times {
    case .at(let once): once > instant ? once : nil
    case .every(let period):
      Instant(
        milliseconds: (instant.milliseconds.floored(by: period.wholeMilliseconds) + 1)
          * period.wholeMilliseconds)
    case .cron(let expression):
      next(expression, after: Int(instant.milliseconds.floored(by: 1000)))
        .map { Instant(milliseconds: Int64($0) * 1000) }
    }
  }

  /// The last occurrence that is not later than `instant`, and later than `floor`.
  package func last(through instant: Instant, after floor: Instant) -> Instant? {
    guard var found = next(after: floor), found <= instant else { return nil }
    // `next` never falls as its argument rises: halve what lies between an occurrence and the end.
    var end = instant
    while found < end {
      let middle = Instant(milliseconds: found.milliseconds + (end.milliseconds - found.milliseconds) / 2)
      if let later = next(after: middle), later <= instant { found = later } else { end = middle }
    }
    return found
  }

  /// How many occurrences lie after `floor` and not after `instant`, counted up to `limit`.
  package func count(after floor: Instant, through instant: Instant, limit: Int) -> Int {
    var count = 0
    var place = floor
    while count < limit, let next = next(after: place), next <= instant {
      count += 1
      place = next
    }
    return count
  }

  /// How late an occurrence may still run: half the time to the one after it, at least two minutes and at most two
  /// hours.
  package func grace(of occurrence: Instant) -> Duration {
    guard let following = next(after: occurrence) else { return Self.longestGrace }
    return min(max((following - occurrence) / 2, Self.shortestGrace), Self.longestGrace)
  }

  package static let shortestGrace = Duration.seconds(120)
  package static let longestGrace = Duration.hours(2)

  // MARK: - Cron, in whole seconds

  private func next(_ expression: CronExpression, after second: Int) -> Int? {
    expression.isHourly ? nextElapsed(expression, after: second) : nextOnWall(expression, after: second)
  }

  /// A time's first showing, or the end of the gap it fell into. That never falls as the time rises, so that the first
  /// one later than `second` is it.
  private func nextOnWall(_ expression: CronExpression, after second: Int) -> Int? {
    var minute = clock.minute(at: second)
    while let found = expression.minute(from: minute) {
      let instant = clock.firstSecond(of: found)
      if instant > second { return instant }
      minute = found + 1
    }
    return nil
  }

  /// Every showing of every time, and nothing for times that are not shown.
  private func nextElapsed(_ expression: CronExpression, after second: Int) -> Int? {
    let repeated = clock.repeatedSeconds(around: second)
    var minute = clock.minute(at: second) - (repeated + 59) / 60
    var best: Int?
    while let found = expression.minute(from: minute) {
      let showings = clock.seconds(of: found)
      // First showings never fall as minutes rise: no later minute can be sooner.
      if let best, let first = showings.first, first >= best { return best }
      if let later = showings.first(where: { $0 > second }) {
        guard repeated > 0 else { return later }
        best = min(best ?? later, later)
      }
      minute = found + 1
    }
    return best
  }
}
