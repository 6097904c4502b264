/// Text on a terminal: how many columns it takes, and what may not be sent to one.
package enum Display {
  /// Columns that `text` takes on a terminal: two for East Asian wide characters and emoji, none for marks
  /// that combine with what stands before them.
  package static func width(_ text: some StringProtocol) -> Int {
    isPlain(text) ? text.utf8.count : text.reduce(0) { $0 + width(of: $1) }
  }

  /// Whether each byte is a column: most of what is printed is, and needs no look into Unicode's tables.
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
  }

  private static func width(of character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count > 1 && (scalars.contains("\u{FE0F}") || first.properties.isEmojiPresentation) {
      return 2
    }
    return isZeroWidth(first) ? 0 : isWide(first) ? 2 : 1
  }

  private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: true
    default: false
    }
  }

  /// East Asian Width W and F, by blocks (Unicode 16, EastAsianWidth.txt).
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }

  /// Without anything that could move the cursor, change colours or reverse the order of what is printed:
  /// names come from directories and logs, which may hold anything.
  package static func safe(_ text: String) -> String {
    if isPlain(text) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate: result.append("\u{FFFD}")
      case .format where isBidirectionalControl(scalar): result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }

  /// At most `columns` wide, cut with an ellipsis.
  package static func cut(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    var result = ""
    var used = 0
    for character in text {
      let next = width(of: character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return columns > 0 ? result + "…" : ""
  }

  /// Filled with spaces to `columns`, behind the text or before it.
  package static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
    let spaces = String(repeating: " ", count: Swift.max(0, columns - width(text)))
    return right ? spaces + text : text + spaces
  }

  /// Broken at spaces into lines of at most `columns`; a longer word stands alone.
  package static func wrap(
    _ text: String, to columns: Int, indent: String = "", hanging: String? = nil
  ) -> [String] {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty && width(line) + 1 + width(word) > columns {
        lines.append(line)
        line = hanging ?? indent
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return isEmpty ? lines : lines + [line]
  }
}
