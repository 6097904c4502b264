package import Foundation
package import Ledger

/// The whole spend of a scope and a period, split into outcome states that add up to it exactly.
package struct Account: Sendable {
  package let totals: Totals
  /// All seven, in the order of the enum.
  package let states: [StateTotals]
  /// Those with a cell or a sitting in the period, by start, then by name.
  package let sessions: [SessionAccount]
  package let coverage: Coverage
  package let diagnostics: [AccountDiagnostic]
  package let period: ReportPeriod
  package let timeZone: TimeZone
  /// Those of the period.
  let cells: [RollupCell]
  /// For each cell, the place of its session in `sessions`.
  let owners: [Int]
  /// For each session, what it adds up to, and the name of its project.
  let splits: [StateSplit]
  let projects: [String?]
  /// Windows are opened by all use that is known, also by that before the period.
  let fiveHourWindows: [Tool?: LimitWindows]
  let weeklyWindows: [Tool?: LimitWindows]
  private let index: [SessionID: Int]

  /// Adds the cells up.
  ///
  /// - Parameters:
  ///   - cells: all that are known; those outside `period` open limit windows and are otherwise left out.
  ///   - sessions: a cell whose session is not among them is kept, under a session of no tool.
  ///   - coverage: what is left empty in it and follows from the cells and sessions of the period (models
  ///     without a price, sessions by flag) is filled in.
  ///   - timeZone: whose days, weeks and months are meant.
  package static func build(
    cells: [RollupCell], sessions: [AccountSession], coverage: Coverage = Coverage(),
    diagnostics: [AccountDiagnostic] = [], period: ReportPeriod = ReportPeriod(), timeZone: TimeZone
  ) -> Account {
    var described: [SessionID: AccountSession] = [:]
    for session in sessions where described[session.id] == nil { described[session.id] = session }

    var activity: [Tool?: Set<Instant>] = [:]
    for cell in cells { activity[described[cell.session]?.tool, default: []].insert(cell.slot) }

    var bySession = SplitsByKey<SessionID>()
    var models: [Set<String>] = []
    let inside = cells.filter { period.contains(slot: $0.slot) }
    var places: [Int] = []
    places.reserveCapacity(inside.count)
    for cell in inside {
      let place = bySession.place(of: cell.session)
      if place == models.count { models.append([]) }
      bySession.add(cell, to: cell.session)
      if let model = cell.model { models[place].insert(model) }
      places.append(place)
    }
    let used = bySession.keys.count
    for session in described.values where period.overlaps(session) { _ = bySession.place(of: session.id) }

    // From here on sessions stand in the order in which they are printed.
    let unsorted = zip(bySession.keys, bySession.splits).enumerated().map { place, part in
      let session = described[part.0] ?? AccountSession(id: part.0, tool: nil, name: part.0.hexadecimal)
      return SessionAccount(session, part.1, models: place < used ? models[place].sorted() : [])
    }
    let order = unsorted.indices.sorted { SessionAccount.precedes(unsorted[$0], unsorted[$1]) }
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, place) in order.enumerated() { ranks[place] = rank }
    let accounts = order.map { unsorted[$0] }
    let splits = order.map { bySession.splits[$0] }
    let whole = splits.reduce(into: StateSplit()) { $0.add($1) }
    let labels = ProjectLabels(accounts.map(\.session))

    return Account(
      totals: whole.totals, states: whole.all, sessions: accounts,
      coverage: coverage.completed(cells: inside, sessions: accounts.map(\.session)),
      diagnostics: diagnostics, period: period, timeZone: timeZone, cells: inside,
      owners: places.map { ranks[$0] }, splits: splits,
      projects: accounts.map { labels.label(of: $0.session) },
      fiveHourWindows: activity.mapValues { LimitWindows(length: .hours(5), activity: $0) },
      weeklyWindows: activity.mapValues { LimitWindows(length: .days(7), activity: $0) },
      index: Dictionary(uniqueKeysWithValues: accounts.enumerated().map { ($1.session.id, $0) }))
  }

  /// What is known of a session of the account.
  package func session(_ id: SessionID) -> AccountSession? {
    index[id].map { sessions[$0].session }
  }

  /// The state of a session of the account in the period.
  func state(of id: SessionID) -> OutcomeState? {
    index[id].map { sessions[$0].state }
  }

  /// The first and the last day with use; `nil` without any.
  package var activeDays: ClosedRange<CivilDay>? {
    guard let first = cells.lazy.map(\.slot).min(), let last = cells.lazy.map(\.slot).max() else {
      return nil
    }
    var clock = ZoneClock(timeZone)
    let (from, through) = (clock.day(of: first), clock.day(of: last))
    return from <= through ? from...through : through...from
  }

  /// The days of the period, bounded by use where the period itself is open; `nil` without either.
  package var days: ClosedRange<CivilDay>? {
    var clock = ZoneClock(timeZone)
    let active = activeDays
    let first = period.since.map { clock.day(of: $0) } ?? active?.lowerBound
    let last = period.until.map { clock.day(of: $0 - .milliseconds(1)) } ?? active?.upperBound
    guard let first, let last, first <= last else { return active }
    return first...last
  }
}

/// From `since` on and before `until`; open where `nil`.
package struct ReportPeriod: Hashable, Sendable {
  package var since: Instant?
  package var until: Instant?

  package init(since: Instant? = nil, until: Instant? = nil) {
    self.since = since
    self.until = until
  }

  /// A slot belongs to the period if it begins in it, where `since` counts from the start of its own slot.
  package func contains(slot: Instant) -> Bool {
    if let since, slot < RollupCell.slot(of: since) { return false }
    if let until, slot >= until { return false }
    return true
  }

  func overlaps(_ session: AccountSession) -> Bool {
    guard let first = session.started ?? session.ended, let last = session.ended ?? session.started else {
      return since == nil && until == nil
    }
    if let since, last < since { return false }
    if let until, first >= until { return false }
    return true
  }
}

/// One session's part of the account.
package struct SessionAccount: Hashable, Sendable {
  package var session: AccountSession
  /// Those of its cells in the period.
  package var totals: Totals
  /// Only states that something is in, in the order of the enum.
  package var states: [StateTotals]
  /// The state that cost most in the period.
  package var state: OutcomeState
  /// The models it used, by name.
  package var models: [String]

  fileprivate init(_ session: AccountSession, _ split: StateSplit, models: [String]) {
    self.session = session
    totals = split.totals
    states = split.present
    state = states.costliest ?? session.state
    self.models = models
  }

  static func precedes(_ a: SessionAccount, _ b: SessionAccount) -> Bool {
    let (x, y) = (a.session.started?.milliseconds ?? .min, b.session.started?.milliseconds ?? .min)
    if x != y { return x < y }
    if a.session.name != b.session.name { return a.session.name < b.session.name }
    return a.session.id < b.session.id
  }
}

extension [StateTotals] {
  /// The state that cost most; among equals the one with more output, then more records, then the first.
  var costliest: OutcomeState? {
    var best: StateTotals?
    for candidate in self where best.map({ candidate.totals.isCostlier(than: $0.totals) }) ?? true {
      best = candidate
    }
    return best?.state
  }
}
