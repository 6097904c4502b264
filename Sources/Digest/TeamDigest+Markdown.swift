extension TeamDigest {
  /// For a chat or a wiki: CommonMark, in which nothing that somebody wrote can be taken for markup.
  package var markdown: String {
    var lines = ["# \(Self.plain(title))", "", "## What it led to", ""]
    lines += outcomeSentences.map(Self.plain)
    lines += ["", "## What was used", "", Self.plain(useSentence), "", "## In the team’s own words", ""]
    if words != nil { lines += ["_\(Self.ownWords)_", ""] }
    lines += wordSentences.map { "- \(Self.plain($0))" }
    for quote in quotes {
      lines += [""]
      lines += quote.text.split(separator: "\n", omittingEmptySubsequences: false).map {
        "> \(Self.plain(String($0)))"
      }
      lines += [">", "> — \(Self.plain(quote.about))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// With a backslash before whatever could be markup (CommonMark, 2.4), also where only the beginning of a line makes it
  /// that: lists, rules, and headings by underlining. Space at the beginning would make code of it.
  private static func plain(_ text: String) -> String {
    let text = text.drop(while: \.isWhitespace)
    let number = text.prefix { $0.isASCII && $0.isNumber }
    var plain = ""
    for (place, character) in text.enumerated() {
      let isMarker =
        place == 0 ? "-+=".contains(character) : place == number.count && ".)".contains(character)
      if isMarker || markup.contains(character) { plain.append("\\") }
      plain.append(character)
    }
    return plain
  }

  private static let markup: Set<Character> = [
    "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "!", "&", "@",
  ]
}
