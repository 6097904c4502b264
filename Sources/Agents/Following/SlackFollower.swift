package import Effects
package import Journal
package import Ledger
import Slack
package import SlackClient

/// Looks at what became of a message that was posted: it has held if it stands at the end of its time and somebody took it up, by
/// an answer or a sign of somebody else than whose run it was. What nobody took up nobody can say anything of.
package struct SlackFollower: OutcomeFollower {
  package let kinds = [SlackPostTool.followed]

  let channels: SlackChannels?
  let now: @Sendable () -> Instant

  package init(_ channels: SlackChannels?, now: @escaping @Sendable () -> Instant) {
    self.channels = channels
    self.now = now
  }

  package func look(at outcome: Outcome, kept: JSON?) async -> OutcomeLook {
    let parts = outcome.subject.split(separator: "/")
    guard let channels, parts.count == 2 else {
      return OutcomeLook(seen: (.unconfirmed, "Slack is not among the settings any more."), next: nil)
    }
    let end = outcome.opened + outcome.holdFor
    let isOver = now() >= end
    let next = min(end, now() + min(.minutes(60), max(.seconds(5), outcome.holdFor / 8)))
    do throws(SlackFailure) {
      let ts = String(parts[1])
      let thread = try await channels.api.page(of: SlackPlace(channel: String(parts[0]), threadTS: ts))
        .messages
      guard let message = thread.first(where: { $0.ts == ts }) else { return Self.gone }
      if message.text == SlackPostTool.withdrawn.mrkdwn { return Self.withdrawn }
      let owner = channels.user(outcome.account)
      let takers = thread.filter { $0.ts != ts && !$0.isBot }.compactMap(\.user) + message.signers
      guard isOver else {
        return OutcomeLook(seen: outcome.state == .open ? (.holding, "It stands.") : nil, next: next)
      }
      return takers.contains { $0 != owner }
        ? OutcomeLook(seen: (.held, "It stands, and people took it up."), next: nil)
        : OutcomeLook(seen: (.unconfirmed, "It stands, and nobody took it up."), next: nil)
    } catch {
      if error.isRefusal("thread_not_found", "message_not_found") { return Self.gone }
      return isOver
        ? OutcomeLook(seen: (.unconfirmed, "It could not be looked at: \(error)"), next: nil)
        : OutcomeLook(next: next)
    }
  }

  private static let withdrawn = OutcomeLook(seen: (.reverted, "It was withdrawn."), next: nil)
  private static let gone = OutcomeLook(seen: (.reverted, "It was taken away."), next: nil)
}
