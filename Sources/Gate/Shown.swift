import Effects

/// Texts of others made fit to be shown among our own: they cannot hide, turn round or imitate what is around them.
enum Shown {
  /// On one line, at most 200 code points: line ends and whatever cannot be seen are written as escapes.
  static func line(_ text: String) -> String {
    let most = 200
    let start = text.unicodeScalars.prefix(most + 1)
    let shown = escaped(String(start.prefix(most)), keepingLineEnds: false)
    return start.count > most ? shown + "…" : shown
  }

  /// Whole, each line behind a fence of its own, so that no line of it can pass for one of ours.
  static func fenced(_ text: String) -> String {
    visible(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { "  │ \($0)" }.joined(separator: "\n")
  }

  /// Whole, with its line ends.
  static func visible(_ text: String) -> String { escaped(text, keepingLineEnds: true) }

  private static func escaped(_ text: String, keepingLineEnds: Bool) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n", keepingLineEnds {
        shown.append(scalar)
      } else if isUnseen(scalar) {
        shown.append(contentsOf: "⟨U+\(hexadecimal(scalar))⟩".unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Whether a character leaves no mark of its own, or moves what is around it: what is hidden, line breaks and tabs, and spaces
  /// that are not U+0020.
  static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return false }
    return scalar.isHidden || scalar == "\n" || scalar == "\t"
      || scalar.properties.generalCategory == .spaceSeparator
  }
}
