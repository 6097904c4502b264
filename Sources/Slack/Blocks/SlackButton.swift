package import Effects

/// A button. It carries a name of ours and nothing else: what a click means is looked up when it comes.
package struct SlackButton: Hashable, Sendable {
  package enum Style: String, Hashable, Sendable, CaseIterable {
    case plain, primary, danger
  }

  package let json: JSON

  /// - Parameters:
  ///   - action: What is clicked: `assay.approve`. Unique within a block.
  ///   - value: What comes back with the click.
  package init(
    _ label: String, action: String, value: String, style: Style = .plain
  ) throws(SlackLimit) {
    try SlackLimit.check("the text of a button", label.utf16.count, 1...SlackLimit.buttonText)
    try SlackLimit.check("the action of a button", action.utf16.count, 1...SlackLimit.actionID)
    try SlackLimit.check("the value of a button", value.utf16.count, 1...SlackLimit.value)
    var members: [String: JSON] = [
      "type": "button", "text": SlackLabel(label, most: SlackLimit.buttonText).json,
      "action_id": .string(action), "value": .string(value),
    ]
    if style != .plain { members["style"] = .string(style.rawValue) }
    json = .object(members)
  }
}
