import Effects
import Foundation
import Ledger
import ServiceSettings
import Slack

/// The Web API, as far as our client and Slack's own use it.
extension Desk {
  /// What a method answers: what goes beside `ok: true`, or one of Slack's codes.
  typealias Answer = Result<[String: JSON], Refused>

  struct Refused: Error, ExpressibleByStringLiteral {
    var code: String
    init(stringLiteral value: String) { code = value }
  }

  /// - Parameter token: What the call bears, in its header or among its arguments.
  func call(_ method: String, _ arguments: JSON, token: String?) -> Answer {
    if method == "api.test" { return .success([:]) }
    guard let token, !token.isEmpty else { return .failure("not_authed") }
    if method == "apps.connections.open" {
      guard token == workspace.appToken.secret else {
        return .failure(token == workspace.botToken.secret ? "not_allowed_token_type" : "invalid_auth")
      }
      let ticket = name("ticket")
      let port = state { state in
        state.tickets.insert(ticket)
        return state.elsewhere ?? state.port
      }
      return .success(["url": .string("ws://127.0.0.1:\(port)/link/?ticket=\(ticket)&app_id=scripted")])
    }
    guard token == workspace.botToken.secret else { return .failure("invalid_auth") }
    do {
      return .success(try answer(method, arguments))
    } catch {
      return .failure(error)
    }
  }

  private func answer(_ method: String, _ arguments: JSON) throws(Refused) -> [String: JSON] {
    switch method {
    case "auth.test":
      return [
        "url": "https://example.slack.com/", "team": .string(workspace.teamName), "user": "assay",
        "team_id": .string(workspace.team), "user_id": .string(workspace.botUser),
        "bot_id": .string(workspace.bot), "is_enterprise_install": false,
      ]
    case "chat.postMessage": return try post(arguments, onlyFor: nil)
    case "chat.postEphemeral":
      let posted = try post(arguments, onlyFor: try Self.text(arguments, "user"))
      return ["message_ts": posted["ts"] ?? .null]
    case "chat.update": return try update(arguments)
    case "conversations.open":
      let user = try Self.text(arguments, "users")
      guard workspace.members.contains(where: { $0.id == user }) else { throw "user_not_found" }
      return ["channel": ["id": .string(direct(with: user))], "no_op": true, "already_open": true]
    case "conversations.history", "conversations.replies": return try page(method, arguments)
    case "users.info":
      let user = try Self.text(arguments, "user")
      guard let member = workspace.members.first(where: { $0.id == user }) else { throw "user_not_found" }
      return ["user": described(member)]
    case "users.lookupByEmail":
      let mail = try Self.text(arguments, "email")
      guard let member = workspace.members.first(where: { $0.mail == mail }) else { throw "users_not_found" }
      return ["user": described(member)]
    case "views.publish":
      let user = try Self.text(arguments, "user_id")
      guard let view = Self.parsed(arguments["view"]), view["type"]?.string == "home" else {
        throw "invalid_arguments"
      }
      try ScriptedBounds.check(view["blocks"], most: 100)
      state { $0.homes[user] = view }
      return ["view": ["id": .string(name("V0")), "type": "home", "blocks": view["blocks"] ?? []]]
    case "reactions.add":
      let key = SlackMessageKey(
        channel: try Self.text(arguments, "channel"), ts: try Self.text(arguments, "timestamp"))
      let emoji = try Self.text(arguments, "name")
      guard place(of: key) != nil else { throw "message_not_found" }
      let isNew = state { state in
        guard !state.reactions[key, default: []].contains(emoji) else { return false }
        state.reactions[key, default: []].append(emoji)
        return true
      }
      guard isNew else { throw "already_reacted" }
      return [:]
    default: throw "unknown_method"
    }
  }

  // MARK: Messages

  private func post(_ arguments: JSON, onlyFor: String?) throws(Refused) -> [String: JSON] {
    var channel = try Self.text(arguments, "channel")
    if workspace.members.contains(where: { $0.id == channel }) { channel = direct(with: channel) }
    guard isChannel(channel) else { throw "channel_not_found" }
    let blocks = Self.parsed(arguments["blocks"])
    let text = arguments["text"]?.string ?? ""
    guard !text.isEmpty || blocks != nil else { throw "no_text" }
    guard text.utf16.count <= 40_000 else { throw "msg_too_long" }
    if blocks != nil { try ScriptedBounds.check(blocks, most: 50) }
    let metadata = Self.parsed(arguments["metadata"])
    if let metadata, metadata["event_type"]?.string == nil || metadata["event_payload"] == nil {
      throw "invalid_metadata_format"
    }
    let ts = stamp()
    let post = ScriptedPost(
      channel: channel, ts: ts, threadTS: arguments["thread_ts"]?.string, user: workspace.botUser,
      isOurs: true,
      text: text, blocks: blocks, metadata: metadata, onlyFor: onlyFor, arguments: arguments)
    state { $0.posts.append(post) }
    return ["channel": .string(channel), "ts": .string(ts), "message": message(post, withMetadata: true)]
  }

