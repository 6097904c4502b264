import Gate
import Journal
import Ledger
import Slack

/// The app's own tab, for one person: what waits for them, and what their agents did of late.
struct SlackHome: Sendable {
  let people: SlackPeople
  let approvals: SlackApprovals
  let reports: SlackReports

  func view(of somebody: SlackPeople.Somebody?, at now: Instant) throws -> SlackHomeView {
    guard let somebody else { return try SlackHomeView([.header("Assay"), .section(SlackDesk.unknown)]) }
    let waiting = try approvals.waiting(for: somebody)
    var blocks: [SlackBlock] = [try .header("Waiting for your word")]
    if waiting.isEmpty { blocks.append(try .section(SlackText(ours: "Nothing."))) }
    for approval in waiting.prefix(20) {
      let card = approval.card.shown
      let text = SlackText("\(card?.agent ?? "An agent"): \(card?.tool ?? "–"). \(card?.summary ?? "") ")
      blocks.append(
        try .section((text + reports.links.link("/approvals/\(approval.id)")).shortened(to: 2900)))
    }
    blocks += [.divider, try .header("What your agents did of late")]
    for part in try reports.runs(of: somebody, most: 10, at: now).parts() {
      blocks.append(try .section(part))
    }
    blocks.append(
      try .context([
        SlackText(ours: "List price; what came of it as seen from outside. ")
          + reports.links.link(AgentPages.address)
      ]))
    return try SlackHomeView(blocks)
  }
}
