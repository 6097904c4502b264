import Charts
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
    router.get("/groups") { request, context in try groups(request, context) }
    router.get("/organisation") { request, context in try organisation(request, context) }
    router.get("/cost-centres") { request, context in try costCentres(request, context) }
  }

  private func groups(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.groupCells, on: .group(isManagedByViewer: false), context)
    var own = PageContent.nothing
    if case .person(let person, _) = context.caller {
      own =
        OwnGroups(
          of: person, in: try control.peopleReading(), weeks: try control.frozenWeeks().suffix(Self.weeks),
          at: context.asked
        ).content
    }
    return try page("Teams and applications", at: "/groups", grant, request, context, own) { cell in
      cell.group.dimension != .costCentre
    }
  }

  private func organisation(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.organisationTotals, on: .organisation, context)
    return try page("The organisation", at: "/organisation", grant, request, context) {
      $0.group == .organisation
    }
  }

  /// For finance and platform.
  private func costCentres(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.costCentres, on: .organisation, context)
    return try page("Cost centres", at: "/cost-centres", grant, request, context) {
      $0.group.dimension == .costCentre
    }
  }

  private func page(
    _ title: String, at path: String, _ grant: Grant, _ request: Request, _ context: AssayContext,
    _ own: PageContent = .nothing, of isWanted: (Cell) -> Bool
  ) throws -> Response {
    let weeks = try control.frozenWeeks().suffix(Self.weeks).reversed()
    let names = GroupNames(try control.snapshot())
    let stamps = try control.weekStamps()
    let sections = weeks.map { week in
      let note = stamps["\(week.week)"] == nil ? PageContent.nothing : .paragraph(Self.factsGone)
      return PageContent.section(
        week.week.description, .table(CellTable(week, names).table(of: isWanted)) + note)
    }.reduce(PageContent.nothing, +)
    let lead = "\(grant.form.sentence) What was closed never changes."
    let content =
      PageContent.heading(title, lead) + own
      + (weeks.isEmpty ? .paragraph("No week has been closed yet.") : sections)
    return try layout.page(title, at: path, request, context, content)
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

  func table(of isWanted: (Cell) -> Bool) -> DataTable {
    let rows = week.published.cells.filter(isWanted)
      .sorted { names.key(of: $0) < names.key(of: $1) }
      .compactMap { week[$0].map(row) }
    let split =
      week.isSettled
      ? "What came of it was settled four weeks after."
      : "What came of it is settled four weeks after its end."
    return DataTable(
      id: "week-\(week.week.description.lowercased())",
      caption: "Cost at list price. \(split) \(FrozenWeek.whyMissing)",
      columns: [
        DataColumn("Group"), DataColumn("Tool"), DataColumn("Cost", .money),
        DataColumn("What came of it", .parts(.dollars)), DataColumn("Active people"), DataColumn("Known"),
      ], rows: rows, empty: "Nothing of this week can be shown.")
  }

  func row(_ published: PublishedCell) -> [DataValue] {
    let cell = published.cell
    let start = [DataValue.text(names.name(of: cell.group)), .text(cell.tool?.displayName ?? "all")]
    switch published.content {
    case .none: return start + [.money(.zero), .missing, .text("none"), .missing]
    case .figures(let figures):
      let split = week.split(of: cell).map { DataValue.parts($0.split.parts) } ?? .missing
      return start + [
        .money(figures.cost), split, .text(figures.people.rawValue), .text(figures.coverage.rawValue),
      ]
    }
  }
}

extension SettledCell.Split {
  /// As they are drawn.
  var parts: [TonedPart] {
    switch self {
    case .threeWays(let held, let otherLinked, let notLinked):
      [
        TonedPart("held", .state(.held), held.count),
        TonedPart("linked, not held", .linkedNotHeld, otherLinked.count),
        TonedPart("not linked", .notLinked, notLinked.count),
      ]
    case .twoWays(let linked, let notLinked):
      [TonedPart("linked", .linked, linked.count), TonedPart("not linked", .notLinked, notLinked.count)]
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
