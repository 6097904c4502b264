package import Effects
import Foundation
package import Slack

/// Writes into a channel, or into a thread there: no link in it is one, no mention reaches anybody, nothing is unfolded, and
/// what looks like a credential is left out.
package struct SlackPostTool: AgentTool {
  package static let name = "slack_post"

  /// What is watched: whether the message stands, and whether anybody took it up.
  package static let followed = "slack-message"

  let channels: SlackChannels
  let holdFor: Duration

  /// - Parameter holdFor: How long people have to take it up.
  package init(_ channels: SlackChannels, holdFor: Duration) {
    self.channels = channels
    self.holdFor = holdFor
  }

  package let declaration = ToolDeclaration(
    name: name, summary: "Writes a message into a channel, or into a thread of it.",
    parameters: [
      SlackChannels.channel,
      .init("text", ["type": "string", "minLength": 1, "maxLength": 20_000], role: .body),
      .init(
        "thread",
        [
          "type": "string", "maxLength": 40,
          "description": "The number of the message that begins the thread.",
        ],
        role: .control, isRequired: false),
    ],
    effect: .init(
      .queryable, risk: .low, reversibility: .compensable, audience: .organisation(SlackChannels.system)),
    answers: .system(SlackChannels.system))

  private struct Order {
    var place: SlackPlace
    var content: [SlackContent]
  }

  private func order(_ call: ToolCall) throws(ToolFailure) -> Order {
    let arguments = try CallArguments(call, for: declaration)
    let channel = try channels.id(of: try arguments.string("channel", longest: 320))
    let thread = try arguments.optionalString("thread", longest: 40)
    if let thread, !thread.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) {
      throw .refused("“thread” is the number of a message, such as 1790000000.000100.")
    }
    let text = SlackText(markdown: try arguments.string("text", longest: 80_000), links: channels.links)
    return Order(place: SlackPlace(channel: channel, threadTS: thread), content: SlackContent.messages(text))
  }

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let order = try order(call)
    do throws(SlackFailure) {
      return result(
        try await channels.api.say(
          order.content, in: order.place, as: call.effect,
          since: call.attempt > 1 ? SlackChannels.lookingBack : nil))
    } catch {
      throw error.toolFailure
    }
  }

  private func result(_ keys: [SlackMessageKey]) -> ToolResult {
    ToolResult(
      [Passage("Posted.", from: .system(SlackChannels.system))],
      undo: .array(keys.map { ["channel": .string($0.channel), "ts": .string($0.ts)] }),
      follows: keys.prefix(1).map { key in
        ToolResult.Followed(kind: Self.followed, subject: "\(key.channel)/\(key.ts)", holdFor: holdFor)
      })
  }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let order = try order(call)
    do throws(SlackFailure) {
      let keys = try await channels.api.said(
        parts: order.content.count, in: order.place, as: call.effect, since: SlackChannels.lookingBack)
      // Of what is there in part the rest is posted when it is done again.
      return keys.map { .happened(result($0)) } ?? .didNotHappen
    } catch {
      if case .uncertain = error { return .cannotTell }
      throw error.toolFailure
    }
  }

  /// What stands in the place of a message that was taken back.
  package static let withdrawn = SlackText(ours: "_This was withdrawn._")

  /// Nothing is unsaid: what was posted says from then on that it was withdrawn.
  package func undo(_ handle: JSON, of effect: EffectID) async throws(ToolFailure) -> ToolResult {
    guard case .array(let messages) = handle else {
      throw .refused("It is not kept any more what was posted.")
    }
    do throws(SlackFailure) {
      for message in messages {
        guard let channel = message["channel"]?.string, let ts = message["ts"]?.string else { continue }
        try await channels.api.update(
          SlackMessageKey(channel: channel, ts: ts),
          to: SlackContent(Self.withdrawn),
          as: SlackMark(effect))
      }
      return ToolResult([Passage("It says now that it was withdrawn.", from: .system(SlackChannels.system))])
    } catch {
      throw error.toolFailure
    }
  }
}
