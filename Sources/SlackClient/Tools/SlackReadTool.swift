package import Effects
import Foundation
import Slack

/// Shows what was written in a channel of late. Everybody in the channel may have written it.
package struct SlackReadTool: AgentTool {
  package static let name = "slack_read"

  let channels: SlackChannels

  package init(_ channels: SlackChannels) { self.channels = channels }

  package let declaration = ToolDeclaration(
    name: name,
    summary: "Shows what was written in a channel in the last hours, with the answers in threads.",
    parameters: [
      .init("channel", ["type": "string", "minLength": 1, "maxLength": 80], role: .harmless),
      .init("hours", ["type": "integer", "minimum": 1, "maximum": 168], role: .harmless, isRequired: false),
    ], answers: .untrusted)

  /// Of one reading, in messages and in characters of one message.
  private static let most = 200
  private static let longest = 1000

  package func perform(_ call: ToolCall) async throws(ToolFailure) -> ToolResult {
    let arguments = try CallArguments(call, for: declaration)
    let name = try arguments.string("channel", longest: 320)
    let channel = try channels.id(of: name)
    let hours = try arguments.integer("hours", or: 24, in: 1...168)
    let since = String(Int(Date().timeIntervalSince1970) - hours * 3600)
    do throws(SlackFailure) {
      var passages: [Passage] = []
      var leftOut = false
      var cursor: String?
      repeat {
        let page = try await channels.api.page(of: SlackPlace(channel: channel), since: since, cursor: cursor)
        for message in page.messages {
          guard passages.count < Self.most else {
            leftOut = true
            break
          }
          passages.append(passage(message, in: name, isAnswer: false))
          guard message.threadTS == message.ts else { continue }
          let thread = try await channels.api.page(of: SlackPlace(channel: channel, threadTS: message.ts))
          leftOut = leftOut || thread.next != nil
          passages += thread.messages.filter { $0.ts != message.ts }.map {
            passage($0, in: name, isAnswer: true)
          }
        }
        cursor = page.next
      } while cursor != nil && passages.count < Self.most
      if leftOut || cursor != nil {
        passages.append(
          Passage(
            "There is more that was left out: ask for fewer hours.", from: .system(SlackChannels.system)))
      }
      guard !passages.isEmpty else {
        return ToolResult([
          Passage("Nothing was written there in that time.", from: .system(SlackChannels.system))
        ])
      }
      return ToolResult(passages)
    } catch {
      throw error.toolFailure
    }
  }

  private func passage(_ message: SlackPosted, in channel: String, isAnswer: Bool) -> Passage {
    Passage(
      "\(isAnswer ? "  answer" : "message") \(message.ts): \(message.text.prefix(Self.longest))\(message.text.count > Self.longest ? " … (cut)" : "")",
      from: .untrusted("#\(channel), \(message.user ?? "a program")"))
  }
}
