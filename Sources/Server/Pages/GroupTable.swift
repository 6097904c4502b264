import Charts
import Hummingbird
import Ledger
import Visibility

/// Groups in one week, with how each went over the quarter before it.
struct GroupTable {
  let choice: WeekChoice
  let names: GroupNames
  /// `nil`: all tools together.
  let tool: Tool?
  let request: Request

  /// - Throws: ``ProblemDetails`` for what is no tool.
  static func tool(_ request: Request) throws(ProblemDetails) -> Tool? {
    guard let text = request.uri.queryParameters["tool"] else { return nil }
    guard let tool = Tool(rawValue: String(text)) else {
      throw .badField("tool", "tool is one of \(Tool.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return tool
  }

  /// By kind and name, so that a place in the list says nothing.
  private func cells(_ isWanted: (Visibility.Grouping.Dimension) -> Bool) -> [Cell] {
    choice.week.published.cells
      .filter { $0.tool == tool && isWanted($0.group.dimension) }
      .map { cell in
        (cell, (cell.group.dimension.rawValue, names.name(of: cell.group).lowercased(), names.key(of: cell)))
      }
      .sorted { $0.1 < $1.1 }
      .map(\.0)
  }

  /// All tools together, or one: there is no other filter.
  func tools(at path: String, of isWanted: (Visibility.Grouping.Dimension) -> Bool) -> PageContent {
    let published = Set(
      choice.week.published.map(\.cell).filter { isWanted($0.group.dimension) }.compactMap(\.tool))
    guard !published.isEmpty || tool != nil else { return .nothing }
    let all: [(name: String, tool: Tool?)] =
      [("All tools", nil)]
      + Tool.allCases.filter { published.contains($0) || $0 == tool }.map { ($0.displayName, $0) }
    let items = all.map { name, one in
      let address = "\(path)?week=\(choice.week.week)" + (one.map { "&tool=\($0.rawValue)" } ?? "")
      return one == tool
        ? "<li><strong>\(Markup.escape(name))</strong></li>" : "<li>\(Markup.anchor(address, name))</li>"
    }
    return .markup("<ul class=\"choices\">\(items.joined())</ul>\n")
  }

  func content(at path: String, of isWanted: (Visibility.Grouping.Dimension) -> Bool) -> PageContent {
    let cells = cells(isWanted)
    let pages = RowPages(request, of: cells.count)
    let query = "week=\(choice.week.week)" + (tool.map { "&tool=\($0.rawValue)" } ?? "")
    return .table(table(of: Array(cells[pages.range]))) + pages.links("Groups", at: "\(path)?\(query)")
  }

  private func table(of cells: [Cell]) -> DataTable {
    let isSettled = choice.week.isSettled
    let split =
      isSettled
      ? "What came of it was settled four weeks after the week’s end."
      : "What came of it is settled four weeks after the week’s end\(choice.latestSettled.map { "; \($0.week) is the latest that is" } ?? "")."
    return DataTable(
      id: "groups",
      caption: "\(choice.week.week), cost at list price. \(split) \(FrozenWeek.whyMissing)",
      columns: [DataColumn("Group"), DataColumn("Cost", .money), DataColumn("Quarter", .trend)]
        + (isSettled ? [DataColumn("What came of it", .parts(.dollars))] : [])
        + [DataColumn("Active people"), DataColumn("Known")],
      rows: cells.compactMap { cell in
        choice.week[cell].map { row($0, isSettled: isSettled) }
      },
      empty:
        "Nothing of this week can be shown here: too few people were active in each group, or it would give somebody away. The overview has the organisation as a whole."
    )
  }

  private func row(_ published: PublishedCell, isSettled: Bool) -> [DataValue] {
    let cell = published.cell
    let trend = DataValue.trend(choice.quarter.map { CellValue.cost(of: cell, in: $0) })
    let split = choice.week.split(of: cell).map { DataValue.parts($0.split.parts) } ?? .withheld
    let start: [DataValue] = [
      .text(names.name(of: cell.group)), CellValue.cost(of: cell, in: choice.week), trend,
    ]
    switch published.content {
    case .none: return start + (isSettled ? [.missing] : []) + [.text("none"), .missing]
    case .figures(let figures):
      return start + (isSettled ? [split] : [])
        + [.text(figures.people.rawValue), .text(figures.coverage.rawValue)]
    }
  }
}

/// What is said of a cell in a week.
enum CellValue {
  static func cost(of cell: Cell, in week: FrozenWeek) -> DataValue {
    switch week[cell]?.content {
    case .figures(let figures): .money(figures.cost)
    case .some(.none): .money(.zero)
    case nil: .withheld
    }
  }
}
