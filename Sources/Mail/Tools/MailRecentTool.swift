package import Effects
import Foundation
import IMAP
import MIME
import Triage

/// Shows the newest messages of a folder. For agents whose model decides what it does; what it shows is by others, and every
/// effect after it is looked at as such.
package struct MailRecentTool: AgentTool {
  package static let name = "mail_recent"

  let mailbox: Mailbox

  package init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  package let declaration = ToolDeclaration(
    name: name, summary: "Shows the newest messages of a folder, with their texts. Changes nothing there.",
    parameters: [
      .init(
        "folder", ["type": "string", "minLength": 1, "maxLength": 200], role: .harmless, isRequired: false),
      .init("days", ["type": "integer", "minimum": 1, "maximum": 365], role: .harmless, isRequired: false),
      .init("most", ["type": "integer", "minimum": 1, "maximum": 50], role: .harmless, isRequired: false),
    ], answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let most = try arguments.integer("most", or: 20, in: 1...50)
    let days = try arguments.integer("days", or: 7, in: 1...365)
    let name: MailboxName
    do { name = try arguments.optionalString("folder").map { try MailboxName($0) } ?? .inbox } catch {
      throw .refused("\(error)")
    }
    let listing = try await MailListing.recent(mailbox, in: name, days: days, most: most)
    return ToolResult(listing.passages)
  }
}
