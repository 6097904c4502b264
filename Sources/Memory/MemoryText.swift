import Effects
import Foundation

/// What a text has to be like to be remembered.
enum MemoryText {
  /// In one line; `nil` if nothing is left, if there is in it what cannot be seen and could say something all the same, or what
  /// looks like a credential.
  static func plain(_ text: String) -> String? {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let isPlain = line.unicodeScalars.allSatisfy { scalar in
      // Joiners and the mark of an emoji belong to words and signs that people write; the rest of their kind only hides.
      !scalar.isHidden || ["\u{200C}", "\u{200D}", "\u{FE0F}"].contains(scalar)
    }
    // What opens something is kept where credentials are, not in what a model is shown.
    return line.isEmpty || !isPlain || !SecretScan.findings(in: line).isEmpty ? nil : line
  }

  /// Whether a person's text has another in it as a whole sentence, or as several: a part of one may say the opposite.
  static func says(_ whole: String, _ text: String) -> Bool {
    let wanted = sentences(text)
    let said = sentences(whole)
    guard !wanted.isEmpty, wanted.count <= said.count else { return false }
    return (0...(said.count - wanted.count)).contains { Array(said[$0..<($0 + wanted.count)]) == wanted }
  }

  private static func sentences(_ text: String) -> [[UInt8]] {
    var sentences: [[UInt8]] = []
    var words: [Substring] = []
    func end(_ words: inout [Substring]) {
      if !words.isEmpty { sentences.append(Array(words.joined(separator: " ").utf8)) }
      words = []
    }
    for line in text.split(whereSeparator: \.isNewline) {
      for word in line.split(whereSeparator: \.isWhitespace) {
        if let last = word.last, ".!?".contains(last) {
          words.append(word.dropLast())
          end(&words)
        } else {
          words.append(word)
        }
      }
      end(&words)
    }
    return sentences
  }

  /// Groups of four words, by which it is seen that one text repeats another whatever stands around it; of a shorter
  /// text all its words in one.
  static func shingles(_ text: String) -> Set<[Substring]> {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    guard words.count > 4 else { return words.isEmpty ? [] : [words] }
    return Set((0...(words.count - 4)).map { Array(words[$0..<($0 + 4)]) })
  }

  /// Whether half of a text or more stands in what was there before.
  static func repeats(_ text: String, _ known: [String]) -> Bool {
    let own = shingles(text)
    guard !own.isEmpty else { return true }
    let folded = known.map { $0.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ") }
    let found = own.count { shingle in
      let words = shingle.joined(separator: " ")
      return folded.contains { " \($0) ".contains(" \(words) ") }
    }
    return 2 * found >= own.count
  }
}
