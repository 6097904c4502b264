package import ControlSQLite
package import Foundation
package import Keeping
package import Ledger
package import LedgerSQLite
package import Logging
import Memory
import ServiceLifecycle
import Visibility

/// Lets go of facts on persons when their time is over, never of a week that is not closed; and goes on with erasures
/// that were stopped on the way.
package struct ExpiryService: Service, CustomStringConvertible {
  private static let pause = Duration.days(1)
  /// Weeks may be about to be closed when the server has just been started.
  private static let firstPause = Duration.minutes(15)

  private let ledger: SQLiteLedger
  private let control: ControlStore
  private let retention: Retention
  private let timeZone: TimeZone
  private let log: Logger

  package init(
    ledger: SQLiteLedger, control: ControlStore, retention: Retention, timeZone: TimeZone, log: Logger
  ) {
    self.ledger = ledger
    self.control = control
    self.retention = retention
    self.timeZone = timeZone
    self.log = log
  }

  package var description: String { "expiry of facts" }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {
      await once()
      try await Task.sleep(for: Self.firstPause)
      while true {
        await once()
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  private func once() async {
    do {
      try retention.note(in: control)
      let now = Instant(Date())
      let erased = try PersonErasure(ledger: ledger, control: control).finishAll(at: now)
      if erased > 0 { log.notice("went on with erasures that were stopped on the way: \(erased)") }
      let content = try SQLiteJournal(control).expireContent()
      if content > 0 { log.info("let go of what agents were told and said in runs long over: \(content)") }
      let memory = try SQLiteMemory(control).expireMemory(before: now - MemoryLimits().keepsNotes)
      if memory > 0 { log.info("let go of notes and proposals of agents whose time is over: \(memory)") }
      let expired = try expire(at: now)
      if expired > 0 { log.info("let go of sessions whose time is over: \(expired)") }
    } catch {
      log.error("facts on persons could not be let go of; it is tried again: \(type(of: error))")
    }
  }

  /// - Returns: How many sessions went.
  @discardableResult
  package func expire(at now: Instant) throws -> Int {
    guard let wanted = retention.cutoff(at: now), let span = try ledger.span() else { return 0 }
    // What came of a week is worked out from the facts when it is settled.
    let unsettled = try control.unsettledWeeks()
    let closed = Set(try control.frozenWeeks().map(\.week).filter { !unsettled.contains("\($0)") })
    var cutoff = wanted
    var weeks: [String] = []
    var next: Week? = Week(containing: min(span.lowerBound, wanted), in: timeZone)
    while let week = next, let bounds = week.bounds(in: timeZone), bounds.lowerBound < cutoff {
      guard closed.contains(week) else {
        cutoff = bounds.lowerBound
        break
      }
      weeks.append("\(week)")
      next = Week(containing: bounds.upperBound, in: timeZone)
    }
    // Before the first record there is nothing to let go of, and what is older may still be sent.
    guard cutoff > span.lowerBound else { return 0 }
    let count = try ledger.letGo(before: cutoff, calls: now - Retention.callsAtLeast)
    if count > 0 { try control.stamp(weeks: weeks, at: now) }
    return count
  }
}
