package import ControlSQLite
import Events
package import Foundation
package import Ledger
package import Logging
import Directory
import Judgement
import ServiceLifecycle
import Targets
import Visibility

/// Closes weeks: once a week is over and what machines had still to send has had two days to come, decides what of it
/// everybody may read, and keeps that for ever. Settles them four weeks later: takes in what came late, where that
/// shows nobody, and splits what was published by what came of it. Two days after that it keeps what applications
/// delivered in the week.
package struct WeekClosing: Service, CustomStringConvertible {
  /// After a week's end.
  package static let patience = Duration.days(2)
  /// After a week's end: grace and the hold window are over, for what landed within two weeks of its use.
  package static let settling = Duration.days(28)
  /// After a week's end: the youngest change of the week is thirty days old, and how its lines survived is known.
  package static let delivery = Duration.days(30)
  private static let pause = Duration.minutes(10)

  private let ledger: any LedgerStore
  private let control: ControlStore
  private let timeZone: TimeZone
  private let judging: JudgementBasis
  private let log: Logger

  package init(
    ledger: any LedgerStore, control: ControlStore, timeZone: TimeZone, judging: JudgementBasis, log: Logger
  ) {
    self.judging = judging
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
          try await deliver(at: now)
          try await estimate(at: now)
          try readAhead()
        } catch is CancellationError {
          return
        } catch {
          log.error("a week could not be closed or settled: \(type(of: error))")
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }

  /// Reads what pages show of closed weeks, so that whoever comes first after a week was closed need not wait for it;
  /// where nothing has changed, it is known already.
  private func readAhead() throws {
    let readings: [() throws -> Void] = [
      { _ = try control.frozenWeeks() }, { _ = try control.frozenAdoption() },
      { _ = try control.deliveryWeeks() }, { _ = try control.peopleReading() },
    ]
    for read in readings {
      // Of a large organisation each takes seconds, and whoever asks the server to end need not wait for the others.
      try Task.checkCancellation()
      try read()
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
    try await countAdoption(at: now)
    try await countDemand(at: now)
  }

  /// Keeps each closed week's tokens by model, and of each settled one which part is unexplained, of weeks of which that
  /// was not said before, as far as the facts behind them are still held.
  private func countDemand(at now: Instant) async throws {
    let known = try control.demandWeeks()
    let letGo = try control.weekStamps()
    let due = try control.frozenWeeks().filter { frozen in
      let isDone = known[frozen.week].map { $0.isSettled || !frozen.isSettled } ?? false
      return !isDone && letGo["\(frozen.week)"] == nil
    }
    guard !due.isEmpty else { return }
    let closing = DemandClosing(
      ledger: ledger, people: try control.peopleReading(), floors: try control.visibilitySettings().floors,
      timeZone: timeZone)
    for frozen in due {
      try Task.checkCancellation()
      if known[frozen.week] == nil {
        try control.freeze(closing.models(of: frozen), of: frozen.week, at: now)
      }
      if frozen.isSettled { try control.freeze(closing.unexplained(in: frozen), of: frozen.week, at: now) }
      await Task.yield()
    }
  }

  /// Counts who used AI in every closed week of which that was not published before, if a target is in force. When the
  /// first is set, that is done for the weeks before it too, as far as the facts behind them are still held.
  private func countAdoption(at now: Instant) async throws {
    guard let target = try control.targets().last, target.ended == nil, target.announced <= now else {
      return
    }
    let counted = Set(try control.frozenAdoption().map(\.week))
    let letGo = try control.weekStamps()
    let due = try control.frozenWeeks().map(\.week).filter { week in
      !counted.contains(week) && letGo["\(week)"] == nil
    }
    guard !due.isEmpty else { return }
    let reading = try AdoptionReading(ledger: ledger, control: control, timeZone: timeZone)
    for week in due {
      try Task.checkCancellation()
      guard let adoption = try reading.adoption(in: week, under: target) else { continue }
      try control.freeze(FrozenAdoption(closing: adoption), at: now)
      log.info("counted adoption in \(week)")
      await Task.yield()
    }
  }

  /// Settles every closed week that is due, the earliest first.
  package func settle(at now: Instant) async throws {
    let settings = try control.visibilitySettings()
    var desk: DeliveryDesk?
    for frozen in try control.frozenWeeks() where !frozen.isSettled {
      guard let end = frozen.week.bounds(in: timeZone)?.upperBound, end + Self.settling <= now else { break }
      try Task.checkCancellation()
      // Closed by a version of this program that did not keep it: nothing is known of how its sums came about.
      guard var use = try control.closedUse(of: frozen.week) else { continue }
      let reading = try reading(settings)
      let counted = use.sessions.reduce(into: Set()) { $0.formUnion($1) }
      var week = frozen
      if let late = try reading.use(of: frozen.week, without: counted),
        let all = try reading.use(of: frozen.week)
      {
        let further = use.further(late, of: all)
        if !further.use.contributions.isEmpty {
          use.add(further, as: frozen.version + 1)
          week = try Lattice().revise(frozen, with: use.use)
        }
      }
      let outcomes = try reading.outcomes(of: frozen.week)
      let known = try desk ?? self.desk()
      desk = known
      let changes = try known.changes(of: reading.sessions(of: frozen.week), in: frozen.week)
      try control.settle(Lattice().settle(week, with: use.withOutcomes(outcomes, changes: changes)))
      log.info("settled \(frozen.week)")
      await Task.yield()
    }
    try await countDemand(at: now)
  }

  /// Estimates how much of the organisation's use was purposeless in each settled week of which that was not said before,
  /// as far as the facts behind it are still held.
  package func estimate(at now: Instant) async throws {
    let known = try control.estimates()
    let letGo = try control.weekStamps()
    let due = try control.frozenWeeks().filter { frozen in
      frozen.isSettled && known[frozen.week] == nil && letGo["\(frozen.week)"] == nil
    }
    guard !due.isEmpty else { return }
    let reading = EstimateReading(
      ledger: ledger, people: try control.peopleReading(), judging: judging, timeZone: timeZone)
    guard reading.isMeasured else { return }
    for frozen in due {
      try Task.checkCancellation()
      var estimate: PublishedEstimate?
      // Where the organisation itself is not shown, neither is a share of it.
      if case .figures? = frozen[Cell(.organisation)]?.content {
        estimate = try reading.estimate(of: frozen.week)
      }
      try control.freeze(estimate, of: frozen.week, at: now)
      log.info("estimated \(frozen.week)")
      await Task.yield()
    }
  }

  /// Keeps what applications delivered in each settled week that is due, of those whose use of it is published.
  package func deliver(at now: Instant) async throws {
    let done = try control.deliveryWeeks()
    var desk: DeliveryDesk?
    for frozen in try control.frozenWeeks() where frozen.isSettled && done[frozen.week] == nil {
      guard let end = frozen.week.bounds(in: timeZone)?.upperBound, end + Self.delivery <= now else {
        continue
      }
      try Task.checkCancellation()
      let known = try desk ?? self.desk()
      desk = known
      let all = try known.delivery(in: frozen.week)
      var delivery = all.filter { application, _ in
        if case .figures = frozen[Cell(.application(application))]?.content { true } else { false }
      }
      if case .figures? = frozen[Cell(.organisation)]?.content, all.values.allSatisfy({ $0.landed != nil }) {
        delivery[DeliveryWeek.organisation] = all.values.reduce(into: nil as DeliveryWeek?) { sum, one in
          if sum == nil { sum = one } else { sum? += one }
        }
      }
      try control.keep(delivery, of: frozen.week, at: now)
      log.info("kept what was delivered in \(frozen.week)")
      await Task.yield()
    }
  }

  private func desk() throws -> DeliveryDesk {
    try DeliveryDesk(ledger: ledger, people: control.peopleReading(), timeZone: timeZone)
  }

  private func reading(_ settings: VisibilitySettings) throws -> WeekReading {
    WeekReading(ledger: ledger, people: try control.peopleReading(), settings: settings, timeZone: timeZone)
  }
}
