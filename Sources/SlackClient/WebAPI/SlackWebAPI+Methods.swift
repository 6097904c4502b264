package import AsyncHTTPClient
import Effects
import NIOCore
package import Slack

extension SlackWebAPI {
  package static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(10)
    // Every attempt is ours to count.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  // MARK: Who

  package func identify() async throws(SlackFailure) -> SlackIdentity {
    let answer = try await call("auth.test", [:], .reading)
    return SlackIdentity(
      team: try Self.text(answer, "team_id", "auth.test"), teamName: answer["team"]?.string ?? "",
      user: try Self.text(answer, "user_id", "auth.test"), bot: answer["bot_id"]?.string)
  }

  /// - Returns: `nil` if there is no such member.
  package func user(_ id: String) async throws(SlackFailure) -> SlackUser? {
    do throws(SlackFailure) {
      return SlackUser(try await call("users.info", ["user": .string(id)], .reading)["user"])
    } catch {
      if error.isRefusal("user_not_found") { return nil }
      throw error
    }
  }

  // MARK: Writing

  /// - Parameter mark: What it can be found by again, with ``find(_:in:since:)``; without one a message whose answer was lost
  ///   is lost.
  package func post(
    _ content: SlackContent, to place: SlackPlace, as mark: SlackMark?
  ) async throws(SlackFailure) -> SlackMessageKey {
    var arguments = content.fields
    arguments["channel"] = .string(place.channel)
    if let thread = place.threadTS { arguments["thread_ts"] = .string(thread) }
    if let mark { arguments["metadata"] = mark.json }
    let answer = try await call("chat.postMessage", arguments, .posting, channel: place.channel)
    guard let ts = answer["ts"]?.string else { throw .uncertain(method: "chat.postMessage") }
    return SlackMessageKey(channel: answer["channel"]?.string ?? place.channel, ts: ts)
  }

  /// Seen by one person only, and gone when they reload.
  package func postEphemeral(
    _ content: SlackContent, to place: SlackPlace, for user: String
  ) async throws(SlackFailure) {
    var arguments = content.fields
    for name in ["unfurl_links", "unfurl_media"] { arguments[name] = nil }
    arguments["channel"] = .string(place.channel)
    arguments["user"] = .string(user)
    if let thread = place.threadTS { arguments["thread_ts"] = .string(thread) }
    _ = try await call("chat.postEphemeral", arguments, .posting, channel: place.channel)
  }

  /// Changes a message of ours. Done twice it is the same; without a mark it keeps the one that it has.
  package func update(
    _ message: SlackMessageKey, to content: SlackContent, as mark: SlackMark? = nil
  ) async throws(SlackFailure) {
    var arguments = content.fields
    for name in ["unfurl_links", "unfurl_media", "mrkdwn"] { arguments[name] = nil }
    arguments["channel"] = .string(message.channel)
    arguments["ts"] = .string(message.ts)
    // Without blocks, those that were there would stay.
    if content.blocks == nil { arguments["blocks"] = .array([]) }
    if let mark { arguments["metadata"] = mark.json }
    _ = try await call("chat.update", arguments, .reading)
  }

  /// - Returns: The channel of direct messages with a person.
  package func openDirect(with user: String) async throws(SlackFailure) -> String {
    let answer = try await call("conversations.open", ["users": .string(user)], .reading)
    return try Self.text(answer["channel"], "id", "conversations.open")
  }

  package func publishHome(_ view: SlackHomeView, for user: String) async throws(SlackFailure) {
    _ = try await call("views.publish", ["user_id": .string(user), "view": view.json], .reading)
  }

  // MARK: Reading

  /// One page of a channel's messages, the newest first, or of a thread's, the oldest first.
  package func page(
    of place: SlackPlace, since oldest: String? = nil, cursor: String? = nil, length: Int = 100
  ) async throws(SlackFailure) -> (messages: [SlackPosted], next: String?) {
    var arguments: [String: JSON] = [
      "channel": .string(place.channel), "limit": .integer(Int64(length)), "include_all_metadata": true,
    ]
    if let thread = place.threadTS { arguments["ts"] = .string(thread) }
    if let oldest {
      arguments["oldest"] = .string(oldest)
      arguments["inclusive"] = true
    }
    if let cursor { arguments["cursor"] = .string(cursor) }
    let method = place.threadTS == nil ? "conversations.history" : "conversations.replies"
    let answer = try await call(method, arguments, .reading)
    guard case .array(let messages)? = answer["messages"] else {
      throw .unavailable(method: method, "its answer holds no messages")
    }
    let next = answer["response_metadata"]?["next_cursor"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    return (messages.compactMap(SlackPosted.init), next)
  }

  /// What became of a message whose answer was lost.
  package enum Finding: Hashable, Sendable {
    case posted(SlackMessageKey)
    /// It is not there now. Slack was seen to show a message at once; wait a few seconds before you believe it.
    case notThere
    /// There is more than was looked at.
    case cannotTell
  }

  /// Looks for the message with a mark, where it would have gone.
  ///
  /// - Parameters:
  ///   - since: A timestamp of Slack's, or seconds since 1970: some minutes before it was sent, since clocks differ.
  ///   - pages: Of 100 messages, at most.
  package func find(
    _ mark: SlackMark, in place: SlackPlace, since: String, pages: Int = 10
  ) async throws(SlackFailure) -> Finding {
    var cursor: String?
    for _ in 0..<pages {
      let page = try await page(of: place, since: since, cursor: cursor)
      // What a person wrote has no metadata, and no other app knows the names of our effects.
      if let found = page.messages.first(where: { $0.isBot && $0.mark == mark }) {
        return .posted(SlackMessageKey(channel: place.channel, ts: found.ts))
      }
      guard let next = page.next else { return .notThere }
      cursor = next
    }
    return .cannotTell
  }

  // MARK: Socket Mode

  /// An address for one connection of Socket Mode; it has a secret in it. Asked with the app's own token.
  func openConnection() async throws(SlackFailure) -> String {
    let answer = try await call("apps.connections.open", [:], .reading)
    return try Self.text(answer, "url", "apps.connections.open")
  }

  private static func text(
    _ json: JSON?, _ member: String, _ method: String
  ) throws(SlackFailure) -> String {
    guard let text = json?[member]?.string, !text.isEmpty else {
      throw .unavailable(method: method, "its answer has no “\(member)”")
    }
    return text
  }
}
