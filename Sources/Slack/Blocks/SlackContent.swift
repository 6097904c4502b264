package import Effects

/// What one message says.
package struct SlackContent: Hashable, Sendable {
  /// For notifications and screen readers, and all of it where there are no blocks.
  package var text: SlackText
  package var blocks: SlackBlocks?

  package init(_ text: SlackText, blocks: SlackBlocks? = nil) {
    self.text = text
    self.blocks = blocks
  }

  /// What goes into `chat.postMessage`, `chat.update` and answers to a `response_url`: the texts, and that Slack fetches no
  /// address, looks for none and calls nobody by name.
  package var fields: [String: JSON] {
    var fields: [String: JSON] = [
      "text": .string(text.shortened(to: SlackLimit.section).mrkdwn), "mrkdwn": true,
      "unfurl_links": false, "unfurl_media": false, "parse": "none", "link_names": false,
    ]
    if let blocks { fields["blocks"] = blocks.json }
    return fields
  }

  package var withheld: [SecretScan.Finding] { text.withheld }

  /// A text of any length as the messages that it takes: the first, and what goes on below it in its thread.
  ///
  /// - Parameter mostMessages: What would be in further ones is left out, and the last says so.
  package static func messages(_ text: SlackText, mostMessages: Int = 20) -> [SlackContent] {
    guard !text.isEmpty else { return [] }
    let sections = text.parts(most: SlackLimit.section)
    let perMessage = SlackLimit.message / SlackLimit.section
    var contents: [SlackContent] = []
    var rest = sections[...]
    while !rest.isEmpty, contents.count < mostMessages {
      var parts = Array(rest.prefix(perMessage))
      rest = rest.dropFirst(perMessage)
      if contents.count + 1 == mostMessages, !rest.isEmpty {
        parts[parts.count - 1] = SlackText(ours: "_The rest is too long for Slack._")
      }
      // Within bounds by how they were cut; without blocks the text is shown all the same.
      let blocks = try? SlackBlocks(parts.map { part throws(SlackLimit) in try SlackBlock.section(part) })
      contents.append(SlackContent(parts[0], blocks: blocks))
    }
    return contents
  }
}
