import Effects

/// What a text may hold that the eye does not see.
enum SlackCharacters {
  /// Without what cannot be seen: directions, joiners, tags, controls. They could hide a link or a credential from whoever
  /// looks for one. Emoji keep what holds them together.
  static func cleaned(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    var last: Unicode.Scalar?
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\r": if next != "\n" { result.append("\n") }
      case "\u{85}", "\u{2028}", "\u{2029}": result.append("\n")
      case "\u{200D}":
        if let last, let next, isPicture(last), isPicture(next) { result.append(scalar) }
      default: if !isUnseen(scalar) { result.append(scalar) }
      }
      last = scalar
    }
    return String(result)
  }

  /// With what cannot be seen written out.
  static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
      if isUnseen(scalar) || scalar == "\u{A0}" {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A selector of the way an emoji is drawn stays.
  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool { scalar.isHidden && scalar != "\u{FE0F}" }

  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{FE0F}" || scalar.value > 0xFF && scalar.properties.isEmoji
  }
}
