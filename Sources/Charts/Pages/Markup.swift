/// The few things that writing HTML and SVG by hand needs.
package enum Markup {
  /// Text or an attribute's value, whatever is in it.
  package static func escape(_ text: String) -> String {
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

  package static func anchor(_ address: String, _ text: String) -> String {
    "<a href=\"\(escape(address))\">\(escape(text))</a>"
  }

  /// A coordinate with one decimal at most.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((Swift.min(Swift.max(value, -1e9), 1e9) * 10).rounded())
    let size = tenths.magnitude
    let text = size % 10 == 0 ? "\(size / 10)" : "\(size / 10).\(size % 10)"
    return tenths < 0 ? "-\(text)" : text
  }

  /// The patterns that ``Tone/fill`` names; once on a page, outside anything that may be hidden.
  static let patterns = """
    <svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
    <pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="7" height="7" fill="var(--fresh)"/><rect width="2" height="7" fill="var(--bg)" opacity=".45"/>
    </pattern>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
    <rect width="6" height="6" fill="var(--bg)"/><rect width="1.6" height="6" fill="var(--hatch)"/>
    </pattern></defs></svg>

    """

  /// A small square in the fill of what it stands for.
  package static func swatch(_ tone: Tone) -> String {
    "<span class=\"swatch s-\(tone.name)\" aria-hidden=\"true\"></span>"
  }

  /// One bar divided among parts.
  ///
  /// - Parameter whole: what the full width stands for; the sum of the parts unless it is given.
  package static func mix(_ parts: [TonedPart], of whole: Int64? = nil) -> String {
    let parts = parts.filter { $0.weight > 0 }
    let total = parts.reduce(Int64(0)) { $0 &+ $1.weight }
    guard total > 0 else { return "" }
    let width = Double(Swift.max(total, whole ?? total))
    var x = 0.0
    let boxes = parts.map { part in
      let share = Double(part.weight) / width * 100
      defer { x += share }
      return
        "<rect fill=\"\(part.tone.fill)\" x=\"\(number(x))%\" width=\"\(number(share))%\" height=\"100%\"/>"
    }
    let words = parts.map { "\($0.label) \(Shares.text($0.weight, of: total))" }
    let label = escape(words.joined(separator: ", "))
    return
      "<svg class=\"mix\" role=\"img\" aria-label=\"\(label)\"><title>\(label)</title>\(boxes.joined())</svg>"
  }
}
