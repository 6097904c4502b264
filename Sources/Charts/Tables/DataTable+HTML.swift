extension DataTable {
  /// As it stands on a page. Its roles are spelt out, since it folds into blocks on narrow screens and would otherwise
  /// stop being a table for a screen reader.
  ///
  /// - Parameter downloads: where its data can be had; `nil` where it cannot.
  package func html(_ downloads: Downloads? = nil) -> String {
    guard !rows.isEmpty else {
      return empty.isEmpty ? "" : "<p class=\"quiet\">\(Markup.escape(empty))</p>\n"
    }
    let texts = columns.indices.map { text(of: $0) }
    let ranges = columns.indices.map { IntervalBar.Scale(of: values(of: $0), columns[$0]) }
    let heads = columns.map { column in
      "<th role=\"columnheader\" scope=\"col\"\(column.isText ? " class=\"t\"" : "")>\(Markup.escape(column.name))</th>"
    }.joined()
    func line(_ row: Row) -> String {
      let cells = zip(row.cells, columns.indices).map { value, index in
        cell(
          value, columns[index], texts[index], ranges[index], link: index == 0 ? row.link : nil,
          isFirst: index == 0)
      }
      return "<tr role=\"row\">\(cells.joined())</tr>"
    }
    let foot = self.foot.map { "<tfoot role=\"rowgroup\">\(line($0))</tfoot>" } ?? ""
    let caption = caption.isEmpty ? "" : "<caption>\(Markup.escape(caption))</caption>\n"
    return """
      <table role="table" id="t-\(Markup.escape(id))" class="\(folding)">\(caption)<thead role="rowgroup">\
      <tr role="row">\(heads)</tr></thead>
      <tbody role="rowgroup">
      \(rows.map { line($0) + "\n" }.joined())</tbody>\(foot)</table>
      \(downloads?.links(to: id) ?? "")
      """
  }

  /// Few columns stay side by side longer; many stand closer.
  private var folding: String {
    columns.count > 7
      ? "fold dense" : columns.count > 5 || columns.contains { $0.kind == .words } ? "fold" : "fold-late"
  }

  private func cell(
    _ value: DataValue, _ column: DataColumn, _ text: ColumnText, _ scale: IntervalBar.Scale?, link: String?,
    isFirst: Bool
  ) -> String {
    let inside = markup(value, column, text, scale)
    if isFirst {
      let name = link.map { "<a href=\"\(Markup.escape($0))\">\(inside)</a>" } ?? inside
      return "<th role=\"rowheader\" scope=\"row\">\(name)</th>"
    }
    var classes: [String] = []
    switch column.kind {
    case .words: classes = ["words", "t"]
    case .parts: classes = ["full", "t"]
    case .text, .code, .trend: classes = ["t"]
    case .count, .tokens, .money, .share, .number: if column.hasIntervals { classes = ["broad-cell"] }
    }
    if value == .withheld || value == .missing { classes.append("none") }
    let name = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    return "<td role=\"cell\"\(name) data-h=\"\(Markup.escape(column.name))\">\(inside)</td>"
  }

  private func markup(
    _ value: DataValue, _ column: DataColumn, _ text: ColumnText, _ scale: IntervalBar.Scale?
  ) -> String {
    let words = Markup.escape(text.text(value))
    switch value {
    case .toned(_, let tone): return Markup.swatch(tone) + words
    case .trend(let values): return Sparkline(values, read: text.text).svg
    case .parts(let parts): return Self.bar(parts)
    case .interval(let interval):
      guard let scale else { return words }
      return IntervalBar(interval, scale: scale).svg + words
    case .text where column.kind == .code: return "<code>\(words)</code>"
    case .text, .count, .money, .share, .number, .missing, .withheld: return words
    }
  }
}

extension DataTable {
  /// A bar, and in words what its parts are: colours alone would not do.
  private static func bar(_ parts: [TonedPart]) -> String {
    let parts = parts.filter { $0.weight > 0 }
    let whole = parts.reduce(Int64(0)) { $0 &+ $1.weight }
    guard whole > 0 else { return Figures.missing }
    let words = parts.map { "\($0.label)\(Figures.joint)\(Shares.text($0.weight, of: whole))" }
    return Markup.mix(parts)
      + "<span class=\"quiet small\" aria-hidden=\"true\">\(Markup.escape(words.joined(separator: " · ")))</span>"
  }
}

/// Where the data of a page's tables can be had: at the address of the page itself, under the same rules.
package struct Downloads: Hashable, Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case csv, json
  }

  /// The rest of the page's own query: `week=2026-W21`.
  private let query: String

  package init(query: String = "") { self.query = query }

  package func address(of table: String, as format: Format) -> String {
    "?\(query.isEmpty ? "" : query + "&")table=\(table)&as=\(format.rawValue)"
  }

  func links(to table: String) -> String {
    let name = table.split(separator: "-").joined(separator: " ")
    let links = Format.allCases.map { format in
      let label = format.rawValue.uppercased()
      return
        "<a href=\"\(Markup.escape(address(of: table, as: format)))\" download "
        + "aria-label=\"\(label) of the table \(Markup.escape(name))\">\(label)</a>"
    }
    return "<p class=\"take\">\(links.joined(separator: " "))</p>\n"
  }
}
