import Directory
import Foundation
import Ledger
import Visibility

/// Makes of the ledger and the directory what a week's cells are made of: who used what, in which groups, as of then.
struct WeekReading: Sendable {
  let ledger: any LedgerStore
  let people: PeopleReading
  let settings: VisibilitySettings
  let timeZone: TimeZone

  /// - Parameter known: Sessions that are left out, because they are reckoned with already.
  /// - Returns: `nil` for a week that no year has.
  func use(of week: Week, without known: Set<SessionID> = []) throws -> ClosedUse? {
    guard let bounds = week.bounds(in: timeZone) else { return nil }
    let end = bounds.upperBound - .milliseconds(1)
    let parts = try parts(in: bounds, without: known)
    let use = WeekOfUse(
      week: week, contributions: parts.map(\.contribution), members: members(at: end),
      managed: managed(at: end, parts.map(\.contribution)),
      lines: lines(at: end), areReportsVisible: settings.reports.map { $0.since <= week } ?? false,
      floors: settings.floors)
    return ClosedUse(use, sessions: parts.map(\.sessions))
  }

  /// Sessions with use in a week.
  func sessions(of week: Week) throws -> [SessionFact] {
    try week.bounds(in: timeZone).map { try ledger.sessions(spendingIn: $0) } ?? []
  }

  /// What came of each session's use in a week, by now.
  func outcomes(of week: Week) throws -> [SessionID: [OutcomeState: NanoDollars]] {
    guard let bounds = week.bounds(in: timeZone) else { return [:] }
    var outcomes: [SessionID: [OutcomeState: NanoDollars]] = [:]
    for cell in try ledger.cells(in: bounds, of: nil) {
      outcomes[cell.session, default: [:]][cell.state, default: .zero] += cell.totals.cost ?? .zero
    }
    return outcomes
  }

  // MARK: Use

  private struct Key: Hashable {
    var contributor: Contributor
    var groups: Set<Grouping>
    var tool: Tool
  }

  private struct Part {
    var contribution: Contribution
    var sessions: Set<SessionID>
  }

  private func parts(in bounds: Range<Instant>, without known: Set<SessionID>) throws -> [Part] {
    // A slot belongs to the week that it begins in.
    let cells = try ledger.cells(in: bounds, of: nil).filter { !known.contains($0.session) }
    guard !cells.isEmpty else { return [] }
    let sessions = Dictionary(
      try ledger.sessions(spendingIn: bounds).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let automatic = try ledger.automaticSessions(in: bounds)
    let applications = applications
    var sums: [Key: Part] = [:]
    for cell in cells {
      guard let session = sessions[cell.session] else { continue }
      var groups = groups(of: cell.account, at: cell.slot)
      if let project = session.remote.flatMap({ RepositoryRemote($0) }).flatMap({
        applications[$0.text.lowercased()]
      }) {
        groups.insert(.application(project.id))
        if let useCase = project.useCase { groups.insert(.useCase(useCase)) }
      }
      let key = Key(contributor: contributor(cell.account, at: cell.slot), groups: groups, tool: session.tool)
      let isHuman = !isAgent(cell.account) && !automatic.contains(cell.session)
      var part =
        sums[key]
        ?? Part(
          contribution: Contribution(
            key.contributor, in: key.groups, tool: key.tool, figures: Visibility.Figures(records: 0),
            isHumanInitiated: false), sessions: [])
      part.contribution.figures += Visibility.Figures(of: cell)
      part.contribution.isHumanInitiated = part.contribution.isHumanInitiated || isHuman
      part.sessions.insert(cell.session)
      sums[key] = part
    }
    return Array(sums.values)
  }

  private var applications: [String: Project] {
    let projects = Dictionary(
      people.snapshot.contents.projects.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return Dictionary(
      people.repositories.compactMap { repository in
        projects[repository.project].map { (repository.remote.text.lowercased(), $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  private func contributor(_ account: AccountID, at instant: Instant) -> Contributor {
    people.snapshot.person(of: account, at: instant).map { .person($0) } ?? .account(account)
  }

  private func isAgent(_ account: AccountID) -> Bool {
    if case .agent = people.snapshot.identity(of: account) { true } else { false }
  }

  private func groups(of account: AccountID, at instant: Instant) -> Set<Grouping> {
    var groups: Set<Grouping> = []
    if let team = people.snapshot.team(of: account, at: instant) { groups.insert(.team(team)) }
    if let person = people.snapshot.person(of: account, at: instant),
      let centre = people.costCentre(of: person, at: instant).flatMap({ costCentres[$0] })
    {
      groups.insert(.costCentre(centre))
    }
    return groups
  }

  private var costCentres: [Int64: String] {
    Dictionary(people.costCentres.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: People, as of the week's end

  private func members(at instant: Instant) -> [Contributor: Set<Grouping>] {
    Dictionary(
      living(at: instant).map { (.person($0.id), groups(of: $0.account, at: instant)) },
      uniquingKeysWith: { first, _ in first })
  }

  private func living(at instant: Instant) -> [Person] {
    people.snapshot.contents.people.filter { $0.created <= instant && $0.ended.map { instant < $0 } ?? true }
  }

  /// A manager can reach a group by any route if anybody reports to them, near or far, who belongs to it or whose use
  /// is in it: of an application or a use case it is use that makes somebody one of the group.
  func managed(
    at instant: Instant, _ contributions: [Contribution]
  ) -> [Grouping: Set<Int64>] {
    var managed: [Grouping: Set<Int64>] = [:]
    func note(_ person: Int64, in groups: Set<Grouping>) {
      let above = Set(people.managers(above: person, at: instant))
      guard !above.isEmpty else { return }
      for group in groups { managed[group, default: []].formUnion(above) }
    }
    for person in living(at: instant) { note(person.id, in: groups(of: person.account, at: instant)) }
    for contribution in contributions {
      if case .person(let id) = contribution.contributor { note(id, in: contribution.groups) }
    }
    return managed
  }

  func lines(at instant: Instant) -> [ReportingLine] {
    let lines = people.reporting.filter { $0.holds(at: instant) }
    return Dictionary(grouping: lines, by: \.of).map { manager, reports in
      ReportingLine(manager: manager, reports: Set(reports.map(\.member)))
    }
  }
}
