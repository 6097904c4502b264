import Account
import Charts
import HTTPTypes
import Ledger
import Visibility

/// Published cells of a week as JSON.
struct CellList {
  private let week: FrozenWeek
  private let names: GroupNames

  init(_ week: FrozenWeek, _ names: GroupNames) {
    self.week = week
    self.names = names
  }

  func document(of cells: some Sequence<Cell>, _ paging: Paging) throws -> JSONValue {
    let sorted = cells.sorted { names.key(of: $0) < names.key(of: $1) }
    return paging.document(
      of: sorted, key: names.key,
      also: [
        ("week", .string("\(week.week)")), ("version", .integer(Int64(week.version))),
        ("settled", .bool(week.isSettled)),
      ]
    ) { .object(members(of: $0)) }
  }

  func members(of cell: Cell) -> [(String, JSONValue)] {
    let head: [(String, JSONValue)] = [
      ("dimension", .string(cell.group.dimension.jsonName)), ("group", .string(names.name(of: cell.group))),
      ("tool", .optional(cell.tool?.rawValue)),
    ]
    guard case .figures(let figures)? = week[cell]?.content else {
      return head + [
        ("cost_nano_usd", .integer(0)), ("tokens", .null), ("active_people", .string("none")),
        ("coverage", .null), ("outcomes", .null), ("changes", .null),
      ]
    }
    return head + [
      ("cost_nano_usd", .integer(figures.cost.count)),
      ("tokens", figures.tokens.map(\.json) ?? .null),
      ("active_people", .string(figures.people.jsonName)), ("coverage", .string(figures.coverage.rawValue)),
      ("outcomes", week.split(of: cell).map(\.split.json) ?? .null),
      ("changes", week.split(of: cell)?.changes.map(\.json) ?? .null),
    ]
  }
}

extension TokenCounts {
  /// Each class by its name in reports; unknown is null.
  var json: JSONValue {
    .object([
      ("input", .optional(input)), ("cache_read", .optional(cacheRead)),
      ("cache_write_5m", .optional(cacheWrite5m)), ("cache_write_1h", .optional(cacheWrite1h)),
      ("output", .optional(output)), ("reasoning", .optional(reasoning)),
    ])
  }
}

extension SettledCell.Split {
  fileprivate var json: JSONValue {
    switch self {
    case .threeWays(let held, let otherLinked, let notLinked):
      .object([
        ("linked", .integer((held + otherLinked).count)), ("held", .integer(held.count)),
        ("not_linked", .integer(notLinked.count)),
      ])
    case .twoWays(let linked, let notLinked):
      .object([
        ("linked", .integer(linked.count)), ("held", .null), ("not_linked", .integer(notLinked.count)),
      ])
    }
  }
}

extension CellChanges {
  fileprivate var json: JSONValue {
    .object([
      ("held", .integer(held)), ("landed", .optional(landed)), ("in_failed_deployments", .optional(failed)),
    ])
  }
}

extension OutcomeClass {
  var jsonName: String {
    switch self {
    case .held: "held"
    case .otherLinked: "linked_not_held"
    case .notLinked: "not_linked"
    }
  }
}

extension Visibility.Grouping.Dimension {
  fileprivate var jsonName: String {
    switch self {
    case .organisation: "organisation"
    case .team: "team"
    case .application: "application"
    case .useCase: "use-case"
    case .costCentre: "cost-centre"
    }
  }
}

extension PeopleBand {
  fileprivate var jsonName: String {
    switch self {
    case .from5: "5-9"
    case .from10: "10-19"
    case .from20: "20-49"
    case .from50: "50-99"
    case .from100: "100-199"
    case .from200: "200-"
    }
  }
}

extension HTTPField.Name {
  // A name of letters and a hyphen, which every header's may be.
  static let assayPurpose = HTTPField.Name("Assay-Purpose") ?? .userAgent
}
