package import Effects
import Triage

/// Looks at what came into the mailbox since the last time.
package struct MailNewTool: AgentTool {
  package static let name = "mail_new"

  let mailbox: Mailbox
  let cursor: @Sendable () throws(ToolFailure) -> MailListing.Cursor?
  let most: Int

  /// - Parameters:
  ///   - cursor: From where on; `nil` at the first time.
  ///   - most: Messages of one look.
  package init(
    _ mailbox: Mailbox, most: Int, cursor: @escaping @Sendable () throws(ToolFailure) -> MailListing.Cursor?
  ) {
    self.mailbox = mailbox
    self.most = most
    self.cursor = cursor
  }

  package let declaration = ToolDeclaration(
    name: name,
    summary:
      "Shows what came into the inbox since the last look, each message with its sender and text. Changes nothing there.",
    parameters: [], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let listing = try await MailListing.read(
      mailbox, since: try cursor(), most: most, authority: mailbox.authority)
    return ToolResult(listing.passages)
  }
}
