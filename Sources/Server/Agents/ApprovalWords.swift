import Charts
import Effects
import Journal
import Ledger

/// What is asked of somebody, in our own words and the tool's, with everything the decision hangs on.
enum ApprovalWords {
  static func table(_ approvals: [Approval], empty: String) -> DataTable {
    DataTable(
      id: "approvals", caption: "Each holds for exactly that call, once. No answer in time is a no.",
      columns: [
        DataColumn("Asked", .text), DataColumn("Tool", .text), DataColumn("Why you are asked", .words),
        DataColumn("Until", .text),
      ],
      rows: approvals.map { approval in
        let shown = approval.shown.shown
        return DataTable.Row(
          [
            .text(approval.requested.utc), .text(shown?.tool), .text(shown?.sentence),
            .text(approval.expires.utc),
          ], link: "/approvals/\(approval.id)")
      }, empty: empty)
  }

  /// Every argument with where it comes from. Values are shown whole, each in a frame of its own, so that nothing in them
  /// can pass for ours.
  static func arguments(of shown: ShownCall) -> PageContent {
    shown.arguments.map { argument in
      PageContent.markup(
        """
        <h3>\(Markup.escape(DisplayWidth.safe(argument.name))) <small>\(words(argument.role))</small></h3>
        <p>\(Markup.escape(origin(argument.sources)))\(labels(argument.labels))</p>
        <pre>\(Markup.escape(visible(argument.value)))</pre>

        """)
    }.reduce(.nothing, +)
  }

  static func words(_ role: ToolDeclaration.Parameter.Role) -> String {
    switch role {
    case .control: "decides whom or what it reaches"
    case .body: "is carried there"
    case .harmless: "decides neither"
    }
  }

  static func origin(_ sources: [Origin]) -> String {
    if sources.isEmpty { return "Written by the model; it stands in nothing that it was shown." }
    return sources.map { source in
      switch source {
      case .owner: "From your own words."
      case .system(let name): "From \(DisplayWidth.safe(name)), a system that is trusted."
      case .untrusted(let place): "From somebody else’s text: \(DisplayWidth.safe(place))."
      }
    }.joined(separator: " ")
  }

  private static func labels(_ labels: Labels) -> String {
    (labels.contains(.personal) ? " It may be personal." : "")
      + (labels.contains(.secret) ? " It may be secret." : "")
  }

  /// Line ends stay; whatever else cannot be seen is written out.
  private static func visible(_ value: JSON) -> String {
    guard let text = value.string else { return value.canonical }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { DisplayWidth.safe(String($0)) }
      .joined(separator: "\n")
  }
}