  private func update(_ arguments: JSON) throws(Refused) -> [String: JSON] {
    let key = SlackMessageKey(
      channel: try Self.text(arguments, "channel"), ts: try Self.text(arguments, "ts"))
    guard let place = place(of: key) else { throw "message_not_found" }
    var post = state { $0.posts[place] }
    guard post.isOurs else { throw "cant_update_message" }
    let blocks = Self.parsed(arguments["blocks"])
    if let blocks { try ScriptedBounds.check(blocks, most: 50) }
    if let text = arguments["text"]?.string {
      post.text = text
      // A text alone takes the place of blocks, too.
      if blocks == nil { post.blocks = nil }
    }
    if let blocks { post.blocks = blocks == [] ? nil : blocks }
    if let metadata = Self.parsed(arguments["metadata"]) { post.metadata = metadata }
    post.edits += 1
    post.arguments = arguments
    let changed = post
    state { $0.posts[place] = changed }
    return [
      "channel": .string(key.channel), "ts": .string(key.ts), "text": .string(post.text),
      "message": message(post, withMetadata: true),
    ]
  }

  private func page(_ method: String, _ arguments: JSON) throws(Refused) -> [String: JSON] {
    let channel = try Self.text(arguments, "channel")
    guard isChannel(channel) else { throw "channel_not_found" }
    let thread = method == "conversations.replies" ? try Self.text(arguments, "ts") : nil
    var posts = state { state in
      state.posts.filter { post in
        guard post.channel == channel, post.onlyFor == nil else { return false }
        if let thread { return post.ts == thread || post.threadTS == thread }
        return post.threadTS == nil || post.threadTS == post.ts
      }
    }
    if let thread, !posts.contains(where: { $0.ts == thread }) { throw "thread_not_found" }
    if let oldest = arguments["oldest"]?.string.flatMap(Double.init) {
      posts.removeAll { (Double($0.ts) ?? 0) < oldest && $0.ts != thread }
    }
    if thread == nil { posts.reverse() }
    let limit = max(1, min(Self.number(arguments["limit"]) ?? 100, 999))
    let start = arguments["cursor"]?.string.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
    let rest = posts.dropFirst(start)
    let hasMore = rest.count > limit
    let withMetadata = Self.isTrue(arguments["include_all_metadata"])
    return [
      "messages": .array(rest.prefix(limit).map { message($0, withMetadata: withMetadata) }),
      "has_more": .bool(hasMore),
      "response_metadata": ["next_cursor": .string(hasMore ? "cursor\(start + limit)" : "")],
    ]
  }

  /// What is posted to an address for answers: five times at most.
  func respond(_ secret: String, _ body: JSON) -> Answer {
    let found = state { state -> Response? in
      guard var response = state.responses[secret], response.uses < 5 else { return nil }
      response.uses += 1
      state.responses[secret] = response
      return response
    }
    guard let response = found else { return .failure("expired_url") }
    do throws(Refused) {
      if let key = response.message, Self.isTrue(body["delete_original"]) {
        state { $0.posts.removeAll { $0.channel == key.channel && $0.ts == key.ts } }
      } else if let key = response.message, Self.isTrue(body["replace_original"]) {
        guard case .object(var fields) = body else { throw "invalid_payload" }
        fields["channel"] = .string(key.channel)
        fields["ts"] = .string(key.ts)
        _ = try update(.object(fields))
      } else {
        guard case .object(var fields) = body else { throw "invalid_payload" }
        fields["channel"] = .string(response.channel)
        let isForAll = body["response_type"]?.string == "in_channel"
        _ = try post(.object(fields), onlyFor: isForAll ? nil : response.user)
      }
      return .success([:])
    } catch {
      return .failure(error)
    }
  }

  // MARK: Parts

  private func isChannel(_ channel: String) -> Bool {
    workspace.channels[channel] != nil || state { $0.directs.values.contains(channel) }
  }

  private func place(of key: SlackMessageKey) -> Int? {
    state { $0.posts.firstIndex { $0.channel == key.channel && $0.ts == key.ts } }
  }

  private func described(_ member: Workspace.Member) -> JSON {
    [
      "id": .string(member.id), "team_id": .string(member.team ?? workspace.team),
      "name": .string(member.name.lowercased()),
      "deleted": false, "real_name": .string(member.name), "tz": "Europe/Madrid", "is_bot": false,
      "is_restricted": .bool(member.isGuest), "is_ultra_restricted": false,
      "profile": [
        "real_name": .string(member.name), "display_name": .string(member.name.lowercased()),
        "email": .string(member.mail),
      ],
    ]
  }

  private static func text(_ arguments: JSON, _ name: String) throws(Refused) -> String {
    guard let text = arguments[name]?.string, !text.isEmpty else { throw "invalid_arguments" }
    return text
  }

  /// In a form, what is no text is JSON in a text.
  private static func parsed(_ value: JSON?) -> JSON? {
    guard case .string(let text)? = value else { return value == .null ? nil : value }
    return text.isEmpty ? nil : try? JSON(bytes: .init(text.utf8))
  }

  private static func isTrue(_ value: JSON?) -> Bool {
    value == .bool(true) || value == "true" || value == "1"
  }

  private static func number(_ value: JSON?) -> Int? {
    switch value {
    case .integer(let number)?: Int(number)
    case .string(let text)?: Int(text)
    default: nil
    }
  }
}
