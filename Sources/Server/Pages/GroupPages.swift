import Account
import ControlSQLite
import Directory
import Foundation
import Hummingbird
import Ledger
import Visibility

/// What everybody may read of groups: cells of closed weeks, as they were frozen.
struct GroupPages: Sendable {
  let control: ControlStore
  let sight: Sight
  let layout: PageLayout

  func add(to router: Router<AssayContext>) {
    router.get("/groups") { _, context in try groups(context) }
    router.get("/organisation") { _, context in try organisation(context) }
    router.get("/cost-centres") { _, context in try costCentres(context) }
  }

  private func groups(_ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.groupCells, on: .group(isManagedByViewer: false), context)
    var own = ""
    if case .person(let person, _) = context.caller {
      own =
        OwnGroups(
          of: person, in: try control.peopleReading(), weeks: try control.frozenWeeks().suffix(Self.weeks),
          at: context.asked
        ).html
    }
    return try page("Teams and applications", at: "/groups", grant, context, own) { cell in
      cell.group.dimension != .costCentre
    }
  }

  private func organisation(_ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.organisationTotals, on: .organisation, context)
    return try page("The organisation", at: "/organisation", grant, context) { $0.group == .organisation }
  }

  /// For finance and platform.
  private func costCentres(_ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.costCentres, on: .organisation, context)
    return try page("Cost centres", at: "/cost-centres", grant, context) { $0.group.dimension == .costCentre }
  }

  private func page(
    _ title: String, at path: String, _ grant: Grant, _ context: AssayContext, _ own: String = "",
    of isWanted: (Cell) -> Bool
  ) throws -> Response {
    let weeks = try control.frozenWeeks().suffix(Self.weeks).reversed()
    let names = GroupNames(try control.snapshot())
    let stamps = try control.weekStamps()
    let sections = weeks.map { week in
      let note = stamps["\(week.week)"] == nil ? "" : PagePart.paragraph(Self.factsGone)
      return PagePart.section(week.week.description, CellTable(week, names).html(of: isWanted) + note)
    }.joined()
    let lead = "\(grant.form.sentence) What was closed never changes."
    let content =
      PagePart.heading(title, lead) + own
      + (weeks.isEmpty ? PagePart.paragraph("No week has been closed yet.") : sections)
    return layout.page(title, at: path, for: context.caller, content)
  }

  private static let factsGone =
    "Facts behind this week have been let go of since it was closed. What was published stays as it was."

  /// A quarter.
  private static let weeks = 13
}

/// Published cells of a week, as everybody who may read them does.
struct CellTable {
  let week: FrozenWeek
  let names: GroupNames

  init(_ week: FrozenWeek, _ names: GroupNames) {
    self.week = week
    self.names = names
  }

  func html(of isWanted: (Cell) -> Bool) -> String {
    let rows = week.published.cells.filter(isWanted)
      .sorted { names.key(of: $0) < names.key(of: $1) }
      .compactMap { week[$0].map(row) }
    let split =
      week.isSettled
      ? "What came of it was settled four weeks after."
      : "What came of it is settled four weeks after its end."
    return PageTable(
      caption: "Cost at list price. \(split) \(FrozenWeek.whyMissing)",
      columns: ["Group", "Tool", "Cost", "What came of it", "Active people", "Known"], rows: rows,
      empty: "Nothing of this week can be shown."
    ).html
  }

  func row(_ published: PublishedCell) -> [String] {
    let cell = published.cell
    let start = [names.name(of: cell.group), cell.tool?.displayName ?? "all"]
    switch published.content {
    case .none: return start + ["none", "–", "none", "–"]
    case .figures(let figures):
      let split = week.split(of: cell)?.split.sentence ?? "–"
      return start + [figures.cost.dollars, split, figures.people.rawValue, figures.coverage.rawValue]
    }
  }
}

extension SettledCell.Split {
  var sentence: String {
    switch self {
    case .threeWays(let held, let otherLinked, let notLinked):
      "\(held.dollars) held, \(otherLinked.dollars) linked and not held, \(notLinked.dollars) not linked"
    case .twoWays(let linked, let notLinked): "\(linked.dollars) linked, \(notLinked.dollars) not linked"
    }
  }
}

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
