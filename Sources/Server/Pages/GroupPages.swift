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
  }

  private func groups(_ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.groupCells, on: .group(isManagedByViewer: false), context)
    let weeks = try control.frozenWeeks().suffix(Self.weeks).reversed()
    let names = GroupNames(try control.snapshot())
    let stamps = try control.weekStamps()
    let sections = weeks.map { week in
      let rows = Set(week.published.map(\.cell)).compactMap { week[$0] }
        .filter { $0.cell.group.dimension != .costCentre }
        .sorted {
          ($0.cell.group, $0.cell.tool?.rawValue ?? "") < ($1.cell.group, $1.cell.tool?.rawValue ?? "")
        }
        .map { row($0, names) }
      return PagePart.section(
        week.week.description,
        PageTable(
          caption: "Cost at list price. \(FrozenWeek.whyMissing)",
          columns: ["Group", "Tool", "Cost", "Active people", "Known"], rows: rows,
          empty: "Nothing of this week can be shown."
        ).html + (stamps["\(week.week)"] == nil ? "" : PagePart.paragraph(Self.factsGone)))
    }.joined()
    let lead = "\(grant.form.sentence) What was closed never changes."
    let content =
      PagePart.heading("Teams and applications", lead)
      + (weeks.isEmpty ? PagePart.paragraph("No week has been closed yet.") : sections)
    return layout.page("Teams and applications", at: "/groups", for: context.caller, content)
  }

  private static let factsGone =
    "Facts behind this week have been let go of since it was closed. What was published stays as it was."

  /// A quarter.
  private static let weeks = 13

  private func row(_ published: PublishedCell, _ names: GroupNames) -> [String] {
    let cell = published.cell
    let start = [names.name(of: cell.group), cell.tool?.displayName ?? "all"]
    switch published.content {
    case .none: return start + ["none", "none", "–"]
    case .figures(let figures):
      return start + [figures.cost.dollars, figures.people.rawValue, figures.coverage.rawValue]
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
