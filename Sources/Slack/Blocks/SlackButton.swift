package import Effects

/// A button. It carries a name of ours and nothing else: what a click means is looked up when it comes.
package struct SlackButton: Hashable, Sendable {
  package enum Style: String, Hashable, Sendable, CaseIterable {
    case plain, primary, danger
  }

  /// Asked before the click counts.
  package struct Confirmation: Hashable, Sendable {
    package var title: String
    package var text: String
    package var yes: String
    package var no: String

    package init(title: String, text: String, yes: String, no: String) {
      self.title = title
      self.text = text
      self.yes = yes
      self.no = no
    }

    var json: JSON {
      [
        "title": SlackLabel(title, most: SlackLimit.confirmTitle).json,
        "text": SlackLabel(text, most: SlackLimit.confirmText).json,
        "confirm": SlackLabel(yes, most: SlackLimit.confirmButton).json,
        "deny": SlackLabel(no, most: SlackLimit.confirmButton).json,
      ]
    }
  }

  package let json: JSON

  /// - Parameters:
  ///   - action: What is clicked: `assay.approve`. Unique within a block.
  ///   - value: What comes back with the click.
  package init(
    _ label: String, action: String, value: String, style: Style = .plain, confirm: Confirmation? = nil
  ) throws(SlackLimit) {
    try SlackLimit.check("the text of a button", label.utf16.count, 1...SlackLimit.buttonText)
    try SlackLimit.check("the action of a button", action.utf16.count, 1...SlackLimit.actionID)
    try SlackLimit.check("the value of a button", value.utf16.count, 1...SlackLimit.value)
    var members: [String: JSON] = [
      "type": "button", "text": SlackLabel(label, most: SlackLimit.buttonText).json,
      "action_id": .string(action), "value": .string(value),
    ]
    if style != .plain { members["style"] = .string(style.rawValue) }
    if let confirm { members["confirm"] = confirm.json }
    json = .object(members)
  }
}
