import Account
import Charts
import Gate
import Journal
import Ledger

/// What is asked of somebody, in our own words and the tool's, with everything the decision hangs on.
enum ApprovalWords {
  static func table(_ approvals: [Approval], empty: String) -> DataTable {
    DataTable(
      id: "approvals", caption: "Each holds for exactly that call, once. No answer in time is a no.",
      columns: [
        DataColumn("Asked", .text), DataColumn("Tool", .text), DataColumn("What it does", .words),
        DataColumn("Until", .text),
      ],
      rows: approvals.map { approval in
        let card = approval.card.shown
        return DataTable.Row(
          [
            .text(approval.requested.utc), .text(card?.tool), .text(card?.summary),
            .text(approval.expires.utc),
          ], link: "/approvals/\(approval.id)")
      }, empty: empty)
  }

  /// Why somebody is asked, every argument whole with where it comes from, and what the call comes to. Each value stands
  /// in a frame of its own, so that nothing in it can pass for ours.
  static func content(of card: ApprovalCard) -> PageContent {
    .section("Why you are asked", .sentences(card.questions.map(\.description)))
      + .section("The whole call", card.arguments.map(content).reduce(.nothing, +))
      + card.details.map { detail in
        .section("Behind it, \(detail.visibleOrigin)", frame(detail.visibleText))
      }.reduce(.nothing, +)
      + .section("What it comes to", .sentences(card.consequences))
  }

  private static func content(of argument: ArgumentSource) -> PageContent {
    .markup(
      """
      <h3>\(Markup.escape(argument.visiblePath)) <small>\(argument.role.words)</small></h3>
      <p>\(Markup.escape(argument.source.description))</p>

      """) + frame(argument.visibleValue)
  }

  private static func frame(_ text: String) -> PageContent { .markup("<pre>\(Markup.escape(text))</pre>\n") }
}
