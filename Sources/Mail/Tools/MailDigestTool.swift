package import Effects
package import Foundation
import IMAP
import MIME

/// Lays a digest into the person's own inbox: no mail is sent, and nobody else sees it.
package struct MailDigestTool: AgentTool {
  package static let name = "mail_digest"

  let mailbox: Mailbox
  let now: @Sendable () -> Date

  package init(_ mailbox: Mailbox, now: @escaping @Sendable () -> Date) {
    self.mailbox = mailbox
    self.now = now
  }

  package let declaration = ToolDeclaration(
    name: name, summary: "Lays a digest for the person into their own inbox.",
    parameters: [
      .init("title", ["type": "string", "minLength": 1, "maxLength": 200], role: .body),
      .init("text", ["type": "string", "minLength": 1, "maxLength": 60_000], role: .body),
    ],
    effect: .init(
      .queryable, risk: .low, reversibility: .reversible, audience: .organisation(Mailbox.system)),
    answers: .system(Mailbox.system))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let title = try arguments.string("title", longest: 800)
    let text = try arguments.string("text", longest: 240_000)
    let name = mailbox.messageID(of: call.effect, "digest")
    guard let id = MessageID(name) else { throw .refused("The digest cannot be given a name.") }
    var mail = OutgoingMail(
      from: mailbox.address, to: [mailbox.address], subject: title,
      date: MailDate(secondsSince1970: Int64(now().timeIntervalSince1970)), messageID: id,
      text: text)
    mail.autoSubmitted = .generated
    let bytes: [UInt8]
    do { bytes = try mail.bytes(bcc: .omitted) } catch { throw .refused("\(error)") }
    _ = try await mailbox.connected { client in try await client.append(bytes, to: .inbox) }
    return result(name)
  }

  private func result(_ name: String) -> ToolResult {
    ToolResult(
      [Passage("The digest lies in the inbox.", from: .system(Mailbox.system))],
      undo: ["digest": .string(name)])
  }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let name = mailbox.messageID(of: call.effect, "digest")
    let isThere = try await mailbox.connected { client in
      try await !client.open(.inbox).find(messageID: name).isEmpty
    }
    return isThere ? .happened(result(name)) : .didNotHappen
  }

  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard let name = handle["digest"]?.string else {
      throw .refused("It is not kept any more which one it was.")
    }
    return try await mailbox.connected { client in
      try await MailDraftTool.takeAway(name, from: nil, "", on: client)
    }
  }
}
