package import Effects

/// One block of a message or a view, within Slack's bounds (docs.slack.dev/reference/block-kit/blocks). All text in it is
/// ``SlackText`` or ``SlackLabel``, and Slack is told to make no links of its own.
package struct SlackBlock: Hashable, Sendable {
  package let json: JSON
  /// Of its texts, in UTF-16.
  let length: Int
  /// Of what can be clicked.
  let actions: [String]

  private init(
    _ type: String, _ members: [String: JSON], id: String?, length: Int = 0, actions: [String] = []
  )
    throws(SlackLimit)
  {
    var members = members
    members["type"] = .string(type)
    if let id {
      try SlackLimit.check("the name of a block", id.utf16.count, 1...SlackLimit.blockID)
      members["block_id"] = .string(id)
    }
    json = .object(members)
    self.length = length
    self.actions = actions
  }

  package static func section(_ text: SlackText) throws(SlackLimit) -> SlackBlock {
    try SlackLimit.check("the text of a section", text.isEmpty ? 0 : text.length, 1...SlackLimit.section)
    return try SlackBlock("section", ["text": mrkdwn(text)], id: nil, length: text.length)
  }

  /// A heading; what is too long for one ends in `…`.
  package static func header(_ text: String, id: String? = nil) throws(SlackLimit) -> SlackBlock {
    let label = SlackLabel(text, most: SlackLimit.header)
    try SlackLimit.check("the text of a heading", label.text.utf16.count, 1...SlackLimit.header)
    return try SlackBlock("header", ["text": label.json], id: id, length: label.text.utf16.count)
  }

  /// Small print.
  package static func context(_ texts: [SlackText], id: String? = nil) throws(SlackLimit) -> SlackBlock {
    try SlackLimit.check("the small print", texts.count, 1...SlackLimit.contextElements)
    for text in texts {
      try SlackLimit.check(
        "a text of the small print", text.isEmpty ? 0 : text.length, 1...SlackLimit.section)
    }
    return try SlackBlock(
      "context", ["elements": .array(texts.map(mrkdwn))], id: id, length: texts.reduce(0) { $0 + $1.length })
  }

  package static func actions(_ buttons: [SlackButton], id: String? = nil) throws(SlackLimit) -> SlackBlock {
    try SlackLimit.check("a row of buttons", buttons.count, 1...SlackLimit.actions)
    let names = ids(buttons)
    // Slack refuses the message otherwise.
    try SlackLimit.check(
      "an action's name within a row of buttons", names.count - Set(names).count + 1, 1...1)
    return try SlackBlock("actions", ["elements": .array(buttons.map(\.json))], id: id, actions: names)
  }

  package static var divider: SlackBlock { SlackBlock(json: ["type": "divider"]) }

  private init(json: JSON) {
    self.json = json
    length = 0
    actions = []
  }

  private static func mrkdwn(_ text: SlackText) -> JSON {
    ["type": "mrkdwn", "text": .string(text.mrkdwn), "verbatim": true]
  }

  private static func ids(_ buttons: [SlackButton]) -> [String] {
    buttons.compactMap { $0.json["action_id"]?.string }
  }
}

/// The blocks of a message.
package struct SlackBlocks: Hashable, Sendable {
  package let blocks: [SlackBlock]

  package init(_ blocks: [SlackBlock]) throws(SlackLimit) {
    try SlackLimit.check("a message's blocks", blocks.count, 1...SlackLimit.messageBlocks)
    let length = blocks.reduce(0) { $0 + $1.length }
    try SlackLimit.check("a message's text", max(length, 1), 1...SlackLimit.message)
    self.blocks = blocks
  }

  package var json: JSON { .array(blocks.map(\.json)) }
}

/// What a person sees on the app's own tab (docs.slack.dev/surfaces/app-home).
package struct SlackHomeView: Hashable, Sendable {
  package let json: JSON

  package init(_ blocks: [SlackBlock]) throws(SlackLimit) {
    try SlackLimit.check("a view's blocks", blocks.count, 1...SlackLimit.viewBlocks)
    json = ["type": "home", "blocks": .array(blocks.map(\.json))]
  }
}
