import Charts
import Ledger
import Visibility

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
