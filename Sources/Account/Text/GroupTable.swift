import Charts
import Ledger

/// The table of a grouping on a terminal.
struct GroupTable {
  let account: Account
  let groups: [AccountGroup]
  let options: TextOptions

  static let mixHeading = "what it bought"
  private static let mixWidth = 20

  func table(_ ink: Ink) -> TextTable {
    let basis = ShareBasis(account.totals)
    let rows = groups.map(\.totals) + [account.totals]
    let states = groups.map(\.states) + [account.states]
    let scale = MoneyScale(fitting: rows.map(\.knownCost))
    typealias Cell = TextTable.Cell
    var columns = [
      TextTable.Column(heading: "cost", priority: 0, cells: rows.map { Cell(scale.text($0.knownCost)) })
    ]
    if options.grouping == .session {
      let cells = groups.map { group in
        group.state.map { state in Cell(state.rawValue, styled: { ink.state(state, $0) }) } ?? Cell("")
      }
      columns.append(TextTable.Column(heading: "state", priority: 1, cells: cells + [Cell("")]))
    }
    if options.grouping != .state {
      let held = zip(rows, states).map { row, states in
        let part = states.filter { $0.state == .held }.map { basis.weight($0.totals) }.reduce(0, &+)
        return Cell(Shares.text(part, of: basis.weight(row)))
      }
      columns.append(TextTable.Column(heading: "held", priority: 1, cells: held))
    }
    for (tokenClass, priority) in Self.classOrder {
      // A class that nothing was used of is noise in every row.
      if rows.allSatisfy({ $0.tokens(tokenClass) == 0 }) { continue }
      columns.append(
        TextTable.Column(
          heading: tokenClass.shortLabel, priority: priority,
          cells: rows.map { Cell(Figures.tokens($0.tokens(tokenClass))) }))
    }
    columns.append(
      TextTable.Column(heading: "calls", priority: 8, cells: rows.map { Cell(Figures.grouped($0.records)) }))
    if options.usesColour && options.grouping != .state {
      let cells = states.map { states in Cell(Self.blank, styled: { _ in Self.mix(states, basis, ink) }) }
      columns.append(TextTable.Column(heading: Self.mixHeading, priority: 9, cells: cells))
    }
    var labels = groups.map { group in
      if options.grouping == .state, let state = OutcomeState(rawValue: group.key) {
        return Cell(group.label, styled: { ink.state(state, $0) })
      }
      return Cell(Display.safe(group.label))
    }
    labels.append(Cell("all", styled: ink.bold))
    return TextTable(heading: options.grouping.heading, labels: labels, columns: columns, hasTotal: true)
  }

  /// In the order in which they are printed; the number says which goes first where there is no room.
  private static let classOrder: [(TokenClass, Int)] = [
    (.input, 3), (.cacheRead, 4), (.cacheWrite5m, 5), (.cacheWrite1h, 6), (.output, 2), (.reasoning, 7),
  ]

  private static let blank = String(repeating: " ", count: mixWidth)

  private static func mix(_ states: [StateTotals], _ basis: ShareBasis, _ ink: Ink) -> String {
    let cells = Bar.split(states.map { basis.weight($0.totals) }, columns: mixWidth)
    return zip(states, cells).map { state, count in
      ink.state(state.state, String(repeating: state.state == .unknown ? "░" : "█", count: count))
    }.joined()
  }
}
