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
    return try page(
      "Teams and applications", at: "/groups", grant, request, context, after: own
    ) { $0 != .costCentre }
  }

  /// For finance and platform.
  private func costCentres(_ request: Request, _ context: AssayContext) throws -> Response {
    let grant = try sight.ask(.costCentres, on: .organisation, context)
    return try page("Cost centres", at: "/cost-centres", grant, request, context) { $0 == .costCentre }
  }

  private func page(
    _ title: String, at path: String, _ grant: Grant, _ request: Request, _ context: AssayContext,
    after: PageContent = .nothing, of isWanted: (Visibility.Grouping.Dimension) -> Bool
  ) throws -> Response {
    let lead = "\(grant.form.sentence) What was closed never changes."
    let tool = try GroupTable.tool(request)
    let rest = tool.map { "tool=\($0.rawValue)" } ?? ""
    guard
      let choice = try WeekChoice(request, among: control.frozenWeeks(), at: path, keeping: rest)
    else {
      return try layout.page(
        title, at: path, request, context, .heading(title, lead) + .paragraph(WeekWords.noneClosed))
    }
    let table = GroupTable(
      choice: choice, names: GroupNames(try control.snapshot()), tool: tool, request: request)
    let content =
      PageContent.heading(title, lead) + choice.content + table.tools(at: path, of: isWanted)
      + table.content(at: path, of: isWanted)
      + (try control.weekStamps()["\(choice.week.week)"] == nil ? .nothing : .quiet(WeekWords.factsGone))
      + after
    return try layout.page(title, at: path, request, context, content)
  }

  /// A quarter.
  private static let weeks = 13
}

enum WeekWords {
  static let noneClosed =
    "No week has been closed yet. A week is closed two days after its end, and shown from then on."
  static let factsGone =
    "Facts behind this week have been let go of since it was closed. What was published stays as it was."
}
