package import Effects
package import Ledger

/// A request for a person's word as a message, and the same message once it was given. Its buttons carry a name of the
/// request and nothing else: what is asked, who may decide and whether it still stands is read anew when a click comes.
package struct ApprovalMessage: Hashable, Sendable {
  /// One thing that the decision hangs on, and who could have written it.
  package struct Line: Hashable, Sendable {
    /// In our words: `version`.
    package var name: String
    package var value: Passage

    package init(_ name: String, _ value: Passage) {
      self.name = name
      self.value = value
    }
  }

  package enum Outcome: Hashable, Sendable {
    case approved, denied, expired
    /// What it was asked for is no more: the run was stopped, or asks for something else.
    case withdrawn
  }

  package static let approve = "assay.approve"
  package static let deny = "assay.deny"

  /// In our words.
  package var title: String
  package var lines: [Line]
  /// Names the request; good for nothing else. 1 to 200 characters.
  package var id: String

  package init(title: String, lines: [Line], id: String) {
    self.title = title
    self.lines = lines
    self.id = id
  }

  /// Whether all of it can be read in the message, and be taken for nothing else: what cannot is not to be decided upon there.
  package var isWhole: Bool {
    lines.allSatisfy { line in
      let labels = [Self.label(line.name)] + [Self.label(line.value.origin)].compactMap(\.self)
      return labels.allSatisfy { !$0.isShortened && $0.withheld.isEmpty }
        && SlackText(quoting: line.value.text).withheld.isEmpty
        // What inert addresses and quoted backticks are written as.
        && !["[.]", "hxxp", "\u{2CB}"].contains { line.value.text.lowercased().contains($0) }
    }
  }

  /// - Throws: The id is empty or too long, or there is more to decide upon than a message holds. Then it is to be decided
  ///   where all of it can be seen.
  package func asking() throws(SlackLimit) -> SlackContent {
    try SlackLimit.check("the name of a request", id.utf16.count, 1...200)
    let buttons = try [
      SlackButton("Approve", action: Self.approve, value: id, style: .primary),
      SlackButton("Deny", action: Self.deny, value: id, style: .danger),
    ]
    let blocks = try body() + [SlackBlock.actions(buttons, id: "assay.decision")]
    return SlackContent(SlackText("Asked for your decision: \(title)"), blocks: try SlackBlocks(blocks))
  }

  /// The same without buttons.
  ///
  /// - Parameter who: Whose word it was, by their Slack name; `nil` if nobody's.
  package func decided(_ outcome: Outcome, by who: String?, at: Instant) throws(SlackLimit) -> SlackContent {
    let word =
      switch outcome {
      case .approved: SlackText(ours: "*Approved*")
      case .denied: SlackText(ours: "*Denied*")
      case .expired: SlackText(ours: "*Expired: nobody decided in time, so it is not done*")
      case .withdrawn: SlackText(ours: "*Withdrawn: it is not asked for any more*")
      }
    let by = who.map { SlackText(ours: " by ") + (SlackText(mentioning: $0) ?? SlackText($0)) }
    let mark = word + (by ?? SlackText(ours: "")) + SlackText(ours: ", ") + SlackText(at)
    let blocks = try body() + [SlackBlock.context([mark], id: "assay.decided")]
    return SlackContent(word + SlackText(": \(title)"), blocks: try SlackBlocks(blocks))
  }

  /// Values stand whole in blocks of their own: what a person approves is what they were shown.
  private func body() throws(SlackLimit) -> [SlackBlock] {
    var blocks = [try SlackBlock.header(title)]
    for line in lines {
      let name = SlackText(ours: "*") + SlackText(Self.label(line.name).text) + SlackText(ours: "* ")
      let text =
        name + Self.origin(line.value.origin) + SlackText(ours: "\n") + SlackText(quoting: line.value.text)
      for part in text.parts() { blocks.append(try SlackBlock.section(part)) }
    }
    return blocks
  }

  private static func label(_ name: String) -> SlackLabel { SlackLabel(name, most: 100) }

  private static func label(_ origin: Origin) -> SlackLabel? {
    switch origin {
    case .owner: nil
    case .system(let name): label(name)
    case .untrusted(let place): SlackLabel(place, most: 200)
    }
  }

  private static func origin(_ origin: Origin) -> SlackText {
    let name = label(origin).map { SlackText($0.text) } ?? SlackText(ours: "")
    return switch origin {
    case .owner: SlackText(ours: "_(from whose run it is)_")
    case .system: SlackText(ours: "_(from ") + name + SlackText(ours: ")_")
    case .untrusted: SlackText(ours: ":warning: _(anybody's words: ") + name + SlackText(ours: ")_")
    }
  }
}
