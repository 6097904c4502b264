/// The inside of a page: words, tables and pictures, in order. Every table in it can be asked for by its name.
package struct PageContent: Sendable {
  private indirect enum Block: Sendable {
    case markup(String)
    case table(DataTable)
    case chart(any Chart)
    /// Between markup before it and after it.
    case enclosed(String, PageContent, String)
  }

  private var blocks: [Block]

  private init(_ blocks: [Block]) { self.blocks = blocks }

  package static let nothing = PageContent([])

  package static func + (a: PageContent, b: PageContent) -> PageContent { PageContent(a.blocks + b.blocks) }
  package static func += (a: inout PageContent, b: PageContent) { a = a + b }

  // MARK: What it is put together from

  /// Markup as it is: nothing in it is escaped.
  package static func markup(_ html: String) -> PageContent { PageContent([.markup(html)]) }
  package static func table(_ table: DataTable) -> PageContent { PageContent([.table(table)]) }
  package static func chart(_ chart: some Chart) -> PageContent { PageContent([.chart(chart)]) }

  /// What the page is about; once on a page.
  package static func heading(_ title: String, _ lead: String = "") -> PageContent {
    .markup(
      "<header><h1>\(Markup.escape(title))</h1>\n"
        + (lead.isEmpty ? "" : "<p class=\"lead\">\(Markup.escape(lead))</p>\n") + "</header>\n")
  }

  package static func section(_ title: String, _ content: PageContent) -> PageContent {
    PageContent([
      .enclosed("<section>\n<h2>\(Markup.escape(title))</h2>\n", content, "</section>\n")
    ])
  }

  /// Opened by whoever wants to read it.
  package static func folded(_ summary: String, _ content: PageContent) -> PageContent {
    PageContent([
      .enclosed("<details><summary>\(Markup.escape(summary))</summary>\n", content, "</details>\n")
    ])
  }

  package static func paragraph(_ text: String) -> PageContent { .markup("<p>\(Markup.escape(text))</p>\n") }

  /// What is said beside the matter, smaller.
  package static func quiet(_ text: String) -> PageContent {
    .markup("<p class=\"quiet\">\(Markup.escape(text))</p>\n")
  }

  package static func sentences(_ texts: [String]) -> PageContent {
    guard !texts.isEmpty else { return .nothing }
    let items = texts.map { "<li>\(Markup.escape($0))</li>\n" }.joined()
    return .markup("<ul class=\"plain\">\n\(items)</ul>\n")
  }

  /// Text in which line breaks mean something.
  package static func lines(_ text: String) -> PageContent {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return .markup("<p>\(lines.map { Markup.escape(String($0)) }.joined(separator: "<br>\n"))</p>\n")
  }

  package static func link(_ address: String, _ text: String) -> PageContent {
    .markup("<p>\(Markup.anchor(address, text))</p>\n")
  }

  // MARK: What becomes of it

  /// - Parameter downloads: where the tables' data can be had; `nil` where it cannot.
  package func html(_ downloads: Downloads? = nil) -> String {
    blocks.map { block in
      switch block {
      case .markup(let html): html
      case .table(let table): table.html(downloads)
      case .chart(let chart): chart.html(downloads)
      case .enclosed(let before, let content, let after): before + content.html(downloads) + after
      }
    }.joined()
  }

  /// All tables, also those behind pictures.
  package var tables: [DataTable] {
    blocks.flatMap { block -> [DataTable] in
      switch block {
      case .markup: []
      case .table(let table): [table]
      case .chart(let chart): [chart.table]
      case .enclosed(_, let content, _): content.tables
      }
    }
  }

  package var isEmpty: Bool { blocks.isEmpty }
}
