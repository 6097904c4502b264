/// A picture of a table's values: what it shows is said as a sentence above it, in words for who cannot see it, and in
/// figures behind it.
package protocol Chart: Sendable {
  /// Names it, and its table, on the page: lowercase letters, digits, hyphens.
  var id: String { get }
  /// What it shows, as a sentence.
  var title: String { get }
  /// What is counted, and what is not in it.
  var note: String { get }
  /// The text alternative: what one would see.
  var description: String { get }
  /// The values that are drawn.
  var table: DataTable { get }
  /// The drawings, one for each width of a screen.
  func drawings() -> String
  /// Whether there is anything to draw.
  var isEmpty: Bool { get }
  /// What stands instead of a picture without anything in it: why, and what to do.
  var empty: String { get }
}

extension Chart {
  package func html(_ downloads: Downloads? = nil) -> String {
    guard !isEmpty else { return "<p class=\"quiet\">\(Markup.escape(empty))</p>\n" }
    let note = note.isEmpty ? "" : " \(Markup.escape(note))"
    return """
      <figure id="c-\(Markup.escape(id))">
      <figcaption><strong>\(Markup.escape(title))</strong>\(note)</figcaption>
      \(drawings())<details><summary>The same in figures</summary>
      \(table.html(downloads))</details>
      </figure>

      """
  }
}

/// A width that a picture is drawn for; style sheets show the one that fits.
enum DrawingWidth: String, CaseIterable {
  case broad, narrow

  /// In the units of the drawing, which are pixels where nothing is scaled.
  var units: Double {
    switch self {
    case .broad: 780
    case .narrow: 350
    }
  }
}

/// The frame of a drawing.
struct Drawing {
  let chart: any Chart
  let width: Double
  let height: Double
  /// The class that style sheets show or hide it by.
  let name: String

  func svg(_ body: String) -> String {
    let id = "\(chart.id)-\(name)"
    return """
      <svg class="\(name)" viewBox="0 0 \(Markup.number(width)) \(Markup.number(height))" \
      width="\(Markup.number(width))" role="img" aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">\(Markup.escape(chart.title))</title>
      <desc id="\(id)-d">\(Markup.escape(chart.description))</desc>
      \(body)</svg>

      """
  }
}
