/// Makes text of HTML: what a person would see of it, as far as that can be told without laying it out.
///
/// Nothing is run or fetched. Scripts, styles and comments are left out; so is what is styled away, which is counted. It
/// reads once from front to back, and closes elements roughly as browsers do.
struct HTMLText {
  private(set) var hidden = HiddenText()
  private(set) var links: [MailLink] = []
  private(set) var isCut = false
  var text: String { out.trimmed(where: \.isSpaceOrLineEnd).text }

  private let limit: Int
  private var out: [UInt8] = []
  private var stack: [Element] = []
  private var sheet = HTMLStyleSheet()
  private var quoteDepth = 0
  private var hasPendingBlank = false

  private struct Element {
    var name: String
    /// By itself or what is around it, other than by colour, which what is in it may have back.
    var isStyledAway = false
    var isPreformatted = false
    /// `nil` where it cannot be told: a picture, a gradient.
    var background: HTMLColour? = .white
    var colour: HTMLColour? = .black
    var href: String?
    /// Where its text begins in the output.
    var start = 0

    var isHidden: Bool {
      guard !isStyledAway, let colour, let background else { return isStyledAway }
      return colour.looksLike(background)
    }
  }

  /// Elements open at once; what is deeper is read as if it stood in the last of them.
  private static let deepest = 200

  /// - Parameter limit: Bytes of the result.
  init(limit: Int) { self.limit = limit }

  private var now: Element { stack.last ?? Element(name: "") }

  mutating func read(_ html: String) {
    let bytes = Array(html.utf8)
    var index = 0
    while index < bytes.count {
      guard out.count < limit else {
        isCut = true
        return
      }
      let byte = bytes[index]
      if byte == 0x3C {
        index = markup(bytes, at: index)
      } else if byte == 0x26, let (scalars, end) = HTMLEntity.decoded(bytes, at: index) {
        for scalar in scalars { write(Array(String(scalar).utf8)[...]) }
        index = end
      } else {
        var end = index + 1
        while end < bytes.count, bytes[end] != 0x3C, bytes[end] != 0x26, end - index < limit { end += 1 }
        write(bytes[index..<end])
        index = end
      }
    }
    while !stack.isEmpty { close() }
  }

  // MARK: Markup

  /// - Returns: Where reading goes on.
  private mutating func markup(_ bytes: [UInt8], at start: Int) -> Int {
    guard start + 1 < bytes.count else {
      write([0x3C])
      return start + 1
    }
    let next = bytes[start + 1]
    if bytes[start...].starts(with: "<!--".utf8) {
      return Self.end(of: "-->", in: bytes, from: start + 4)
    }
    if next == 0x21 || next == 0x3F { return Self.end(of: ">", in: bytes, from: start + 2) }
    var tag = HTMLTag(bytes, at: start)
    guard let end = tag.end else {
      // No tag: an angle bracket as it is, or one that never ends, which swallows the rest.
      guard tag.name.isEmpty else { return bytes.count }
      write([0x3C])
      return start + 1
    }
    if tag.isClosing {
      closed(tag.name)
      return end
    }
    if Self.rawText.contains(tag.name) {
      let stop = Self.closingTag(of: tag.name, in: bytes, from: end)
      if tag.name == "style" { sheet.read(bytes[end..<stop]) }
      return stop
    }
    opened(&tag)
    return end
  }

