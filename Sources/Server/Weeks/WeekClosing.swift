package import ControlSQLite
package import Foundation
package import Ledger
package import Logging
import ServiceLifecycle
import Visibility

/// Closes weeks: once a week is over and what machines had still to send has had two days to come, decides what of it
/// everybody may read, and keeps that for ever.
package struct WeekClosing: Service, CustomStringConvertible {
  /// After a week's end.
  package static let patience = Duration.days(2)
  private static let pause = Duration.minutes(10)

  private let ledger: any LedgerStore
  private let control: ControlStore
  private let timeZone: TimeZone
  private let log: Logger

  package init(ledger: any LedgerStore, control: ControlStore, timeZone: TimeZone, log: Logger) {
    self.ledger = ledger
    self.control = control
    self.timeZone = timeZone
    self.log = log
  }

  package var description: String { "closing of weeks" }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        do {
          try await close(at: Instant(Date()))
        } catch is CancellationError {
          return
        } catch {
          log.error("a week could not be closed: \(type(of: error))")
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Closes every week that is due and was not closed before, the earliest first.
  package func close(at now: Instant) async throws {
    guard let span = try ledger.span() else { return }
    var closed = Set(try control.frozenWeeks().map(\.week))
    let settings = try control.visibilitySettings()
    var next: Week? = Week(containing: span.lowerBound, in: timeZone)
    while let week = next, let bounds = week.bounds(in: timeZone), bounds.upperBound + Self.patience <= now {
      next = Week(containing: bounds.upperBound, in: timeZone)
      guard closed.insert(week).inserted else { continue }
      try Task.checkCancellation()
      let reading = WeekReading(
        ledger: ledger, people: try control.peopleReading(), settings: settings, timeZone: timeZone)
      guard let use = try reading.use(of: week) else { continue }
      try control.freeze(Lattice().close(use).week, at: now)
      log.info("closed \(week)")
      await Task.yield()
    }
  }
}
