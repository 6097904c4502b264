/// A table as data: drawn on a page, and taken away as CSV or JSON.
package struct DataTable: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    /// One for each column.
    package var cells: [DataValue]
    /// Where its first cell leads.
    package var link: String?

    package init(_ cells: [DataValue], link: String? = nil) {
      self.cells = cells
      self.link = link
    }
  }

  /// Names it among the tables of its page, in addresses: lowercase letters, digits, hyphens.
  package var id: String
  package var caption: String
  package var columns: [DataColumn]
  package var rows: [Row]
  /// What the rows come to; only read, since whoever takes the data away adds up themself.
  package var foot: Row?
  /// What stands instead of no rows: why there are none, and what to do.
  package var empty: String
  /// Whether amounts of all columns have as many decimals as the largest among them: parts beside their whole.
  package var hasOneScale = false

  /// - Parameter columns: The first names the rows.
  package init(
    id: String, caption: String, columns: [DataColumn], rows: [Row], foot: Row? = nil, empty: String = ""
  ) {
    self.id = id
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.foot = foot
    self.empty = empty
  }

  package init(
    id: String, caption: String, columns: [DataColumn], rows: [[DataValue]], empty: String = ""
  ) {
    self.init(id: id, caption: caption, columns: columns, rows: rows.map { Row($0) }, empty: empty)
  }

  /// A table of texts.
  package init(id: String, caption: String, heads: [String], texts: [[String]], empty: String = "") {
    self.init(
      id: id, caption: caption, columns: heads.map { DataColumn($0) },
      rows: texts.map { row in row.map { DataValue.text($0) } }, empty: empty)
  }

  /// A name for a table out of words.
  package static func id(_ words: String) -> String {
    DataColumn.key(words).split(separator: "_").joined(separator: "-")
  }

  /// How a column is read.
  func text(of column: Int) -> ColumnText {
    let own = values(of: column) + (foot.map { [$0.cells[column]] } ?? [])
    return ColumnText(columns[column], of: hasOneScale ? rows.flatMap(\.cells) : own)
  }

  func values(of column: Int) -> [DataValue] {
    rows.compactMap { $0.cells.indices.contains(column) ? $0.cells[column] : nil }
  }

  /// The names of all parts in a column, in the order in which they appear first.
  func partNames(of column: Int) -> [String] {
    var names: [String] = []
    for case .parts(let parts) in values(of: column) {
      for part in parts where !names.contains(part.label) { names.append(part.label) }
    }
    return names
  }
}
