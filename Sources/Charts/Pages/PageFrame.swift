/// What is around the inside of every page.
package struct PageFrame: Sendable {
  package enum Style: Sendable {
    /// In the page itself, which then needs nothing else.
    case inline
    /// At an address of the server that the page comes from.
    case at(String)
  }

  /// A place that pages lead to.
  package struct Link: Sendable {
    package var address: String
    package var name: String
    package var isHere: Bool

    package init(_ address: String, _ name: String, isHere: Bool = false) {
      self.address = address
      self.name = name
      self.isHere = isHere
    }
  }

  package var title: String
  package var style: Style
  package var generator: String
  package var footer: String
  package var links: [Link]

  package init(
    title: String, style: Style, generator: String = "assay", footer: String = "", links: [Link] = []
  ) {
    self.title = title
    self.style = style
    self.generator = generator
    self.footer = footer
    self.links = links
  }

  package static var stylesheet: String { Stylesheet.css }

  /// Text or an attribute's value, whatever is in it.
  package static func escape(_ text: String) -> String { Markup.escape(text) }

  /// - Parameter content: markup.
  package func document(_ content: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    \(head)<meta name="color-scheme" content="light dark">
    <meta name="generator" content="\(Markup.escape(generator))">
    <title>\(Markup.escape(title))</title>
    \(styleElement)
    </head>
    <body>
    \(Markup.patterns)<main>
    \(navigation)\(content)\(footer.isEmpty ? "" : "<footer>\(Markup.escape(footer))</footer>\n")</main>
    </body>
    </html>

    """
  }

  private var head: String {
    switch style {
    case .inline:
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">\n"
    // The server says it in a header, which covers more.
    case .at: ""
    }
  }

  private var styleElement: String {
    switch style {
    case .inline: "<style>\n\(Stylesheet.css)\n</style>"
    case .at(let address): "<link rel=\"stylesheet\" href=\"\(Markup.escape(address))\">"
    }
  }

  private var navigation: String {
    guard !links.isEmpty else { return "" }
    let items = links.map { link in
      "<a href=\"\(Markup.escape(link.address))\"\(link.isHere ? " aria-current=\"page\"" : "")>\(Markup.escape(link.name))</a>"
    }
    return "<nav aria-label=\"Pages\">\(items.joined(separator: " "))</nav>\n"
  }
}