  private static let rawText: Set<String> = [
    "script", "style", "title", "textarea", "noscript", "noembed", "noframes", "iframe", "xmp", "svg", "math",
    "template", "object", "select",
  ]
  private static let void: Set<String> = [
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
  ]
  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main",
    "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
  ]
  /// What an opening tag closes, and what keeps it from looking further out.
  private static let implied: [String: (closes: Set<String>, within: Set<String>)] = [
    "li": (["li"], ["ul", "ol"]), "tr": (["tr"], ["table"]), "td": (["td", "th"], ["table", "tr"]),
    "th": (["td", "th"], ["table", "tr"]), "dd": (["dd", "dt"], ["dl"]), "dt": (["dd", "dt"], ["dl"]),
  ]

  private static func end(of mark: String, in bytes: [UInt8], from start: Int) -> Int {
    let mark = Array(mark.utf8)
    var index = start
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
        return index + mark.count
      }
      index += 1
    }
    return bytes.count
  }

  private static func closingTag(of name: String, in bytes: [UInt8], from start: Int) -> Int {
    let mark = Array("</\(name)".utf8)
    var index = start
    while index + mark.count <= bytes.count {
      if bytes[index] == 0x3C,
        zip(bytes[index..<(index + mark.count)], mark).allSatisfy({ $0.lowercased == $1 })
      {
        return index
      }
      index += 1
    }
    return bytes.count
  }

  private mutating func opened(_ tag: inout HTMLTag) {
    if Self.blocks.contains(tag.name) {
      pop(to: ["p"], within: ["table", "td", "th", "li", "button"])
      if tag.name != "p" || !out.isEmpty { breakLine(tag.name == "p" || tag.name.hasPrefix("h") ? 2 : 1) }
    }
    if let rule = Self.implied[tag.name] { pop(to: rule.closes, within: rule.within) }
    switch tag.name {
    case "br": if !now.isHidden { out.append(0x0A) }
    case "hr":
      add("---")
      breakLine(1)
    case "img":
      if let alt = tag.attributes["alt"], !alt.allSatisfy(\.isWhitespace), !element(of: tag).isHidden {
        add("[image: \(alt.prefix(200))]")
      }
    case "td", "th": if !now.isHidden, let last = out.last, last != 0x0A { out.append(0x09) }
    default: break
    }
    guard !Self.void.contains(tag.name), stack.count < Self.deepest else { return }
    var element = element(of: tag)
    element.name = tag.name
    element.isPreformatted = now.isPreformatted || tag.name == "pre"
    element.start = out.count
    if tag.name == "a" { element.href = tag.attributes["href"] }
    if tag.name == "blockquote" { quoteDepth += 1 }
    stack.append(element)
    if tag.name == "li" { add("- ") }
  }

  /// The element that the tag opens, as far as it is about being seen.
  private func element(of tag: HTMLTag) -> Element {
    var element = now
    element.href = nil
    let style = HTMLStyle(tag, sheet: sheet)
    if style.isHidden { element.isStyledAway = true }
    switch style.background {
    case .inherited: break
    case .unknown: element.background = nil
    case .colour(let colour): element.background = colour
    }
    switch style.colour {
    case .inherited: break
    case .unknown: element.colour = nil
    case .colour(let colour): element.colour = colour
    }
    return element
  }

  private mutating func closed(_ name: String) {
    if let place = stack.lastIndex(where: { $0.name == name }) {
      while stack.count > place { close() }
    }
    if Self.blocks.contains(name) { breakLine(name == "p" || name.hasPrefix("h") ? 2 : 1) }
  }

  private mutating func pop(to names: Set<String>, within: Set<String>) {
    var place = stack.count
    while place > 0 {
      place -= 1
      if names.contains(stack[place].name) {
        while stack.count > place { close() }
        return
      }
      if within.contains(stack[place].name) { return }
    }
  }

  private mutating func close() {
    guard let element = stack.popLast() else { return }
    if element.name == "blockquote" { quoteDepth -= 1 }
    guard element.name == "a", let href = element.href, !element.isHidden else { return }
    let address = href.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F && $0 != "<" && $0 != ">" }
    let target = String(String.UnicodeScalarView(address.prefix(2_000)))
    guard WebAddress.isAllowed(target) else { return }
    let shown = out[min(element.start, out.count)...].trimmed(where: \.isSpaceOrLineEnd).prefix(400).text
    if links.count < 200 { links.append(MailLink(text: shown, address: target)) }
    guard shown != target else { return }
    add(shown.isEmpty ? "<\(target)>" : " <\(target)>")
  }

  // MARK: Text

  private mutating func write(_ text: ArraySlice<UInt8>) {
    guard !now.isHidden else {
      // One a character: what goes on one is not counted.
      hidden.html += text.count { !$0.isSpaceOrLineEnd && $0 & 0xC0 != 0x80 }
      return
    }
    let isPreformatted = now.isPreformatted
    for byte in text {
      if isPreformatted {
        if byte != 0x0D { emit(byte) }
      } else if byte.isSpaceOrLineEnd || byte == 0x0C {
        hasPendingBlank = true
      } else {
        if hasPendingBlank, let last = out.last, !last.isSpaceOrLineEnd { out.append(0x20) }
        emit(byte)
      }
    }
  }

  /// Puts in what is not of the message.
  private mutating func add(_ text: String) {
    guard !now.isHidden else { return }
    if hasPendingBlank, let last = out.last, !last.isSpaceOrLineEnd { out.append(0x20) }
    for byte in text.utf8 { emit(byte) }
  }

  private mutating func emit(_ byte: UInt8) {
    hasPendingBlank = false
    if quoteDepth > 0, out.last ?? 0x0A == 0x0A {
      out += Array(repeating: 0x3E, count: min(quoteDepth, 3)) + [0x20]
    }
    out.append(byte)
  }

  /// Ends the line, and leaves an empty one if there are to be two ends.
  private mutating func breakLine(_ ends: Int) {
    hasPendingBlank = false
    guard !now.isHidden, !out.isEmpty else { return }
    while out.last?.isBlank == true { out.removeLast() }
    var have = 0
    while have < ends, out.count > have, out[out.count - 1 - have] == 0x0A { have += 1 }
    out += Array(repeating: 0x0A, count: ends - have)
  }
}
