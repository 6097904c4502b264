import Charts

/// A table on a page; what is in it is text, whatever it looks like.
struct PageTable {
  var caption: String
  var columns: [String]
  private var rows: [Row]
  /// What stands instead of no rows.
  var empty: String

  /// Cells of text; the first may lead somewhere.
  struct Row {
    var cells: [String]
    var link: String?

    init(_ cells: [String], link: String? = nil) {
      self.cells = cells
      self.link = link
    }
  }

  init(caption: String, columns: [String], rows: [[String]], empty: String) {
    self.init(caption: caption, columns: columns, linked: rows.map { Row($0) }, empty: empty)
  }

  init(caption: String, columns: [String], linked rows: [Row], empty: String) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.empty = empty
  }

  var html: String {
    guard !rows.isEmpty else { return "<p class=\"quiet\">\(PageFrame.escape(empty))</p>\n" }
    let heads = columns.map {
      "<th role=\"columnheader\" scope=\"col\" class=\"t\">\(PageFrame.escape($0))</th>"
    }.joined()
    let body = rows.map { row in
      let cells = row.cells.enumerated().map { index, text in
        index == 0
          ? "<th role=\"rowheader\" scope=\"row\">\(row.link.map { PagePart.anchor($0, text) } ?? PageFrame.escape(text))</th>"
          : "<td role=\"cell\" class=\"t words\" data-h=\"\(PageFrame.escape(columns[index]))\">\(PageFrame.escape(text))</td>"
      }.joined()
      return "<tr role=\"row\">\(cells)</tr>\n"
    }.joined()
    return """
      <table role="table" class="fold"><caption>\(PageFrame.escape(caption))</caption>
      <thead role="rowgroup"><tr role="row">\(heads)</tr></thead>
      <tbody role="rowgroup">
      \(body)</tbody></table>

      """
  }
}

/// The few pieces of markup that pages are put together from.
enum PagePart {
  static func heading(_ title: String, _ lead: String = "") -> String {
    "<header><h1>\(PageFrame.escape(title))</h1>\n"
      + (lead.isEmpty ? "" : "<p class=\"lead\">\(PageFrame.escape(lead))</p>\n") + "</header>\n"
  }

  static func section(_ title: String, _ content: String) -> String {
    "<section>\n<h2>\(PageFrame.escape(title))</h2>\n\(content)</section>\n"
  }

  static func anchor(_ address: String, _ text: String) -> String {
    "<a href=\"\(PageFrame.escape(address))\">\(PageFrame.escape(text))</a>"
  }

  static func link(_ address: String, _ text: String) -> String { "<p>\(anchor(address, text))</p>\n" }

  /// Text in which line breaks mean something.
  static func lines(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return "<p>\(lines.map { PageFrame.escape(String($0)) }.joined(separator: "<br>\n"))</p>\n"
  }

  static func paragraph(_ text: String) -> String { "<p>\(PageFrame.escape(text))</p>\n" }

  /// A form that changes something, with the proof that this server's page sent it.
  static func form(_ address: String, proof: String?, button: String, _ fields: String) -> String {
    let hidden = proof.map { "<input type=\"hidden\" name=\"proof\" value=\"\($0)\">\n" } ?? ""
    return """
      <form method="post" action="\(PageFrame.escape(address))">
      \(hidden)\(fields)<p><button>\(PageFrame.escape(button))</button></p>
      </form>

      """
  }
}
