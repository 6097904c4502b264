import ControlSQLite
import Directory
import Ledger
import Visibility

/// What groups are called.
struct GroupNames {
  private let teams: [Int64: String]
  private let projects: [Int64: String]

  init(_ snapshot: DirectorySnapshot) {
    teams = Dictionary(
      snapshot.contents.teams.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    projects = Dictionary(
      snapshot.contents.projects.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// By which cells are ordered: never the same for two.
  func key(of cell: Cell) -> String {
    let group =
      switch cell.group {
      case .organisation: ""
      case .team(let id), .application(let id): Paging.leastFirst(id)
      case .useCase(let name), .costCentre(let name): name
      }
    return "\(cell.group.dimension.rawValue) \(group) \(cell.tool?.rawValue ?? "")"
  }

  func name(of group: Visibility.Grouping) -> String {
    switch group {
    case .organisation: "The organisation"
    case .team(let id): teams[id] ?? "a former team"
    case .application(let id): projects[id] ?? "a former application"
    case .useCase(let name): "Use case: \(name)"
    case .costCentre(let name): "Cost centre: \(name)"
    }
  }
}
