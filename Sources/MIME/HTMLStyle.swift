/// What the style of an element says about whether it is seen.
struct HTMLStyle {
  enum Paint {
    case inherited
    case unknown
    case colour(HTMLColour)
  }

  private(set) var isHidden = false
  private(set) var colour = Paint.inherited
  private(set) var background = Paint.inherited

  init(_ tag: HTMLTag, sheet: HTMLStyleSheet) {
    if tag.attributes["hidden"] != nil { isHidden = true }
    if let name = tag.attributes["color"] { colour = HTMLColour(name).map { .colour($0) } ?? .unknown }
    if let name = tag.attributes["bgcolor"] { background = HTMLColour(name).map { .colour($0) } ?? .unknown }
    if tag.attributes["background"] != nil { background = .unknown }
    for rule in sheet.rules(for: tag) { apply(rule) }
    if let style = tag.attributes["style"] { apply(Self.declarations(style)) }
  }

  /// By property, lower case, the last of those alike; at most 100.
  static func declarations(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for declaration in text.lowercased().split(separator: ";").prefix(100) {
      let parts = declaration.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = parts[1].replacing("!important", with: "").filter { $0 != "\n" && $0 != "\r" }
      found[parts[0].filter { !$0.isWhitespace }] = String(value.trimmingPrefix { $0 == " " })
    }
    return found
  }

  private mutating func apply(_ style: [String: String]) {
    if Self.hides(style) { isHidden = true }
    if let value = style["color"] {
      if value.hasPrefix("transparent") { isHidden = true }
      colour = HTMLColour(value).map { .colour($0) } ?? .unknown
    }
    if let value = style["background-color"] ?? style["background"], !value.hasPrefix("transparent"),
      !value.hasPrefix("none")
    {
      background = HTMLColour(value).map { .colour($0) } ?? .unknown
    }
    if style["background-image"] != nil { background = .unknown }
  }

  static func hides(_ style: [String: String]) -> Bool {
    if style["display"]?.hasPrefix("none") == true { return true }
    if style["visibility"]?.hasPrefix("hidden") == true || style["visibility"]?.hasPrefix("collapse") == true
    {
      return true
    }
    if style["mso-hide"]?.hasPrefix("all") == true { return true }
    if let size = length(style["font-size"]), size <= 1 { return true }
    if let opacity = length(style["opacity"]), opacity < 0.1 { return true }
    if style["overflow"]?.hasPrefix("hidden") == true,
      ["height", "max-height", "width", "max-width"].contains(where: {
        length(style[$0]).map { $0 <= 1 } ?? false
      })
    {
      return true
    }
    if style["position"]?.hasPrefix("absolute") == true || style["position"]?.hasPrefix("fixed") == true,
      ["left", "top", "right"].contains(where: { length(style[$0]).map { $0 <= -500 } ?? false })
    {
      return true
    }
    return length(style["text-indent"]).map { $0 <= -500 } ?? false
  }

  /// In pixels or as it comes; one em or a hundred per cent is taken for 16.
  private static func length(_ text: String?) -> Double? {
    guard let text else { return nil }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    guard let number = Double(digits.hasPrefix(".") ? "0" + digits : String(digits)) else { return nil }
    let unit = text.dropFirst(digits.count)
    if unit.hasPrefix("em") || unit.hasPrefix("rem") { return number * 16 }
    if unit.hasPrefix("%") { return number * 0.16 }
    return number
  }
}

/// Rules of style sheets that style something away, as far as their selectors are simple: `.class`, `#id`, `tag`, `tag.class`.
struct HTMLStyleSheet {
  private var rules: [String: [String: String]] = [:]

  /// - Parameter css: What stands in a `style` element. Rules within `@media` and the like hold only somewhere, and are not
  ///   read.
  mutating func read(_ css: ArraySlice<UInt8>) {
    var depth = 0
    var start = css.startIndex
    var selector = css[start..<start]
    var isConditional = false
    for index in css.indices {
      if css[index] == 0x7B {
        if depth == 0 {
          selector = css[start..<index].trimmed(where: \.isSpaceOrLineEnd)
          isConditional = selector.first == 0x40
        }
        depth += 1
        start = index + 1
      } else if css[index] == 0x7D, depth > 0 {
        depth -= 1
        if depth == 0, !isConditional { add(selector, css[start..<index]) }
        start = index + 1
      }
    }
  }

  private mutating func add(_ selectors: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) {
    let style = HTMLStyle.declarations(body.prefix(4_000).text)
    guard rules.count < 1_000, HTMLStyle.hides(style) || style["color"] != nil else { return }
    for selector in selectors.prefix(4_000).split(separator: 0x2C).prefix(50) {
      let name = selector.trimmed(where: \.isSpaceOrLineEnd).text
      guard !name.contains(where: { " >+~:[*".contains($0) }) else { continue }
      rules[name.lowercased(), default: [:]].merge(style) { $1 }
    }
  }

  func rules(for tag: HTMLTag) -> [[String: String]] {
    guard !rules.isEmpty else { return [] }
    var found = [rules[tag.name]]
    for name in (tag.attributes["class"] ?? "").lowercased().split(whereSeparator: \.isWhitespace).prefix(50)
    {
      found += [rules[".\(name)"], rules["\(tag.name).\(name)"]]
    }
    if let id = tag.attributes["id"]?.lowercased() { found.append(rules["#\(id)"]) }
    return found.compactMap { $0 }
  }
}

/// A colour as styles name it.
struct HTMLColour: Equatable {
  var red: Int
  var green: Int
  var blue: Int

  static let white = Self(red: 255, green: 255, blue: 255)
  static let black = Self(red: 0, green: 0, blue: 0)

  init(red: Int, green: Int, blue: Int) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// `#fff`, `#ffffff`, `rgb(255, 255, 255)` and the names that hide on common backgrounds; `nil` for others.
  init?(_ text: String) {
    let text = text.lowercased().filter { !$0.isWhitespace }
    switch text {
    case "white": self = .white
    case "black": self = .black
    case "snow", "ghostwhite", "whitesmoke", "floralwhite", "ivory", "azure": self = .white
    default:
      if text.hasPrefix("rgb") {
        let numbers = text.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split {
          $0 == "," || $0 == "/"
        }
        .compactMap { Double($0) }
        guard numbers.count >= 3, numbers.allSatisfy({ (0...255).contains($0) }) else { return nil }
        self.init(red: Int(numbers[0]), green: Int(numbers[1]), blue: Int(numbers[2]))
        return
      }
      let digits = Array(
        text.utf8.drop { $0 == 0x23 }.prefix { $0.hexadecimal != nil }.compactMap(\.hexadecimal).map(Int.init)
      )
      switch digits.count {
      case 3: self.init(red: digits[0] * 17, green: digits[1] * 17, blue: digits[2] * 17)
      case 6:
        self.init(
          red: digits[0] << 4 | digits[1], green: digits[2] << 4 | digits[3], blue: digits[4] << 4 | digits[5]
        )
      default: return nil
      }
    }
  }

  /// Whether text in the one cannot be read on the other.
  func looksLike(_ other: Self) -> Bool {
    abs(red - other.red) <= 16 && abs(green - other.green) <= 16 && abs(blue - other.blue) <= 16
  }
}
