/// Makes of a text what Slack shows and does nothing with: its own signs escaped, names that would call people broken, and
/// whatever it, or a reader's program, could take for an address written so that nobody does.
enum SlackInert {
  /// - Parameter text: Without what cannot be seen.
  static func text(_ text: String, links: SlackLinks) -> String {
    var result = ""
    var rest = Array(text.unicodeScalars)[...]
    while let colon = firstLink(in: rest) {
      var start = colon
      while start > rest.startIndex, isScheme(rest[start - 1]) { start -= 1 }
      let address = address(rest[start...])
      if start < colon, links.admits(address) {
        result += escaped(broken(Array(rest[..<start])))
        result += "<" + escaped(address) + ">"
        rest = rest[(start + address.unicodeScalars.count)...]
      } else {
        let end = colon + 3
        result += escaped(broken(Array(rest[..<start]))) + inertScheme(rest[start..<colon])
        rest = rest[end...]
      }
    }
    return result + escaped(broken(Array(rest)))
  }

  /// For what is shown as plain text: without anything that could be taken for a sign of Slack's.
  static func plain(_ text: String) -> String {
    var result = ""
    for part in text.unicodeScalars {
      switch part {
      case "<": result += "‹"
      case ">": result += "›"
      default: result.unicodeScalars.append(part)
      }
    }
    return unescaped(Self.text(result, links: .none))
  }

  // MARK: Addresses with a scheme

  private static func firstLink(in text: ArraySlice<Unicode.Scalar>) -> Int? {
    text.indices.first {
      text[$0] == ":" && $0 + 2 < text.endIndex && text[$0 + 1] == "/" && text[$0 + 2] == "/"
    }
  }

  private static func isScheme(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar) || ["+", "-", "."].contains(scalar))
  }

  /// To the next space, quotation mark or bracket, without the punctuation of the sentence around it.
  private static func address(_ text: ArraySlice<Unicode.Scalar>) -> String {
    var address = text.prefix { !$0.properties.isWhitespace && !["<", ">", "\"", "`", "|"].contains($0) }
    while let last = address.last, ".,;:!?)]}'*_~".unicodeScalars.contains(last) { address.removeLast() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: address)
    return String(text)
  }

  private static func inertScheme(_ scheme: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scheme)
    switch String(text).lowercased() {
    case "http": return "hxxp://"
    case "https": return "hxxps://"
    default: return escaped(broken(Array(scheme))) + "[:]//"
    }
  }

  // MARK: What looks like an address without one

  /// Schemes that need no `//`.
  private static let bareSchemes: Set<String> = [
    "mailto", "tel", "sms", "callto", "skype", "slack", "javascript", "data", "file", "vbscript", "blob",
    "http", "https",
  ]

  /// What comes behind the last dot of file names and of nothing in the domain name system.
  private static let fileEndings: Set<String> = [
    "swift", "js", "mjs", "cjs", "jsx", "ts", "tsx", "json", "jsonl", "yaml", "yml", "toml", "html", "css",
    "txt",
    "xml", "csv", "log", "lock", "java", "kt", "cpp", "hpp", "sql", "sqlite", "png", "jpg", "jpeg", "gif",
    "svg",
    "pdf", "gz", "tar", "proto", "conf", "cfg", "ini", "env", "plist", "resolved", "diff", "patch",
  ]

  private static func broken(_ text: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    var place = 0
    while place < text.count {
      if isLabel(text[place]) {
        let end = text[place...].firstIndex { !isLabel($0) && !isDot($0) } ?? text.count
        append(run: text[place..<end], followedBy: end < text.count ? text[end] : nil, to: &result)
        place = end
        if place < text.count, text[place] == ":", isBareScheme(before: place, in: text) {
          result.append(contentsOf: "[:]".unicodeScalars)
          place += 1
        }
        continue
      }
      result.append(text[place])
      // Slack makes `@here` a call to everybody where a message asks for names to be found; ours do not.
      if text[place] == "@" || text[place] == "\u{FF20}", place + 1 < text.count, isLabel(text[place + 1]) {
        result.append("\u{2060}")
      }
      place += 1
    }
    return String(result)
  }

  private static func append(
    run: ArraySlice<Unicode.Scalar>, followedBy next: Unicode.Scalar?,
    to result: inout String.UnicodeScalarView
  ) {
    let labels = run.split(omittingEmptySubsequences: false, whereSeparator: isDot)
    let isAddress =
      labels.dropFirst().contains(where: isDomain)
      || labels.count == 4 && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
        && (next == ":" || next == "/")
    for (place, scalar) in zip(run.indices, run) {
      let isWithin = place > run.startIndex && place + 1 < run.endIndex
      if isDot(scalar), isAddress, isWithin {
        result.append(contentsOf: "[.]".unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
  }

  /// Whether it could be, or begin with, a top-level domain that exists: two letters at least.
  private static func isDomain(_ label: ArraySlice<Unicode.Scalar>) -> Bool {
    let letters = label.prefix {
      $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
    }
    guard letters.count >= 2 else { return false }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: letters)
    return !fileEndings.contains(String(text).lowercased())
  }

  private static func isBareScheme(before colon: Int, in text: [Unicode.Scalar]) -> Bool {
    guard colon + 1 < text.count, !text[colon + 1].properties.isWhitespace else { return false }
    var start = colon
    while start > 0, text[start - 1].isASCII, text[start - 1].properties.isAlphabetic, colon - start <= 12 {
      start -= 1
    }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: text[start..<colon])
    return bareSchemes.contains(String(name).lowercased())
  }

  private static func isLabel(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar.properties.isAlphabetic || isDigit(scalar) || scalar == "-" || scalar == "_"
        || scalar == "%"
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .otherSymbol:
      return !isDot(scalar)
    default: return scalar == "\u{200D}"
    }
  }

  /// The full stop, and what UTS 46 and NFKC make one of.
  private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
    [".", "\u{3002}", "\u{FF0E}", "\u{FF61}", "\u{2024}", "\u{FE52}"].contains(scalar)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  // MARK: Signs

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }
}
