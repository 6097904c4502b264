extension DataTable {
  /// As text, a head and one line a row: for conversations.
  package var lines: [String] {
    let texts = columns.indices.map { text(of: $0) }
    return [columns.map(\.name).joined(separator: " | ")]
      + rows.map { row in
        zip(row.cells, texts).map { $1.text($0) }.joined(separator: " | ")
      }
  }
}
