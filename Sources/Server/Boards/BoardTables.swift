import Boards
import Charts
import Ledger
import Statistics
import Visibility

/// A board as tables: each of a few measures that belong together, and what their figures were made of folded behind.
struct BoardTables {
  let board: Board
  let rows: [Board.Row]
  /// Of which intervals are drawn as well as written.
  let drawn: Set<BoardMeasure>

  /// - Parameter range: Of the board's rows in this order, those that are shown.
  init(_ board: Board, sort: BoardMeasure?, rows range: Range<Int>) {
    self.board = board
    rows = Array((sort.map(board.sorted) ?? board.rows)[range])
    drawn = [.costPerHeldChange, .costPerLandedChange, sort ?? .changeFailRate]
  }

  private enum Topic: String, CaseIterable {
    case cost, delivery, incidents, lines

    var title: String {
      switch self {
      case .cost: "Cost"
      case .delivery: "Delivery"
      case .incidents: "Incidents and review"
      case .lines: "Lines"
      }
    }

    var measures: [BoardMeasure] {
      switch self {
      case .cost: [.costPerHeldChange, .costPerLandedChange]
      case .delivery: [.leadTime, .deploymentFrequency, .changeFailRate, .recoveryTime, .reworkRate]
      case .incidents: [.incidentsPerChange, .failedWithAI, .failedWithoutAI, .reviewTime]
      case .lines: [.churn, .survival]
      }
    }
  }

  var content: PageContent {
    Topic.allCases.map { topic in
      .section(
        topic.title,
        .table(table(of: topic)) + .folded("What each figure is made of", .table(basis(of: topic))))
    }.reduce(.nothing, +)
  }

  private func table(of topic: Topic) -> DataTable {
    DataTable(
      id: topic.rawValue,
      caption: topic.measures.map { "\($0.title): \($0.definition)" }.joined(separator: " "),
      columns: [DataColumn("Group")] + topic.measures.flatMap(columns)
        + (topic == .cost ? [DataColumn("Known")] : []) + [DataColumn("Differs from the others in", .words)],
      rows: rows.map { DataTable.Row(cells(of: $0, topic)) },
      foot: board.whole.map { DataTable.Row(cells(of: $0, topic)) },
      empty: "Nothing of these weeks can be shown. Wider groups may be.")
  }

  /// Of costs both numbers that they are made of stand beside.
  private func columns(_ measure: BoardMeasure) -> [DataColumn] {
    let own = DataColumn(
      measure.title, measure.columnKind, decimals: 1, hasIntervals: drawn.contains(measure),
      reference: board.whole?.figures[measure].map { measure.shown($0.value) })
    switch measure {
    case .costPerHeldChange:
      return [DataColumn("AI cost", .money), DataColumn("Held AI-linked changes", .count), own]
    case .costPerLandedChange: return [DataColumn("Changes landed, of any kind", .count), own]
    default: return [own]
    }
  }

  private func cells(of row: Board.Row, _ topic: Topic) -> [DataValue] {
    let figures = topic.measures.flatMap { measure -> [DataValue] in
      let figure = row.figures[measure]
      let own = figure.map(measure.value) ?? measure.absence
      let below = figure.map { DataValue.number($0.denominator) }.map(Self.counted) ?? measure.absence
      switch measure {
      case .costPerHeldChange:
        return [figure.map { .money(Self.money($0.numerator)) } ?? measure.absence, below, own]
      case .costPerLandedChange: return [below, own]
      default: return [own]
      }
    }
    let differing = topic.measures.filter { row.figures[$0]?.standing == .different }
    return [.text(row.name)] + figures
      + (topic == .cost ? [.text(row.coverage?.rawValue)] : [])
      + [.text(differing.isEmpty ? "nothing" : differing.map(\.title).joined(separator: "; "))]
  }

  private func basis(of topic: Topic) -> DataTable {
    DataTable(
      id: "\(topic.rawValue)-basis", caption: "Over what, of how many weeks, and how much of it was known.",
      columns: [DataColumn("Group")] + topic.measures.map { DataColumn($0.title, .words) },
      rows: (rows + [board.whole].compactMap { $0 }).map { row in
        [.text(row.name)]
          + topic.measures.map { measure in
            row.figures[measure].map { .text($0.basis(measure, of: board.weeks.count)) } ?? measure.absence
          }
      }, empty: "Nothing of these weeks can be shown.")
  }

  private static func counted(_ value: DataValue) -> DataValue {
    value.magnitude.map { .count(Int64(min($0, 1e15).rounded())) } ?? .missing
  }

  private static func money(_ dollars: Double) -> NanoDollars {
    NanoDollars(Int64((min(dollars, 9e9) * Double(NanoDollars.perDollar)).rounded()))
  }
}

extension BoardMeasure {
  fileprivate var columnKind: DataColumn.Kind {
    switch unit {
    case .dollars: .money
    case .seconds: .number(unit: "hours", decimals: 1)
    case .perDay: .number(unit: "a day", decimals: 2)
    case .perHundred: .number(unit: "", decimals: 1)
    case .share: .share
    }
  }

  /// A value in the unit of its column.
  fileprivate func shown(_ value: Double) -> Double { unit == .seconds ? value / 3600 : value }

  fileprivate func value(of figure: Board.Figure) -> DataValue {
    if let range = figure.range {
      return .interval(
        Interval(shown(figure.value), from: shown(range.lowerBound), to: shown(range.upperBound)))
    }
    switch unit {
    case .dollars:
      return .money(NanoDollars(Int64((min(figure.value, 9e9) * Double(NanoDollars.perDollar)).rounded())))
    case .share: return .share(figure.value)
    case .seconds, .perDay, .perHundred: return .number(shown(figure.value))
    }
  }

  /// What counts people is kept back; what services did was not reported.
  fileprivate var absence: DataValue {
    switch self {
    case .costPerHeldChange, .failedWithAI, .failedWithoutAI: .withheld
    default: .missing
    }
  }
}
