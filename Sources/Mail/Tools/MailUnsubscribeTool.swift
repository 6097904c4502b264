package import Effects
import Egress
import Foundation
import IMAP
import MIME

/// Leaves a mailing list by the one request that the list itself offers for it (RFC 8058). The address is the sender's: a
/// person is asked, and sees it.
package struct MailUnsubscribeTool: AgentTool {
  package static let name = "mail_unsubscribe"

  /// Asks at an address that was checked to lie outside; answers with the status.
  package typealias Post = @Sendable (_ address: String, _ body: String) async throws(ToolFailure) -> Int

  let mailbox: Mailbox
  let post: Post

  package init(_ mailbox: Mailbox, post: @escaping Post = Self.overEgress) {
    self.mailbox = mailbox
    self.post = post
  }

  package let declaration = ToolDeclaration(
    name: name,
    summary:
      "Leaves the mailing list that a message of the inbox came by, where the list offers it in one request.",
    parameters: [
      .init("uidvalidity", ["type": "integer", "minimum": 1], role: .control),
      .init("uid", ["type": "integer", "minimum": 1], role: .control),
    ],
    effect: .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody), answers: .untrusted)

  package func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] {
    let (address, list) = try await address(arguments)
    return [
      Passage(
        "A request goes to \(address), which says to whoever runs it that your address is read.",
        from: .untrusted("the message’s own header, list \(list ?? "without a name")"))
    ]
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let (address, _) = try await address(call.arguments)
    let status = try await post(address, "List-Unsubscribe=One-Click")
    guard (200...299).contains(status) else {
      throw .refused("The list answered \(status); it may not have been left.")
    }
    return ToolResult([Passage("The list took the request.", from: .system(Mailbox.system))])
  }

  private func address(_ arguments: JSON) async throws(ToolFailure) -> (String, String?) {
    guard case .integer(let validity)? = arguments["uidvalidity"],
      case .integer(let number)? = arguments["uid"],
      let uid = UInt32(exactly: number).flatMap({ UID($0) })
    else { throw .refused("\(Self.name) needs uidvalidity and uid.") }
    return try await mailbox.connected { client in
      let inbox = try await client.open(.inbox)
      guard Int64(inbox.uidValidity.rawValue) == validity, let bytes = try await inbox.body(.header, of: uid)
      else {
        throw ToolFailure.refused("The message is not in the inbox any more.")
      }
      let list = MailMessage(bytes).list
      guard list.oneClick, let address = list.unsubscribe.first(where: { $0.hasPrefix("https://") }) else {
        throw ToolFailure.refused("The list does not offer to be left in one request.")
      }
      return (address, list.id)
    }
  }

  /// Over the guarded way out, which reaches nothing inside, whatever the name says.
  package static let overEgress: Post = { address, body async throws(ToolFailure) in
    do {
      let place = try EgressAddress(address)
      let rule = try EgressRule(host: "\(place.host)", port: nil, methods: ["POST"], path: place.path)
      let answer = try await EgressClient(rules: [rule]).answer(
        to: EgressRequest(
          "POST", address, headers: [EgressHeader("Content-Type", "application/x-www-form-urlencoded")],
          body: Array(body.utf8)))
      return answer.status
    } catch {
      throw .refused("The list cannot be left: \(error)")
    }
  }
}
