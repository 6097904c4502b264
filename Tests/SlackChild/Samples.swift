import Effects
import Ledger
import Slack

/// One of each block that we make.
enum Samples {
  static func blocks() throws -> JSON {
    let approval = ApprovalMessage(
      title: "release-captain asks to deploy",
      lines: [
        .init("version", Passage("1.4.0", from: .system("git"))),
        .init("subject", Passage("```<!channel> https://evil.example", from: .untrusted("mail from eve"))),
      ], id: "4711")
    let table = SlackTable([.init("Team"), .init("Held", .trailing)], rows: [["Payments", "71 %"]])
    let full = String(repeating: "a", count: SlackLimit.section)
    return [
      "approval": try json(approval.asking()),
      "decided": try json(approval.decided(.denied, by: "U0ADA", at: Instant(milliseconds: 0))),
      "answer": try json(SlackContent.messages(SlackText(full + " and more <&>"))[0]),
      "parts": try SlackBlocks([
        .header("Heading"), .divider, .section(SlackText("One")), .context([SlackText("small")]),
        .section(table.text),
      ]).json,
      "home": try SlackHomeView([.header("Yours"), .section(SlackText("Nothing yet"))]).json,
    ]
  }

  private struct NoBlocks: Error {}

  private static func json(_ content: SlackContent) throws -> JSON {
    guard let blocks = content.blocks else { throw NoBlocks() }
    return blocks.json
  }
}
