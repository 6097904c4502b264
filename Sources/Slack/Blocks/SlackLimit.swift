/// Slack's bounds, in UTF-16 characters or elements (docs.slack.dev/reference/block-kit/blocks).
package struct SlackLimit: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is out of bounds: `the text of a section`.
  package var what: String
  package var count: Int
  package var most: Int

  package static let section = 3000
  package static let field = 2000
  package static let fields = 10
  package static let header = 150
  package static let contextElements = 10
  package static let actions = 25
  package static let buttonText = 75
  package static let value = 2000
  package static let actionID = 255
  package static let blockID = 255
  package static let confirmTitle = 100
  package static let confirmText = 300
  package static let confirmButton = 30
  package static let messageBlocks = 50
  package static let viewBlocks = 100
  /// Of one message's text, blocks and all: as much as Slack takes of Markdown.
  package static let message = 12_000

  package var description: String {
    count < 1
      ? "Slack does not take it: \(what) is empty."
      : "Slack does not take it: \(what) has \(count), and \(most) is the limit."
  }

  static func check(_ what: String, _ count: Int, _ range: ClosedRange<Int>) throws(SlackLimit) {
    guard range.contains(count) else { throw SlackLimit(what: what, count: count, most: range.upperBound) }
  }
}
