import Boards
import ControlSQLite
import Directory
import Events
import Foundation
import Ledger
import Visibility

/// Makes boards of what was frozen: cells of settled weeks, and what applications delivered in them.
struct BoardReading: Sendable {
  private let weeks: [FrozenWeek]
  private let settled: [FrozenWeek]
  private let delivery: [Week: [Int64: DeliveryWeek]]
  private let names: GroupNames
  /// Projects that there were in each settled week: what has ended since was part of it then.
  private let living: [Week: [Project]]
  private let limits: [Limit]

  init(_ control: ControlStore) throws {
    weeks = try control.frozenWeeks()
    delivery = try control.deliveryWeeks()
    let snapshot = try control.snapshot()
    names = GroupNames(snapshot)
    limits = snapshot.contents.limits
    settled = Array(weeks.lazy.filter(\.isSettled).suffix(Board.length))
    living = Dictionary(
      uniqueKeysWithValues: settled.map { frozen in
        guard let bounds = frozen.week.bounds() else { return (frozen.week, []) }
        let there = snapshot.contents.projects.filter { project in
          project.created < bounds.upperBound && project.ended.map { bounds.lowerBound < $0 } ?? true
        }
        return (frozen.week, there)
      })
  }

  func board(_ dimension: Board.Dimension) -> Board {
    var groups: Set<Visibility.Grouping> = []
    for week in settled {
      for cell in week.published.cells where cell.tool == nil && cell.group.dimension == dimension.grouping {
        groups.insert(cell.group)
      }
    }
    return Board(
      dimension, over: settled.map(\.week), groups.map(group), whole: group(.organisation))
  }

  private func group(_ group: Visibility.Grouping) -> BoardGroup {
    var figures: [Week: BoardGroup.WeekFigures] = [:]
    for week in settled {
      guard case .figures(let cell)? = week[Cell(group)]?.content else { continue }
      let delivered = delivered(by: group, in: week.week)
      figures[week.week] = BoardGroup.WeekFigures(
        cost: cell.cost, coverage: cell.coverage, changes: week.split(of: Cell(group))?.changes,
        delivery: delivered.sum, isDeliveryWhole: delivered.isWhole)
    }
    return BoardGroup(group, name: names.name(of: group), weeks: figures)
  }

  /// What a group's applications delivered in a week, and whether it is kept of all of them. Teams own no applications
  /// in the directory.
  private func delivered(
    by group: Visibility.Grouping, in week: Week
  ) -> (sum: DeliveryWeek?, isWhole: Bool) {
    let kept = delivery[week] ?? [:]
    let living = living[week] ?? []
    let own: [Int64] =
      switch group {
      case .organisation:
        kept[DeliveryWeek.organisation] == nil ? living.map(\.id) : [DeliveryWeek.organisation]
      case .application(let id): [id]
      case .useCase(let name): living.filter { $0.useCase == name }.map(\.id)
      case .team, .costCentre: []
      }
    var sum: DeliveryWeek?
    for one in own.compactMap({ kept[$0] }) {
      if sum == nil { sum = one } else { sum? += one }
    }
    return (sum, own.allSatisfy { kept[$0]?.landed != nil })
  }

  // MARK: Spend

  struct Budget: Sendable {
    var name: String
    var window: SpendOutlook.WindowLength
    var amount: NanoDollars
    /// `nil` where no week of the group is published.
    var outlook: SpendOutlook?
  }

  /// Budgets in money of the organisation, of teams and of applications, by name.
  var budgets: [Budget] {
    let latest = weeks.suffix(Board.length)
    return limits.compactMap { limit -> Budget? in
      guard case .money(let amount) = limit.measure,
        let window = SpendOutlook.WindowLength(rawValue: limit.window.rawValue)
      else { return nil }
      let group: Visibility.Grouping
      switch limit.scope {
      case .organisation: group = .organisation
      case .team(let id): group = .team(id)
      case .project(let id): group = .application(id)
      case .key, .person, .agent: return nil
      }
      let costs = latest.map { week -> NanoDollars? in
        switch week[Cell(group)]?.content {
        case .figures(let figures)?: figures.cost
        case PublishedCell.Content.none?: .zero
        case nil: nil
        }
      }
      return Budget(
        name: names.name(of: group), window: window, amount: amount,
        outlook: SpendOutlook(amount, per: window, costs: costs))
    }
    .sorted { ($0.name, $0.window.rawValue) < ($1.name, $1.window.rawValue) }
  }

  /// The organisation's, of the last closed weeks.
  var yearly: YearlyUse? {
    YearlyUse(
      weeks.suffix(Board.length).compactMap { week in
        if case .figures(let figures)? = week[Cell(.organisation)]?.content { figures } else { nil }
      })
  }
}

extension Board.Dimension {
  var grouping: Visibility.Grouping.Dimension {
    switch self {
    case .applications: .application
    case .useCases: .useCase
    case .teams: .team
    }
  }
}
