package import Effects
import Foundation
package import Ledger

/// A text in Slack's mrkdwn that may be posted: nothing in it addresses anybody, links anywhere or opens anything that we did
/// not mean to, whatever it was made of. There is no other way to a text in a message than through this.
///
/// Links out of nowhere are made inert where they stand (`hxxps://evil[.]example`), since whoever reads may click and since
/// programs that unfurl do not ask. Lines that look like a credential are withheld.
package struct SlackText: Hashable, Sendable {
  /// docs.slack.dev/messaging/formatting-message-text
  package let mrkdwn: String
  /// What was held back, by line and kind: for whoever would rather not post it at all.
  package let withheld: [SecretScan.Finding]

  private init(mrkdwn: String, withheld: [SecretScan.Finding] = []) {
    self.mrkdwn = mrkdwn
    self.withheld = withheld
  }

  /// A text of a model's or a system's. Slack's formatting works in it: `*`, `_`, `~`, backticks, `>` does not.
  package init(_ text: String, links: SlackLinks = .none) {
    let (kept, withheld) = SlackWithholding.withhold(SlackCharacters.cleaned(text))
    self.init(mrkdwn: SlackInert.text(kept, links: links), withheld: withheld)
  }

  /// The same of Markdown as models write it: headings and `**bold**` become what Slack has for them.
  package init(markdown text: String, links: SlackLinks = .none) {
    self.init(SlackMarkdown.mrkdwn(text), links: links)
  }

  /// A text that is shown as it is, in a block of its own that cannot be left from within; what cannot be seen in it is
  /// written out as ⟨U+…⟩.
  package init(quoting text: String) {
    let (kept, withheld) = SlackWithholding.withhold(SlackCharacters.visible(text))
    let inert = SlackInert.text(kept, links: .none).replacing("`", with: "\u{2CB}")
    self.init(mrkdwn: "```\n\(inert)\n```", withheld: withheld)
  }

  /// Our own words, formatting and all.
  package init(ours text: StaticString) { self.init(mrkdwn: "\(text)") }

  /// Addresses a person, who is told. `nil` for what is no user's name.
  package init?(mentioning user: String) {
    guard (2...40).contains(user.utf8.count), let first = user.utf8.first,
      first == UInt8(ascii: "U") || first == UInt8(ascii: "W"),
      user.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    self.init(mrkdwn: "<@\(user)>")
  }

  /// A moment, in the time zone of whoever reads it.
  package init(_ instant: Instant) {
    let seconds = instant.milliseconds / 1000
    let utc = "\(instant.date.formatted(.iso8601))"
    self.init(mrkdwn: "<!date^\(seconds)^{date_short_pretty} {time}|\(utc)>")
  }

  package static func + (a: SlackText, b: SlackText) -> SlackText {
    SlackText(mrkdwn: a.mrkdwn + b.mrkdwn, withheld: a.withheld + b.withheld)
  }

  package static func joined(_ texts: [SlackText], by separator: StaticString) -> SlackText {
    SlackText(
      mrkdwn: texts.map(\.mrkdwn).joined(separator: "\(separator)"), withheld: texts.flatMap(\.withheld))
  }

  package var isEmpty: Bool { !mrkdwn.contains { !$0.isWhitespace } }

  /// As Slack counts at most: in UTF-16.
  package var length: Int { mrkdwn.utf16.count }

  /// In pieces of at most so many characters, cut between paragraphs, lines, sentences or words where there are any. A block
  /// of code that is cut goes on as one; links are never cut.
  ///
  /// - Parameter most: 64 at least.
  package func parts(most: Int = SlackLimit.section) -> [SlackText] {
    let pieces = SlackSplitting.split(mrkdwn, most: max(most, 64))
    return pieces.enumerated().map { index, piece in
      SlackText(mrkdwn: piece, withheld: index == 0 ? withheld : [])
    }
  }

  /// At most so many characters of it; what is cut off is replaced by `…`.
  package func shortened(to most: Int) -> SlackText {
    guard length > most, let first = parts(most: max(most, 64) - 2).first else { return self }
    return first + SlackText(ours: " …")
  }
}
