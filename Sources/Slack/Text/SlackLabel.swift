package import Effects

/// A line of plain text: a button's, a heading's. Nothing in it is formatting, a link or a call; what looks like a credential
/// is withheld.
package struct SlackLabel: Hashable, Sendable {
  package let text: String
  package let withheld: [SecretScan.Finding]
  package let isShortened: Bool

  /// - Parameter most: In Slack's count; what is longer ends in `…`.
  package init(_ text: String, most: Int) {
    let line = SlackCharacters.cleaned(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let (kept, withheld) = SlackWithholding.withhold(line)
    let plain = SlackInert.plain(kept)
    self.withheld = withheld
    isShortened = plain.utf16.count > most
    guard isShortened else {
      self.text = plain
      return
    }
    var short = ""
    for character in plain {
      guard short.utf16.count + String(character).utf16.count < most else { break }
      short.append(character)
    }
    self.text = short + "…"
  }

  var json: JSON { ["type": "plain_text", "text": .string(text), "emoji": false] }
}
