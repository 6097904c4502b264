package import Effects
package import Foundation
import IMAP
import MIME
import Submission

/// Sends a message. There is no undoing it: a person is asked, whoever wants it sent, and sees the whole of it.
package struct MailSendTool: AgentTool {
  package static let name = "mail_send"

  let mailbox: Mailbox
  let outgoing: Mailbox.Outgoing
  let now: @Sendable () -> Date

  package init?(_ mailbox: Mailbox, now: @escaping @Sendable () -> Date) {
    guard let outgoing = mailbox.outgoing else { return nil }
    self.mailbox = mailbox
    self.outgoing = outgoing
    self.now = now
  }

  package let declaration = ToolDeclaration(
    name: name,
    summary: "Sends a mail message from the person’s address, once they have approved it word for word.",
    parameters: [
      .init(
        "to",
        ["type": "array", "items": ["type": "string", "maxLength": 320], "minItems": 1, "maxItems": 20],
        role: .control),
      .init("subject", ["type": "string", "minLength": 1, "maxLength": 300], role: .body),
      .init("text", ["type": "string", "minLength": 1, "maxLength": 20_000], role: .body),
      .init(
        "in_reply_to",
        ["type": "string", "maxLength": 998, "description": "The Message-ID of what it answers."],
        role: .harmless, isRequired: false),
    ],
    // What a server took and did not answer for may have gone out; nobody can be asked.
    effect: .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody),
    answers: .system(Mailbox.system))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let addresses = try arguments.strings("to", atMost: 20, longest: 320)
    let name = mailbox.messageID(of: call.effect, "mail")
    guard let id = MessageID(name) else { throw .refused("The message cannot be given a name.") }
    var to: [MailAddress] = []
    for address in addresses {
      guard let one = MailAddress.list(address).first, !one.address.isEmpty,
        MailAddress.list(address).count == 1
      else {
        throw .refused("“\(address.prefix(100))” is no mail address.")
      }
      to.append(one)
    }
    var mail = OutgoingMail(
      from: mailbox.address, to: to, subject: try arguments.string("subject", longest: 1200),
      date: MailDate(secondsSince1970: Int64(now().timeIntervalSince1970)), messageID: id,
      text: try arguments.string("text", longest: 80_000))
    if let answered = try arguments.optionalString("in_reply_to", longest: 998).flatMap(MessageID.init) {
      mail.inReplyTo = answered
      mail.references = [answered]
    }
    let bytes: [UInt8]
    let envelope: SubmissionEnvelope
    do {
      bytes = try mail.bytes(bcc: .omitted)
      envelope = try SubmissionEnvelope(sender: mailbox.address.address, recipients: mail.recipients)
    } catch {
      throw .refused("\(error)")
    }
    let client = SubmissionClient(server: outgoing.server, signIn: try outgoing.signIn())
    switch await client.submit(bytes, envelope: envelope) {
    case .accepted(_, let refused):
      var words = "Sent to \(mail.recipients.count - refused.count) of \(mail.recipients.count)."
      // A mailbox that keeps no copy has been sent all the same.
      do throws(ToolFailure) {
        try await mailbox.connected { client in
          let sent = try await Mailbox.folder(.sent, named: "Sent", on: client)
          _ = try await client.append(bytes, to: sent, flags: [.seen])
        }
      } catch {
        words += " No copy could be kept."
      }
      return ToolResult([Passage(words, from: .system(Mailbox.system))])
    case .refused(let failure): throw .refused("Nothing was sent: \(failure)")
    case .unavailable(let failure): throw .unavailable("Nothing was sent: \(failure)")
    case .uncertain(let failure): throw .uncertain("It may have been sent: \(failure)")
    }
  }
}
