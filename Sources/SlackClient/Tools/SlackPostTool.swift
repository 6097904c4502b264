package import Effects
import Foundation
import Slack

/// Writes into a channel, or into a thread there: no link in it is one unless the organisation's settings name its site, no
/// mention reaches anybody, nothing is unfolded, and what looks like a credential is left out.
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
      var keys: [SlackMessageKey] = []
      for (part, content) in order.content.enumerated() {
        // What does not fit in one goes on in its thread.
        let place =
          keys.first.map { SlackPlace(channel: order.place.channel, threadTS: order.place.threadTS ?? $0.ts) }
          ?? order.place
        // A part that an earlier, broken-off call posted is not posted again.
        let mark = SlackMark(call.effect, part: part)
        if part > 0,
          case .posted(let key) = try await channels.api.find(mark, in: place, since: Self.recently)
        {
          keys.append(key)
          continue
        }
        keys.append(try await channels.api.post(content, to: place, as: mark))
      }
      return result(keys)
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

  /// A day back: a run goes on after a crash within that.
  private static var recently: String { String(Int(Date().timeIntervalSince1970) - 86_400) }

  package func find(_ call: ToolCall) async throws(ToolFailure) -> EffectFinding {
    let order = try order(call)
    do throws(SlackFailure) {
      let mark = SlackMark(call.effect, part: 0)
      switch try await channels.api.find(mark, in: order.place, since: Self.recently) {
      case .notThere: return .didNotHappen
      case .cannotTell: return .cannotTell
      case .posted(let first):
        guard order.content.count > 1 else { return .happened(result([first])) }
        // The parts behind it may be missing: they are posted now, and those that are there are not posted again.
        let rest = SlackPlace(channel: order.place.channel, threadTS: order.place.threadTS ?? first.ts)
        var keys = [first]
        for part in order.content.indices.dropFirst() {
          let mark = SlackMark(call.effect, part: part)
          if case .posted(let key) = try await channels.api.find(mark, in: rest, since: Self.recently) {
            keys.append(key)
          } else {
            keys.append(try await channels.api.post(order.content[part], to: rest, as: mark))
          }
        }
        return .happened(result(keys))
      }
    } catch {
      throw error.toolFailure
    }
  }

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
          to: SlackContent(SlackText(ours: "_This was withdrawn._")),
          as: SlackMark(effect))
      }
      return ToolResult([Passage("It says now that it was withdrawn.", from: .system(SlackChannels.system))])
    } catch {
      throw error.toolFailure
    }
  }
}
