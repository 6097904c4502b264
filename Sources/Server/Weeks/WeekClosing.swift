package import ControlSQLite
package import Foundation
package import Ledger
package import Logging
import ServiceLifecycle
import Visibility

/// Closes weeks: once a week is over and what machines had still to send has had two days to come, decides what of it
/// everybody may read, and keeps that for ever. Settles them four weeks later: takes in what came late, where that
/// shows nobody, and splits what was published by what came of it.
package struct WeekClosing: Service, CustomStringConvertible {
  /// After a week's end.
  package static let patience = Duration.days(2)
  /// After a week's end: grace and the hold window are over, for what landed within two weeks of its use.
  package static let settling = Duration.days(28)
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
          let now = Instant(Date())
          try await close(at: now)
          try await settle(at: now)
        } catch is CancellationError {
          return
        } catch {
          log.error("a week could not be closed or settled: \(type(of: error))")
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
      guard let use = try reading(settings).use(of: week) else { continue }
      try control.freeze(Lattice().close(use.use).week, madeOf: use, at: now)
      log.info("closed \(week)")
      await Task.yield()
    }
  }

  /// Settles every closed week that is due, the earliest first.
  package func settle(at now: Instant) async throws {
    let settings = try control.visibilitySettings()
    for frozen in try control.frozenWeeks() where !frozen.isSettled {
      guard let end = frozen.week.bounds(in: timeZone)?.upperBound, end + Self.settling <= now else { return }
      try Task.checkCancellation()
      // Closed by a version of this program that did not keep it: nothing is known of how its sums came about.
      guard var use = try control.closedUse(of: frozen.week) else { continue }
      let reading = try reading(settings)
      let known = use.sessions.reduce(into: Set()) { $0.formUnion($1) }
      var week = frozen
      if let late = try reading.use(of: frozen.week, without: known),
        let all = try reading.use(of: frozen.week)
      {
        let further = use.further(late, of: all)
        if !further.use.contributions.isEmpty {
          use.add(further, as: frozen.version + 1)
          week = try Lattice().revise(frozen, with: use.use)
        }
      }
      let outcomes = try reading.outcomes(of: frozen.week)
      try control.settle(Lattice().settle(week, with: use.withOutcomes(outcomes)))
      log.info("settled \(frozen.week)")
      await Task.yield()
    }
  }

  private func reading(_ settings: VisibilitySettings) throws -> WeekReading {
    WeekReading(ledger: ledger, people: try control.peopleReading(), settings: settings, timeZone: timeZone)
  }
}
