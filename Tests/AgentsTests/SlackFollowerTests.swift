import AsyncHTTPClient
import Effects
import Foundation
import Journal
import Ledger
import ScriptedSlack
import ServiceSettings
import Slack
import SlackClient
import Testing

@testable import Agents

/// What became of a message in Slack.
struct SlackFollowerTests {
  private static let opened = Instant(Date())
  private static let hour = Duration.hours(1)

  private func outcome(_ key: SlackMessageKey) -> Outcome {
    Outcome(
      id: OutcomeID(rawValue: 1), run: RunID(rawValue: "r"), step: 2, agent: "scribe", account: .local,
      kind: SlackPostTool.followed, subject: "\(key.channel)/\(key.ts)", opened: Self.opened,
      holdFor: Self.hour, state: .holding, changed: Self.opened)
  }

  /// What is seen at its end, after `happening`.
  private func seen(_ happening: (ScriptedSlack, SlackWebAPI, SlackMessageKey) async throws -> Void)
    async throws
    -> Outcome.State?
  {
    let slack = try await ScriptedSlack.start(Workspace())
    let api = SlackWebAPI(.shared, at: try ServiceAddress(slack.address), token: slack.workspace.botToken)
    let channels = SlackChannels(api, ids: ["standup": "C0STANDUP"]) { _ in "U0ADA" }
    let key = try await api.post(
      SlackContent(SlackText("Merged: the basket.")), to: SlackPlace(channel: "C0STANDUP"), as: nil)
    try await happening(slack, api, key)
    let follower = SlackFollower(channels) { Self.opened + Self.hour }
    let look = await follower.look(at: outcome(key), kept: nil)
    try await slack.stop()
    return look.seen?.0
  }

  @Test func `it held if somebody else took it up`() async throws {
    let answered = try await seen { slack, _, key in
      slack.say("Thanks", in: key.channel, by: "U0BEN", thread: key.ts)
    }
    #expect(answered == .held)
  }

  @Test func `nobody's answer, and its own person's, say nothing of it`() async throws {
    #expect(try await seen { _, _, _ in } == .unconfirmed)
    let own = try await seen { slack, _, key in
      slack.say("As I said", in: key.channel, by: "U0ADA", thread: key.ts)
    }
    #expect(own == .unconfirmed)
  }

  @Test func `withdrawn it is reverted, whoever had answered`() async throws {
    let withdrawn = try await seen { slack, api, key in
      slack.say("That is wrong", in: key.channel, by: "U0BEN", thread: key.ts)
      try await api.update(key, to: SlackContent(SlackPostTool.withdrawn))
    }
    #expect(withdrawn == .reverted)
  }
}
