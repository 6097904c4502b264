package import Effects
import Egress
import Foundation

/// Leaves a mailing list by the one request that the list itself offers for it (RFC 8058). The address is the sender's: a
/// person is asked, and sees it.
package struct MailUnsubscribeTool: AgentTool {
  package static let name = "mail_unsubscribe"

  /// Asks at an address that was checked to lie outside; answers with the status.
  package typealias Post = @Sendable (_ address: String, _ body: String) async throws(ToolFailure) -> Int

  let post: Post

  package init(post: @escaping Post = Self.overEgress) { self.post = post }

  package let declaration = ToolDeclaration(
    name: name, summary: "Leaves a mailing list, at the address that the list itself offers for one request.",
    parameters: [
      .init("address", ["type": "string", "minLength": 9, "maxLength": 2000], role: .control),
      .init(
        "list", ["type": "string", "maxLength": 300, "description": "What the list calls itself."],
        role: .harmless,
        isRequired: false),
    ],
    effect: .init(.blind, risk: .high, reversibility: .irreversible, audience: .anybody), answers: .untrusted)

  package func explain(_ arguments: JSON) async throws(ToolFailure) -> [Passage] {
    [
      Passage(
        "The request says to whoever runs \(try Self.host(arguments)) that your address is read.",
        from: .system(Mailbox.system)),
      Passage(arguments["list"]?.string ?? "The list has no name.", from: .untrusted("the list’s own name")),
    ]
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    _ = try Self.host(call.arguments)
    let address = call.arguments["address"]?.string ?? ""
    let status = try await post(address, "List-Unsubscribe=One-Click")
    guard (200...299).contains(status) else {
      throw .refused("The list answered \(status); it may not have been left.")
    }
    return ToolResult([Passage("The list took the request.", from: .system(Mailbox.system))])
  }

  private static func host(_ arguments: JSON) throws(ToolFailure) -> String {
    guard let text = arguments["address"]?.string, text.hasPrefix("https://"),
      let address = try? EgressAddress(text)
    else { throw .refused("A list is left at an address that begins with https://.") }
    return "\(address.host)"
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
    } catch let refusal as EgressRefusal {
      switch refusal {
      case .broken, .cancelled: throw .uncertain("The list may have been left: \(refusal)")
      default: throw .refused("The list cannot be left: \(refusal)")
      }
    } catch {
      throw .refused("The list cannot be left: \(error)")
    }
  }
}
