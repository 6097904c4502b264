package import Effects
package import Egress
import Foundation

/// Asks an address, under the run's rules. An effect, because whoever answers comes to know what is in the address.
package struct HTTPGet: AgentTool {
  private let client: EgressClient
  package init(_ client: EgressClient) { self.client = client }

  package let declaration = ToolDeclaration(
    name: "http_get",
    summary:
      "Asks a web address and gives what it answers, if it is text. Only addresses that your rules allow; redirections are not followed.",
    parameters: [.init("url", ["type": "string", "format": "uri"], role: .control)],
    effect: .init(.pure, risk: .low, reversibility: .irreversible, audience: .anybody), answers: .untrusted)

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let address = try CallArguments(call, for: declaration).string("url", longest: 8192)
    let answer: EgressAnswer
    do {
      answer = try await client.answer(
        to: EgressRequest(
          "GET", address, headers: [EgressHeader("Accept", "text/*, application/json;q=0.9, */*;q=0.1")]))
    } catch {
      switch error {
      case .unreachable, .usedUp, .cancelled, .broken: throw .unavailable("\(error)")
      default: throw .refused("\(error)")
      }
    }
    let kind = answer.header("content-type") ?? "of no kind given"
    guard let text = String(validating: answer.body, as: UTF8.self), !answer.body.contains(0) else {
      throw .refused("The answer (\(answer.status)) is not text in UTF-8.")
    }
    let shown = Shown.cut(text)
    var note = "Answered \(answer.status), \(answer.body.count) bytes\(shown.isCut ? ", cut" : "")."
    if (300..<400).contains(answer.status), answer.header("location") != nil {
      note += " It is elsewhere; ask for that address if you need it."
    }
    let place = address.prefix { $0 != "?" && $0 != "#" }
    let origin = Origin.untrusted(String(place.prefix(200)))
    let head = "\(kind)" + (answer.header("location").map { "\nLocation: \($0)" } ?? "")
    return ToolResult([
      Passage(note, from: .system("http")), Passage(Shown.cut(head, to: 1000).text, from: origin),
      Passage(shown.text, from: origin),
    ])
  }
}
