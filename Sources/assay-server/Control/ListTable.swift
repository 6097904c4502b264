import Charts

/// A list of words on a terminal: columns as wide as what is in them, with two spaces between.
struct ListTable {
  var headings: [String]
  var rows: [[String]] = []

  /// - Parameter empty: What is printed if there is nothing in the list.
  func text(empty: String) -> String {
    guard !rows.isEmpty else { return empty + "\n" }
    let cells = [headings] + rows.map { $0.map(Display.safe) }
    let widths = headings.indices.map { column in cells.map { Display.width($0[column]) }.max() ?? 0 }
    return cells.map { row in
      var line = zip(row, widths).map { Display.pad($0, to: $1) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
