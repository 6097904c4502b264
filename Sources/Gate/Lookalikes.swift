import Foundation

/// Folds what looks alike, so that a text by others is found again however it is dressed up. Never used to find the
/// owner's words: these have to be met to the letter.
enum Lookalikes {
  /// Compatibility forms (NFKC), lower case, no characters without a mark, one space for any, and the commonest letters
  /// of other scripts that look Latin (from Unicode's confusables.txt, UTS 39).
  static func folded(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    var endsInSpace = false
    for scalar in text.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      if scalar.properties.isWhitespace {
        if !endsInSpace { folded.append(" ") }
        endsInSpace = true
      } else if !Shown.isUnseen(scalar) {
        folded.append(Self.latin[scalar] ?? scalar)
        endsInSpace = false
      }
    }
    return String(folded)
  }

  /// Whether a word mixes Latin letters with letters that only look Latin.
  static func isMixed(_ text: String) -> Bool {
    text.split { $0.isWhitespace }.contains { word in
      let scalars = word.unicodeScalars
      return scalars.contains { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
        && scalars.contains { scalar in
          scalar.properties.lowercaseMapping.unicodeScalars.contains { latin[$0] != nil && !$0.isASCII }
        }
    }
  }

  private static let latin: [Unicode.Scalar: Unicode.Scalar] = {
    let pairs: [(String, String)] = [
      // Cyrillic
      ("авсԁеԛһіјӏкмпорѕтуѵхԝзьгғ", "abcdeqhijlkmnopstyvxw3brf"),
      // Greek
      ("αβεηικνορτυχγωϲϳ", "abenikvoptuxywcj"),
      // Armenian, Latin extensions, Cherokee small letters
      ("օսհոցɡıɩʟɑ", "ouhngiilla"),
      // Stops, slashes, dashes, at signs
      ("。．｡․⁄∕⧸‐‑‒–—−﹣＠", "....///-------@"),
    ]
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (others, ours) in pairs {
      for (other, our) in zip(others.unicodeScalars, ours.unicodeScalars) { table[other] = our }
    }
    return table
  }()
}
