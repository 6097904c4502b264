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
      if isUnseen(scalar) || ["\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{A0}"].contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\t": return false
    // Hangul's fillers and the blank of Braille are letters to Unicode and nothing to the eye.
    case "\u{115F}", "\u{1160}", "\u{3164}", "\u{FFA0}", "\u{2800}", "\u{34F}": return true
    // The way an emoji is drawn.
    case "\u{FE0F}": return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .unassigned, .surrogate: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{FE0F}" || scalar.value > 0xFF && scalar.properties.isEmoji
  }
}
