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

  /// Pages that belong together; only those around the page that one is on are all named.
  package struct LinkGroup: Sendable {
    package var name: String
    package var links: [Link]

    package init(_ name: String, _ links: [Link]) {
      self.name = name
      self.links = links
    }

    var isHere: Bool { links.contains(where: \.isHere) }
  }

  package var title: String
  package var style: Style
  package var generator: String
  package var footer: String
  /// Whose pages they are, above the links.
  package var name: String
  package var groups: [LinkGroup]
  /// Markup between the links and the page: what holds for every page.
  package var banner: String

  package init(
    title: String, style: Style, generator: String = "assay", footer: String = "", name: String = "",
    groups: [LinkGroup] = [], banner: String = ""
  ) {
    self.title = title
    self.style = style
    self.generator = generator
    self.footer = footer
    self.name = name
    self.groups = groups
    self.banner = banner
  }

  package static var stylesheet: String { Stylesheet.css }

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
    \(Markup.patterns)\(top)\(banner)<main id="content">
    \(content)</main>
    \(footer.isEmpty ? "" : "<footer><p>\(Markup.escape(footer))</p></footer>\n")    </body>
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

  /// The name, the groups of pages, and the pages of the group that one is in.
  private var top: String {
    guard !groups.isEmpty || !name.isEmpty else { return "" }
    let tabs = groups.compactMap { group in
      group.links.first.map { first in
        // The group that one is in is open below; its name leads to its first page.
        Self.item(first.address, group.name, current: group.isHere ? "true" : nil)
      }
    }
    let here = groups.first(where: \.isHere)?.links ?? []
    let pages = here.map { Self.item($0.address, $0.name, current: $0.isHere ? "page" : nil) }
    let lists =
      (tabs.count > 1 ? "<ul class=\"tabs\">\(tabs.joined())</ul>\n" : "")
      + (pages.isEmpty ? "" : "<ul class=\"pages\">\(pages.joined())</ul>\n")
    return """
      <a class="skip" href="#content">To the content</a>
      <header class="top"><div>
      \(name.isEmpty ? "" : "<p class=\"org\">\(Markup.escape(name))</p>\n")\
      \(lists.isEmpty ? "" : "<nav aria-label=\"Pages\">\n\(lists)</nav>\n")</div></header>

      """
  }

  private static func item(_ address: String, _ name: String, current: String?) -> String {
    let mark = current.map { " aria-current=\"\($0)\"" } ?? ""
    return "<li><a href=\"\(Markup.escape(address))\"\(mark)>\(Markup.escape(name))</a></li>"
  }
}
