import Ledger

/// The few things that writing HTML and SVG by hand needs.
enum Markup {
  /// Text or an attribute's value, whatever is in it.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in Display.safe(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate with one decimal at most.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((Swift.min(Swift.max(value, -1e9), 1e9) * 10).rounded())
    let size = tenths.magnitude
    let text = size % 10 == 0 ? "\(size / 10)" : "\(size / 10).\(size % 10)"
    return tenths < 0 ? "-\(text)" : text
  }

  /// How a state is filled in a picture: `fresh` striped, `unknown` hatched, the others plain.
  static func fill(_ state: OutcomeState) -> String {
    switch state {
    case .fresh: "url(#stripes)"
    case .unknown: "url(#hatch)"
    case .held, .reverted, .open, .explored, .unexplained: "var(--\(state.rawValue))"
    }
  }

  /// The patterns that ``fill(_:)`` names; once on a page, outside anything that may be hidden.
  static let patterns = """
    <svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
    <pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="7" height="7" style="fill:var(--fresh)"/><rect width="2" height="7" style="fill:var(--bg);opacity:.45"/>
    </pattern>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
    <rect width="6" height="6" style="fill:var(--bg)"/><rect width="1.6" height="6" style="fill:var(--hatch)"/>
    </pattern></defs></svg>

    """

  /// A small square in the fill of a state.
  static func swatch(_ state: OutcomeState) -> String {
    "<span class=\"swatch s-\(state.rawValue)\" aria-hidden=\"true\"></span>"
  }

  /// One bar divided among states, as boxes of CSS.
  static func mix(_ states: [StateTotals], _ basis: ShareBasis) -> String {
    let parts = states.filter { basis.weight($0.totals) > 0 }
    let total = parts.reduce(Int64(0)) { $0 &+ basis.weight($1.totals) }
    guard total > 0 else { return "" }
    let words = parts.map { "\($0.state.rawValue) \(Shares.text(basis.weight($0.totals), of: total))" }
    let boxes = parts.map { part in
      let share = Double(basis.weight(part.totals)) / Double(total) * 100
      return "<i class=\"s-\(part.state.rawValue)\" style=\"width:\(number(share))%\"></i>"
    }
    let label = escape(words.joined(separator: ", "))
    return
      "<span class=\"mix\" role=\"img\" aria-label=\"\(label)\" title=\"\(label)\">\(boxes.joined())</span>"
  }
}
