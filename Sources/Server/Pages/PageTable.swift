import Account

/// A table on a page; what is in it is text, whatever it looks like.
struct PageTable {
  var caption: String
  var columns: [String]
  var rows: [[String]] = []
  /// What stands instead of no rows.
  var empty: String

  var html: String {
    guard !rows.isEmpty else { return "<p class=\"quiet\">\(PageFrame.escape(empty))</p>\n" }
    let heads = columns.map {
      "<th role=\"columnheader\" scope=\"col\" class=\"t\">\(PageFrame.escape($0))</th>"
    }.joined()
    let body = rows.map { row in
      let cells = row.enumerated().map { index, text in
        index == 0
          ? "<th role=\"rowheader\" scope=\"row\">\(PageFrame.escape(text))</th>"
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
