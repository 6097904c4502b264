import Charts
package import Ledger

extension WasteReport {
  /// For a terminal of so many columns: each kind with its cost, what to do, and its dearest case.
  ///
  /// - Parameter name: what a session is called.
  package func text(columns: Int, name: (SessionID) -> String) -> String {
    guard !rows.isEmpty else {
      return "Nothing of what is looked for was found in \(Figures.counted(sessions, "session")).\n"
    }
    var lines = Display.wrap(
      "What could have been had for less: \(cost.text), in \(Figures.counted(sessions, "session")).",
      to: columns)
    let scale = MoneyScale(fitting: [cost])
    for row in rows {
      let cost = row.unpriced == row.findings ? "unpriced" : scale.text(row.cost)
      lines.append("")
      lines += Display.wrap(
        "\(row.kind.title): \(cost), \(Figures.counted(row.findings, "time")) in \(Figures.counted(row.sessions, "session"))",
        to: columns, indent: "  ", hanging: "    ")
      if let dearest = findings.first(where: { $0.kind == row.kind }) {
        lines += Display.wrap(
          "\(name(dearest.session)): \(dearest.text)", to: columns, indent: "    ", hanging: "      ")
      }
      lines += Display.wrap("→ \(row.kind.advice)", to: columns, indent: "    ", hanging: "      ")
    }
    lines.append("")
    lines += Display.wrap(Self.explanation, to: columns)
    return lines.map { $0 + "\n" }.joined()
  }
}
