import Charts
import Directory
package import Ledger
import Visibility

extension TeamDigest {
  /// A document that mail programs show as it is meant: tables, attributes and inline styles, no style sheet, no
  /// picture, nothing from elsewhere, and no more than 102 kB, where some cut a message off.
  package var mail: String {
    """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(escaped(title))</title></head>
    <body style="margin:0;padding:0;background-color:#ffffff">
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center">
    <table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;\(Self.font)">
    <tr><td style="padding:24px 16px 8px 16px"><h1 style="margin:0;font-size:20px;font-weight:600">\(escaped(title))</h1></td></tr>
    \(section("What it led to", outcomeSentences.map(paragraph).joined() + bar))
    \(section("What was used", paragraph(useSentence)))
    \(section("In the team’s own words", ownWords))
    <tr><td style="padding:16px;font-size:13px;color:\(Palette.light.quiet)">\(escaped(organisation)) · Assay</td></tr>
    </table>
    </td></tr></table>
    </body>
    </html>

    """
  }

  /// Each may be of 2,000 characters, and as bytes four times as long and more.
  private static let mostQuotes = 8

  private static let font =
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:\(Palette.light.text);text-align:left"

  private func escaped(_ text: String) -> String { Markup.escape(text) }

  private func section(_ title: String, _ content: String) -> String {
    "<tr><td style=\"padding:12px 16px\"><h2 style=\"margin:0 0 4px 0;font-size:16px;font-weight:600\">\(escaped(title))</h2>\n\(content)</td></tr>"
  }

  private func paragraph(_ text: String) -> String {
    "<p style=\"margin:0 0 8px 0\">\(escaped(text))</p>\n"
  }

  /// The settled week's cost as one bar of coloured cells, each with its label under it.
  private var bar: String {
    guard let parts = outcome?.parts, let total = outcome?.cost.count, total > 0 else { return "" }
    let shown = parts.filter { $0.cost.count > 0 }
    let cells = shown.map { part in
      let percent = max(1, Int((Double(part.cost.count) / Double(total) * 100).rounded()))
      return
        "<td width=\"\(percent)%\" height=\"16\" bgcolor=\"\(part.colour)\" style=\"background-color:\(part.colour);font-size:1px;line-height:16px\">&nbsp;</td>"
    }
    let labels = shown.map { part in
      "<tr><td style=\"font-size:13px;padding:2px 8px 2px 0;border-left:8px solid \(part.colour);padding-left:8px\">\(escaped(part.title))</td><td align=\"right\" style=\"font-size:13px\">\(escaped(part.cost.text))</td></tr>"
    }
    return """
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>\(cells.joined())</tr></table>
      <table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:4px">\(labels.joined(separator: "\n"))</table>

      """
  }

  private var ownWords: String {
    let quotes = quotes.prefix(Self.mostQuotes).map { quote in
      let lines = quote.text.split(separator: "\n", omittingEmptySubsequences: false).map {
        escaped(String($0))
      }
      return
        "<blockquote style=\"margin:0 0 8px 0;padding:0 0 0 12px;border-left:3px solid \(Palette.light.rule)\">\(lines.joined(separator: "<br>\n"))<br>\n<span style=\"font-size:13px;color:\(Palette.light.quiet)\">\(escaped(quote.about))</span></blockquote>\n"
    }
    let left = self.quotes.count - quotes.count
    return (words == nil ? "" : paragraph(Self.ownWords)) + wordSentences.map(paragraph).joined()
      + quotes.joined()
      + (left > 0 ? paragraph("\(left) more are on the page.") : "")
  }
}

extension TeamDigest.Outcome {
  /// One part of a settled week's cost.
  package struct Part: Hashable, Sendable {
    package var title: String
    package var cost: NanoDollars
    /// Of the state that it stands for, in light.
    var colour: String
  }

  package var cost: NanoDollars {
    if case .figures(let figures) = use { figures.cost } else { .zero }
  }

  /// `nil` where the split cannot be shown.
  package var parts: [Part]? {
    let light = Palette.light
    switch split {
    case nil: return nil
    case .twoWays(let linked, let notLinked):
      return [
        Part(title: "led to something that landed", cost: linked, colour: light.colour(of: .fresh)),
        Part(title: "no outcome found", cost: notLinked, colour: light.colour(of: .unexplained)),
      ]
    case .threeWays(let held, let otherLinked, let notLinked):
      return [
        Part(title: "held", cost: held, colour: light.colour(of: .held)),
        Part(title: "landed, does not hold or not yet", cost: otherLinked, colour: light.colour(of: .open)),
        Part(title: "no outcome found", cost: notLinked, colour: light.colour(of: .unexplained)),
      ]
    }
  }
}
