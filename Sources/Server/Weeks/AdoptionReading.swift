import ControlSQLite
import Directory
import Foundation
import Inventory
import Judgement
import Ledger
import Targets
import Visibility

/// Makes of the ledger and the directory who of the eligible used AI in a week, and on how many days.
struct AdoptionReading: Sendable {
  private let ledger: any LedgerStore
  private let people: PeopleReading
  private let work: WorkTime
  /// By their number; since when and until when something of theirs could have come in.
  private let ways: [Int64: [Range<Instant>]]
  private let erased: Set<Int64>
  private let settings: VisibilitySettings
  private let timeZone: TimeZone

  init(ledger: any LedgerStore, control: ControlStore, timeZone: TimeZone) throws {
    self.ledger = ledger
    self.timeZone = timeZone
    people = try control.peopleReading()
    work = try control.workTime()
    settings = try control.visibilitySettings()
    erased = Set(try control.erasures().flatMap(\.scope.people))
    var ways: [Int64: [Range<Instant>]] = [:]
    func note(_ person: Int64, _ created: Instant, _ ends: [Instant?]) {
      let end = ends.compactMap { $0 }.min() ?? Instant(milliseconds: .max)
      if created < end { ways[person, default: []].append(created..<end) }
    }
    for key in people.snapshot.contents.keys {
      if case .person(let person) = key.holder { note(person, key.created, [key.revoked, key.expires]) }
    }
    for token in try control.tokens() where token.scopes.contains(.ingest) {
      if case .person(let person) = token.holder {
        note(person, token.created, [token.revoked, token.expires])
      }
    }
    self.ways = ways
  }

  /// - Parameter target: by which it is said who is counted.
  /// - Returns: `nil` for a week that no year has.
  func adoption(in week: Week, under target: AdoptionTarget) throws -> WeekOfAdoption? {
    guard let bounds = week.bounds(in: timeZone) else { return nil }
    let end = bounds.upperBound - .milliseconds(1)
    let use = try use(in: bounds, counting: target.leastAmount?.unit ?? .requests)
    let seen = try seen(before: bounds.upperBound)
    let reading = WeekReading(ledger: ledger, people: people, settings: settings, timeZone: timeZone)
    var adoption = WeekOfAdoption(
      week: week, target: target, participants: [], managed: reading.managed(at: end, []),
      lines: reading.lines(at: end),
      areReportsVisible: settings.reports.map { $0.since <= week } ?? false, floors: settings.floors)
    let days = days(in: bounds)
    for person in people.snapshot.contents.people where !erased.contains(person.id) {
      let last = min(end, person.ended.map { $0 - .milliseconds(1) } ?? end)
      // Who was found to be another is counted as that one.
      guard people.snapshot.person(of: person.account, at: last) == person.id else { continue }
      let team = people.snapshot.team(of: person.account, at: last)
      guard isCounted(person.id, team, by: target.eligibility) else { continue }
      let working = days.filter { isThere(person, on: $0) && works(person.id, on: $0) }
      guard let first = working.first else { continue }
      guard working.contains(where: { !work.isAway(person.id, on: $0) }) else {
        adoption.away += 1
        continue
      }
      let own = use[person.id]
      let count = own?.days.count
      let isConnected =
        count != nil || seen.contains(person.id) || ways[person.id]?.contains { $0.overlaps(bounds) } == true
      adoption.participants.append(
        WeekOfAdoption.Participant(
          person: person.id, team: team, days: isConnected ? count ?? 0 : nil,
          isPartTime: work.workingDays(of: person.id, on: first).isPartTime,
          amount: own?.amount(atLeast: target.leastAmount.map { Double($0.count) })))
    }
    return adoption
  }

  // MARK: Who is counted

  private func isCounted(_ person: Int64, _ team: Int64?, by eligibility: AdoptionTarget.Eligibility) -> Bool
  {
    switch eligibility {
    case .everyone: return true
    case .teams(let teams): return team.map(teams.contains) ?? false
    case .titles(let titles):
      guard let title = people.users[person]?.draft.profile.title else { return false }
      let folded = DirectoryText.folded(title)
      return titles.contains { DirectoryText.folded($0) == folded }
    }
  }

  private func isThere(_ person: Person, on day: CalendarDay) -> Bool {
    self.day(of: person.created) <= day && person.ended.map { day < self.day(of: $0) } ?? true
  }

  private func works(_ person: Int64, on day: CalendarDay) -> Bool {
    work.workingDays(of: person, on: day).days.contains(day.weekday)
  }

  private func days(in bounds: Range<Instant>) -> [CalendarDay] {
    var days = [day(of: bounds.lowerBound)]
    while days.count < 7, let last = days.last { days.append(last.next) }
    return days
  }

  /// In the organisation's time zone.
  private func day(of instant: Instant) -> CalendarDay {
    CalendarDay(containing: instant, secondsFromUTC: timeZone.secondsFromGMT(for: instant.date))
  }

  // MARK: What was seen

  private struct Use {
    var days: Set<CalendarDay> = []
    /// As far as it is known.
    var known = 0.0
    var isWhole = true
    /// Whose requests are counted already.
    var sessions: Set<SessionID> = []

    /// What is missing can only be more: whoever reached an amount without it has reached it.
    func amount(atLeast least: Double?) -> Double? {
      isWhole || least.map { known >= $0 } == true ? known : nil
    }
  }

  /// On which days each person asked for something themself, and how much they used: neither agents nor what programs
  /// began count.
  private func use(
    in bounds: Range<Instant>, counting unit: AdoptionTarget.LeastAmount.Unit
  ) throws -> [Int64: Use] {
    let automatic = try ledger.automaticSessions(in: bounds)
    let requests = unit == .requests ? try ledger.requests(in: bounds) : [:]
    var found: [Int64: Use] = [:]
    for cell in try ledger.cells(in: bounds, of: nil) where !automatic.contains(cell.session) {
      if case .agent = people.snapshot.identity(of: cell.account) { continue }
      guard let person = people.snapshot.person(of: cell.account, at: cell.slot) else { continue }
      var use = found[person] ?? Use()
      use.days.insert(day(of: cell.slot))
      let totals = cell.totals
      switch unit {
      case .requests:
        if use.sessions.insert(cell.session).inserted {
          use.known += Double(requests[cell.session] ?? 0)
          if requests[cell.session] == nil { use.isWhole = false }
        }
      case .dollars:
        use.known += Double(totals.cost?.count ?? 0) / Double(NanoDollars.perDollar)
        if totals.unknownRecords + totals.unpricedRecords > 0 { use.isWhole = false }
      case .tokens:
        use.known += Double(totals.counts.weight)
        if totals.unknownRecords > 0 { use.isWhole = false }
      }
      found[person] = use
    }
    return found
  }

  /// Of whom anything is held that came in before an instant.
  private func seen(before end: Instant) throws -> Set<Int64> {
    Set(
      try ledger.accounts(seenBefore: end).compactMap { account in
        if case .agent = people.snapshot.identity(of: account) { return nil }
        return people.snapshot.person(of: account, at: end - .milliseconds(1))
      })
  }
}
