import AsyncHTTPClient
import Foundation
import ScriptedSlack
import ServiceLifecycle
import ServiceSettings
import Slack
import SlackClient

/// A workspace of Slack that is none, for the sample's agents to write into: with a channel in which somebody has said
/// something, and somebody who takes up what is written.
struct DemoWorkspace: Service {
  static let channel = "standup"
  private let slack: ScriptedSlack
  private let id: String
  private let colleague: String

  init() async throws {
    let workspace = Workspace()
    guard let id = workspace.channels.first(where: { $0.value == Self.channel })?.key,
      let colleague = workspace.members.first?.id
    else { throw DemoAgents.Absence("the scripted workspace has nobody in it") }
    slack = try await ScriptedSlack.start(workspace)
    (self.id, self.colleague) = (id, colleague)
    slack.say("Yesterday: the basket. Still open: prices with three decimals.", in: id, by: colleague)
  }

  func channels(_ client: HTTPClient) throws -> SlackChannels {
    let api = SlackWebAPI(
      client, at: try ServiceAddress(slack.address), token: slack.workspace.botToken)
    return SlackChannels(api, ids: [Self.channel: id])
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      var taken = 0
      while !Task.isCancelled {
        try await Task.sleep(for: .seconds(5))
        let posts = slack.posted.filter { $0.channel == id && $0.threadTS == nil && $0.isOurs }
        for post in posts.dropFirst(taken) {
          slack.say("Thanks, I take the prices.", in: id, by: colleague, thread: post.ts)
        }
        taken = posts.count
      }
    }
    try? await slack.stop()
  }
}
