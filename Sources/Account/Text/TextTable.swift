import Charts

/// A table on a terminal: one column of words, the rest figures, with thin rules and no boxes. Columns that do
/// not fit are left out, the least important first, and never squeezed.
struct TextTable {
  struct Column {
    var heading: String
    /// 0 is always shown; the highest goes first where there is no room.
    var priority: Int
    var cells: [Cell]
    var width: Int { ([Display.width(heading)] + cells.map { Display.width($0.text) }).max() ?? 0 }
  }

  /// What is printed, and with which style; widths are those of the plain text.
  struct Cell {
    var text: String
    var styled: (@Sendable (String) -> String)?

    init(_ text: String, styled: (@Sendable (String) -> String)? = nil) {
      self.text = text
      self.styled = styled
    }
  }

  var heading: String
  var labels: [Cell]
  var columns: [Column]
  /// The last row is the sum of the others and stands below a rule.
  var hasTotal: Bool

  static let narrowestLabel = 16

  /// - Returns: the lines, and whether columns were left out.
  func lines(width: Int, ink: Ink) -> (lines: [String], omitted: [String]) {
    let wanted = ([Display.width(heading)] + labels.map { Display.width($0.text) }).max() ?? 0
    let label = Swift.min(wanted, Swift.max(Self.narrowestLabel, width * 2 / 5))
    var shown = Set(columns.indices)
    func used() -> Int { label + shown.reduce(0) { $0 + 2 + columns[$1].width } }
    let byPriority = columns.indices.sorted { columns[$0].priority > columns[$1].priority }
    for index in byPriority where columns[index].priority > 0 && used() > width { shown.remove(index) }

    // What is left over goes to the words.
    let labelWidth = Swift.min(wanted, label + Swift.max(0, width - used()))
    let visible = columns.indices.filter(shown.contains)
    let total = used() - label + labelWidth
    let rule = ink.dim(String(repeating: "─", count: total))

    var lines = [
      ink.dim(
        Display.pad(heading, to: labelWidth)
          + visible.map { "  " + Display.pad(columns[$0].heading, to: columns[$0].width, right: true) }
          .joined()),
      rule,
    ]
    for row in labels.indices {
      if hasTotal && row == labels.count - 1 { lines.append(rule) }
      var line = Self.styled(
        labels[row], Display.pad(Display.cut(labels[row].text, to: labelWidth), to: labelWidth))
      for index in visible {
        let cell = columns[index].cells[row]
        line += "  " + Self.styled(cell, Display.pad(cell.text, to: columns[index].width, right: true))
      }
      lines.append(Self.withoutTrailingSpaces(line))
    }
    let omitted = columns.indices.filter { !shown.contains($0) }.map { columns[$0].heading }
    return (lines, omitted)
  }

  private static func styled(_ cell: Cell, _ padded: String) -> String { cell.styled?(padded) ?? padded }

  private static func withoutTrailingSpaces(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
