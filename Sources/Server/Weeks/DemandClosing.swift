import ControlSQLite
import Demand
import Directory
import Foundation
import Ledger
import Visibility

/// Makes of the ledger and the directory what is published of a week's use by model, and of what part of it nothing came.
struct DemandClosing: Sendable {
  private let ledger: any LedgerStore
  private let people: PeopleReading
  private let rules: DemandRules
  private let timeZone: TimeZone

  /// Where somebody manages somebody, the higher floor: whoever reads it may be a manager as well.
  init(ledger: any LedgerStore, people: PeopleReading, floors: Floors, timeZone: TimeZone) {
    self.ledger = ledger
    self.people = people
    self.timeZone = timeZone
    rules = DemandRules(
      floor: people.reporting.isEmpty ? floors.others : floors.manager,
      isDominated: { Dominance.holds($0) })
  }

  /// `nil` where nothing may be said by model.
  func models(of week: FrozenWeek) throws -> ModelTokens? {
    guard case .figures? = week[Cell(.organisation)]?.content else { return nil }
    return ModelTokens(of: try use(in: week).map(\.use), rules)
  }

  /// `nil` where nothing may be said of what came of a settled week.
  func unexplained(in week: FrozenWeek) throws -> UnexplainedShares? {
    guard case .figures? = week[Cell(.organisation)]?.content else { return nil }
    let use = try use(in: week)
    return UnexplainedShares(
      unexplained: use.filter { $0.state == .unexplained }.map(\.use),
      other: use.filter { $0.state != .unexplained }.map(\.use), rules)
  }

  private func use(in week: FrozenWeek) throws -> [(state: OutcomeState, use: ModelTokens.Use)] {
    guard let bounds = week.week.bounds(in: timeZone) else { return [] }
    let tools = Dictionary(
      try ledger.sessions(spendingIn: bounds).map { ($0.id, $0.tool) },
      uniquingKeysWith: { first, _ in first })
    let automatic = try ledger.automaticSessions(in: bounds)
    let published = Set(Tool.allCases.filter { week[Cell(.organisation, tool: $0)] != nil })
    struct Key: Hashable {
      var state: OutcomeState
      var contributor: Int64
      var isActivePerson: Bool
      var tool: Tool?
      var model: String?
    }
    var sums: [Key: TokenCounts] = [:]
    for cell in try ledger.cells(in: bounds, of: nil) {
      let person = people.snapshot.person(of: cell.account, at: cell.slot)
      let isAgent = if case .agent = people.snapshot.identity(of: cell.account) { true } else { false }
      let key = Key(
        // Accounts of no person have numbers of their own, below those of people.
        state: cell.state, contributor: person ?? -1 - cell.account.rawValue,
        isActivePerson: person != nil && !isAgent && !automatic.contains(cell.session),
        tool: tools[cell.session].flatMap { published.contains($0) ? $0 : nil }, model: cell.model)
      sums[key, default: TokenCounts()] += cell.totals.counts
    }
    return sums.map { key, tokens in
      (
        key.state,
        ModelTokens.Use(
          contributor: key.contributor, isActivePerson: key.isActivePerson, tool: key.tool, model: key.model,
          tokens: tokens)
      )
    }
  }
}
