import Foundation

/// A text in which values are looked for whole: `13` is not in `2024-05-13`, nor `evil.com` in `not-evil.com`, nor
/// `https://a.example/x` in `https://a.example/x/y`.
struct WholeWords {
  private let text: [Unicode.Scalar]

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  /// The text as it was written, but for the spelling of accents (NFC) and the length of white space.
  static func exact(_ text: String) -> String {
    var spelled = String.UnicodeScalarView()
    var endsInSpace = false
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.isWhitespace {
        if !endsInSpace { spelled.append(" ") }
        endsInSpace = true
      } else {
        spelled.append(scalar)
        endsInSpace = false
      }
    }
    return String(spelled)
  }

  func contains(_ value: String) -> Bool {
    let wanted = Array(value.unicodeScalars)
    guard let first = wanted.first, wanted.count <= text.count, wanted.contains(where: Self.isWord) else {
      return false
    }
    var start = text.startIndex
    while start <= text.count - wanted.count {
      guard text[start] == first, text[start..<start + wanted.count].elementsEqual(wanted) else {
        start += 1
        continue
      }
      if isFree(before: start, first) && isFree(after: start + wanted.count - 1) { return true }
      start += 1
    }
    return false
  }

  /// Whether a value that is too long to be there by chance is anywhere in it, also within something longer. Right for
  /// texts of others only.
  func holds(_ value: String) -> Bool {
    let wanted = Array(value.unicodeScalars)
    guard wanted.count >= 8 else { return false }
    return text.firstRange(of: wanted) != nil
  }

  private func isFree(before index: Int, _ first: Unicode.Scalar) -> Bool {
    guard index > 0 else { return true }
    let previous = text[index - 1]
    if Self.isWord(previous) { return !Self.isWord(first) && !Self.joins(first) }
    // A sign, a handle, an address goes on to the left if what joins stands between two words.
    guard Self.joins(previous) else { return true }
    if previous == "-" || previous == "+" {
      return index >= 2 && text[index - 2] == " " && !Self.isDigit(first)
    }
    return index < 2 || !(Self.isWord(text[index - 2]) || Self.joins(text[index - 2]))
  }

  private func isFree(after index: Int) -> Bool {
    guard index + 1 < text.count else { return true }
    let last = text[index]
    let next = text[index + 1]
    if Self.isWord(next) { return !Self.isWord(last) && !Self.joins(last) }
    guard Self.joins(next) else { return true }
    return index + 2 >= text.count || !(Self.isWord(text[index + 2]) || Self.goesOn(text[index + 2]))
  }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
      || scalar.properties.generalCategory == .spacingMark
      || scalar.properties.isDefaultIgnorableCodePoint
  }

  /// What holds the parts of a number, a date, a path or an address together.
  private static func joins(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "-", ".", "@", "/", ":", "+", "%", "=", "&", "?", "#", "~", "\\", "$", "*": true
    case ",": false
    default: false
    }
  }

  /// What follows a joining character and still belongs to the same address: `x/?a`, not `x.)` or `x..`.
  private static func goesOn(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "/", "?", "#", "@", "%", "&", "=", "~", "\\", "$", "*": true
    default: false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType != nil }
}
