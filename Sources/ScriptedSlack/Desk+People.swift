import Effects
import Ledger
import Slack

/// What people do, as events.
extension Desk {
  func say(_ text: String, in channel: String, by user: String, thread: String?) -> SlackMessageKey {
    let ts = stamp()
    state {
      $0.posts.append(
        ScriptedPost(channel: channel, ts: ts, threadTS: thread, user: user, isOurs: false, text: text))
    }
    var event: [String: JSON] = [
      "type": "message", "user": .string(user), "text": .string(text), "ts": .string(ts),
      "channel": .string(channel), "event_ts": .string(ts), "team": .string(workspace.team),
      "channel_type": .string(channel.hasPrefix("D") ? "im" : "channel"),
      "client_msg_id": .string(name("client-")),
    ]
    if let thread { event["thread_ts"] = .string(thread) }
    send(event: .object(event), id: nil)
    if text.contains("<@\(workspace.botUser)>"), !channel.hasPrefix("D") {
      event["type"] = "app_mention"
      event["channel_type"] = nil
      send(event: .object(event), id: nil)
    }
    return SlackMessageKey(channel: channel, ts: ts)
  }

  func send(event: JSON, id: String?) {
    emit(
      "events_api",
      [
        "token": "verification-token", "team_id": .string(workspace.team),
        "api_app_id": .string(workspace.app),
        "event": event, "type": "event_callback", "event_id": .string(id ?? name("Ev0")),
        "event_time": .integer(Int64(stamp().prefix { $0 != "." }) ?? 0),
        "authorizations": [
          [
            "enterprise_id": .null, "team_id": .string(workspace.team), "user_id": .string(workspace.botUser),
            "is_bot": true, "is_enterprise_install": false,
          ]
        ], "is_ext_shared_channel": false, "event_context": .string(name("4-")),
      ])
  }

  func openHome(by user: String) {
    let ts = stamp()
    send(
      event: [
        "type": "app_home_opened", "user": .string(user), "channel": .string(direct(with: user)),
        "tab": "home",
        "event_ts": .string(ts),
      ], id: nil)
  }

  struct NoSuchButton: Error, CustomStringConvertible {
    var description: String
  }

  func click(_ action: String, on key: SlackMessageKey, by user: String) throws {
    let post = state { state in state.posts.first { $0.channel == key.channel && $0.ts == key.ts } }
    let found = post?.blocks.flatMap { Self.button(action, in: $0) }
    guard let post, let found else { throw NoSuchButton(description: "there is no button “\(action)”") }
    emit(
      "interactive",
      [
        "type": "block_actions", "team": ["id": .string(workspace.team), "domain": "example"],
        "user": ["id": .string(user), "username": .string(user), "team_id": .string(workspace.team)],
        "api_app_id": .string(workspace.app), "token": "verification-token",
        "container": [
          "type": "message", "message_ts": .string(key.ts), "channel_id": .string(key.channel),
          "is_ephemeral": .bool(post.onlyFor != nil),
        ],
        "trigger_id": .string(name("trigger.")), "channel": ["id": .string(key.channel), "name": "channel"],
        "message": message(post, withMetadata: false), "state": ["values": [:]], "enterprise": .null,
        "is_enterprise_install": false,
        "response_url": .string(responseURL(Response(message: key, channel: key.channel, user: user))),
        "actions": [
          [
            "action_id": .string(action), "block_id": .string(found.block), "value": found.value,
            "type": "button", "action_ts": .string(stamp()), "text": found.text,
          ]
        ],
      ])
  }

  func command(_ command: String, _ text: String, in channel: String, by user: String) {
    emit(
      "slash_commands",
      [
        "token": "verification-token", "team_id": .string(workspace.team), "team_domain": "example",
        "channel_id": .string(channel), "channel_name": "channel", "user_id": .string(user),
        "user_name": .string(user), "command": .string(command), "text": .string(text),
        "api_app_id": .string(workspace.app), "is_enterprise_install": "false",
        "response_url": .string(responseURL(Response(channel: channel, user: user))),
        "trigger_id": .string(name("trigger.")),
      ])
  }

  func direct(with user: String) -> String {
    state { state in
      if let channel = state.directs[user] { return channel }
      let channel = "D0\(user.dropFirst(2))"
      state.directs[user] = channel
      return channel
    }
  }

  private func responseURL(_ response: Response) -> String {
    let secret = name("response")
    return state { state in
      state.responses[secret] = response
      return "http://127.0.0.1:\(state.port)/response/\(secret)"
    }
  }

  private static func button(_ action: String, in blocks: JSON) -> (block: String, value: JSON, text: JSON)? {
    guard case .array(let all) = blocks else { return nil }
    for block in all {
      var elements: [JSON] = []
      if case .array(let row)? = block["elements"] { elements = row }
      if let accessory = block["accessory"] { elements.append(accessory) }
      for element in elements where element["action_id"]?.string == action {
        return (block["block_id"]?.string ?? "block", element["value"] ?? "", element["text"] ?? .null)
      }
    }
    return nil
  }

  func message(_ post: ScriptedPost, withMetadata: Bool) -> JSON {
    var fields: [String: JSON] = [
      "type": "message", "user": .string(post.user), "text": .string(post.text), "ts": .string(post.ts),
      "team": .string(workspace.team),
    ]
    if post.isOurs {
      fields["bot_id"] = .string(workspace.bot)
      fields["app_id"] = .string(workspace.app)
    }
    let answers = state {
      $0.posts.count { $0.channel == post.channel && $0.threadTS == post.ts && $0.ts != post.ts }
    }
    if let thread = post.threadTS ?? (answers > 0 ? post.ts : nil) { fields["thread_ts"] = .string(thread) }
    if answers > 0 { fields["reply_count"] = .integer(Int64(answers)) }
    if let blocks = post.blocks { fields["blocks"] = blocks }
    if withMetadata, let metadata = post.metadata { fields["metadata"] = metadata }
    if post.edits > 0 { fields["edited"] = ["user": .string(post.user), "ts": .string(post.ts)] }
    return .object(fields)
  }
}
