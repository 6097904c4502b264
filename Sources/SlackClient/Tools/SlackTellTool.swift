package import Effects
import Foundation
import Slack

/// Tells the person whose run it is something in Slack, where nobody else reads it. To anybody else it writes nothing.
package struct SlackTellTool: AgentTool {
  package static let name = "slack_tell"

  let channels: SlackChannels
  /// Slack's name for the person; `nil` while they have not said in Assay who they are there.
  let user: String?

  package init(_ channels: SlackChannels, user: String?) {
    self.channels = channels
    self.user = user
  }

  package let declaration = ToolDeclaration(
    name: name, summary: "Tells the person whose agent you are something in Slack, privately.",
    parameters: [.init("text", ["type": "string", "minLength": 1, "maxLength": 20_000], role: .body)],
    effect: .init(
      .queryable, risk: .low, reversibility: .compensable, audience: .organisation(SlackChannels.system)),
    answers: .system(SlackChannels.system))

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let content = SlackContent.messages(try text(call))
    do throws(SlackFailure) {
      let place = SlackPlace(channel: try await channels.api.openDirect(with: try person()))
      _ = try await channels.api.say(
        content, in: place, as: call.effect, since: call.attempt > 1 ? SlackChannels.lookingBack : nil)
    } catch {
      throw error.toolFailure
    }
    return Self.told
  }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let parts = SlackContent.messages(try text(call)).count
    do throws(SlackFailure) {
      let place = SlackPlace(channel: try await channels.api.openDirect(with: try person()))
      let keys = try await channels.api.said(
        parts: parts, in: place, as: call.effect, since: SlackChannels.lookingBack)
      return keys == nil ? .didNotHappen : .happened(Self.told)
    } catch {
      if case .uncertain = error { return .cannotTell }
      throw error.toolFailure
    }
  }

  private static let told = ToolResult([Passage("Told.", from: .system(SlackChannels.system))])

  private func text(_ call: ToolCall) throws(ToolFailure) -> SlackText {
    let text = try CallArguments(call, for: declaration).string("text", longest: 80_000)
    return SlackText(text, links: channels.links)
  }

  private func person() throws(SlackFailure) -> String {
    guard let user else { throw .refused(method: "conversations.open", code: "not_linked") }
    return user
  }
}
