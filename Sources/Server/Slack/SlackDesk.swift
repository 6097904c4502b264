import Foundation
import Journal
import Ledger
import Logging
import Slack
import SlackClient

/// Handles what came in: who it is, what they want, and what they are told of it, which they alone are.
struct SlackDesk: Sendable {
  let team: String
  let people: SlackPeople
  let voice: SlackVoice
  let approvals: SlackApprovals
  let runs: SlackRuns
  let reports: SlackReports
  let links: SlackPageLinks
  let log: Logger
  let now: @Sendable () -> Instant

  func handle(_ claim: SlackClaim) async throws {
    let delivery = claim.delivery
    guard delivery.team == team else {
      log.warning("something came from another workspace of Slack's, and is not handled")
      return
    }
    let somebody = try people.somebody(delivery.user, at: now())
    switch delivery.content {
    case .message(let message):
      guard message.isMention || message.place == .direct else { return }
      try await answer(claim, SlackOrder(message: message.text), somebody)
    case .command(let command):
      try await answer(claim, SlackOrder(command: command.text), somebody)
    case .action(let action):
      guard let somebody else { return try await voice.answer(claim, Self.unknown) }
      if let words = try await approvals.click(action, by: somebody) { try await voice.answer(claim, words) }
    case .homeOpened:
      try await voice.api.publishHome(
        SlackHome(people: people, approvals: approvals, reports: reports).view(of: somebody, at: now()),
        for: delivery.user)
    }
  }

  private func answer(
    _ claim: SlackClaim, _ order: SlackOrder, _ somebody: SlackPeople.Somebody?
  ) async throws {
    try await voice.answer(claim, try await words(claim.delivery, order, somebody))
  }

  private func words(
    _ delivery: SlackDelivery, _ order: SlackOrder, _ somebody: SlackPeople.Somebody?
  ) async throws -> SlackText {
    switch order {
    case .link:
      let code = try people.invite(delivery.user, at: now())
      return SlackText(
        ours: "Open this within 15 minutes, signed in, and confirm that you are you. Show it to nobody: ")
        + links.link("\(SlackLinkPages.address)/\(code)")
    case .help: return somebody == nil ? Self.unknown : Self.help
    default: break
    }
    guard let somebody else { return Self.unknown }
    switch order {
    case .help, .link: return Self.help
    case .unlink:
      _ = try people.unlink(somebody.user, from: somebody.account, at: now())
      return SlackText(ours: "From now on nobody in Assay is you here.")
    case .digest: return try reports.digest(for: somebody, at: now())
    case .adoption: return try reports.adoption(for: somebody, at: now())
    case .team: return try reports.team(for: somebody, at: now())
    case .runs: return try reports.runs(of: somebody, most: 10, at: now())
    case .approvals:
      let count = try await approvals.askAgain(somebody, cause: delivery.id)
      return count == 0
        ? SlackText(ours: "Nothing waits for you.")
        : SlackText("What waits for you (\(count)) is in your direct messages with me.")
    case .stop(let agent): return try runs.stop(agent, by: somebody)
    case .run(let agent, let words): return try await runs.begin(agent, words, by: somebody, delivery)
    }
  }

  static let unknown = SlackText(
    ours:
      "Assay does not know who you are. Write `/assay link` to say so, signed in; until then there is nothing to show you."
  )

  static let help = SlackText(
    ours: """
      All answers are for you alone.
      `/assay digest`: your team’s latest week in words
      `/assay team`: what your team’s tokens bought
      `/assay adoption`: the adoption target, with what it does
      `/assay approvals`: what waits for your word
      `/assay runs`: what your agents did of late
      `/assay run AGENT words`: begin one of your agents; in a channel, name me in place of `/assay`, and it answers in the thread
      `/assay stop AGENT` or `/assay stop all`: at once
      `/assay unlink`: nobody in Assay is you here any more
      """)
}
