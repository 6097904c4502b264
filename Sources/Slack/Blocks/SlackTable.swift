/// A table as text of even width: Slack shows no other on every device.
package struct SlackTable: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case leading, trailing }

  package struct Column: Hashable, Sendable {
    package var title: String
    package var alignment: Alignment

    package init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  package var columns: [Column]
  package var rows: [[String]]
  /// Longer cells end in `…`.
  package var widestCell: Int

  package init(_ columns: [Column], rows: [[String]], widestCell: Int = 40) {
    self.columns = columns
    self.rows = rows
    self.widestCell = widestCell
  }

  /// A block of code; a long one is cut between rows by ``SlackText/parts(most:)``.
  package var text: SlackText {
    let cells = ([columns.map(\.title)] + rows).map { row in
      columns.indices.map { shown($0 < row.count ? row[$0] : "") }
    }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    var lines = cells.map { row in
      columns.indices.map { column in
        let gap = String(repeating: " ", count: widths[column] - row[column].count)
        return columns[column].alignment == .leading ? row[column] + gap : gap + row[column]
      }.joined(separator: "  ").trimmedAtEnd
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
    return SlackText(quoting: lines.joined(separator: "\n"))
  }

  /// A cell as it will stand there: what is made inert gets longer, and columns are to stay even.
  private func shown(_ cell: String) -> String { SlackLabel(cell, most: widestCell).text }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
