import Effects

/// Slack's bounds of blocks (docs.slack.dev/reference/block-kit/blocks), looked up and written down apart from those that our
/// own blocks are made within.
enum ScriptedBounds {
  static func check(_ blocks: JSON?, most: Int) throws(Desk.Refused) {
    guard case .array(let all)? = blocks, all.count <= most else { throw "invalid_blocks" }
    var names: Set<String> = []
    for block in all {
      if let name = block["block_id"]?.string {
        guard name.utf16.count <= 255, names.insert(name).inserted else { throw "invalid_blocks" }
      }
      switch block["type"]?.string {
      case "divider": break
      case "header": try check(text: block["text"], of: ["plain_text"], most: 150)
      case "section":
        guard block["text"] != nil || block["fields"] != nil else { throw "invalid_blocks" }
        if let text = block["text"] { try check(text: text, of: ["mrkdwn", "plain_text"], most: 3000) }
        if let fields = block["fields"] {
          try each(fields, 1...10) { field throws(Desk.Refused) in
            try check(text: field, of: ["mrkdwn", "plain_text"], most: 2000)
          }
        }
        if let accessory = block["accessory"] { try check(element: accessory) }
      case "context":
        try each(block["elements"], 1...10) { element throws(Desk.Refused) in
          try check(text: element, of: ["mrkdwn", "plain_text"], most: 3000)
        }
      case "actions":
        var actions: Set<String> = []
        try each(block["elements"], 1...25) { element throws(Desk.Refused) in
          try check(element: element)
          guard actions.insert(element["action_id"]?.string ?? "").inserted else { throw "invalid_blocks" }
        }
      default: throw "invalid_blocks"
      }
    }
  }

  private static func check(element: JSON) throws(Desk.Refused) {
    guard element["type"]?.string == "button", let action = element["action_id"]?.string,
      (1...255).contains(action.utf16.count), (element["value"]?.string ?? "").utf16.count <= 2000,
      ["primary", "danger", nil].contains(element["style"]?.string)
    else { throw "invalid_blocks" }
    try check(text: element["text"], of: ["plain_text"], most: 75)
    guard let confirm = element["confirm"] else { return }
    for (part, most) in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)] {
      try check(
        text: confirm[part], of: part == "text" ? ["plain_text", "mrkdwn"] : ["plain_text"], most: most)
    }
  }

  private static func check(text: JSON?, of kinds: [String], most: Int) throws(Desk.Refused) {
    guard let text, let kind = text["type"]?.string, kinds.contains(kind), let words = text["text"]?.string,
      (1...most).contains(words.utf16.count)
    else { throw "invalid_blocks" }
  }

  private static func each(
    _ list: JSON?, _ range: ClosedRange<Int>, _ body: (JSON) throws(Desk.Refused) -> Void
  ) throws(Desk.Refused) {
    guard case .array(let elements)? = list, range.contains(elements.count) else { throw "invalid_blocks" }
    for element in elements { try body(element) }
  }
}
