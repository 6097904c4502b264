import Effects

extension SlackReading {
  /// What a form's `payload` holds, and the payload of `interactive` in Socket Mode
  /// (docs.slack.dev/reference/interaction-payloads). Only clicks are read.
  init(interaction payload: JSON) throws(SlackUnreadable) {
    guard let type = payload["type"]?.string else { throw SlackUnreadable("its type is missing") }
    guard type == "block_actions" else {
      self = .passedOver(.other(String(type.prefix(100))))
      return
    }
    guard case .array(let actions)? = payload["actions"], let action = actions.first else {
      throw SlackUnreadable("the action is missing")
    }
    let user = try Self.name(payload["user"], "id")
    let actionID = action["action_id"]?.string ?? ""
    guard !actionID.isEmpty, actionID.utf16.count <= SlackLimit.actionID else {
      throw SlackUnreadable("“action_id” is missing or too long")
    }
    let value = action["value"]?.string ?? ""
    let container = payload["container"]
    var message: SlackMessageKey?
    if container?["type"]?.string ?? "message" == "message",
      let ts = (container?["message_ts"] ?? payload["message"]?["ts"])?.string,
      let channel = (container?["channel_id"] ?? payload["channel"]?["id"])?.string
    {
      message = SlackMessageKey(channel: channel, ts: ts)
    }
    let team = Self.team(payload)
    let identity = [
      team, user, message?.channel, message?.ts, container?["view_id"]?.string, action["block_id"]?.string,
      actionID, value, action["action_ts"]?.string,
    ]
    self = .delivery(
      SlackDelivery(
        id: "action \(Fingerprint.digits(of: identity.map { $0 ?? "" }))", team: team, user: user,
        content: .action(
          SlackAction(
            user: user, actionID: actionID, value: value, message: message,
            responseURL: payload["response_url"]?.string))))
  }

  /// A slash command's fields, and the payload of `slash_commands` in Socket Mode
  /// (docs.slack.dev/interactivity/implementing-slash-commands).
  init(command fields: JSON) throws(SlackUnreadable) {
    guard let command = fields["command"]?.string, command.hasPrefix("/"), command.utf8.count <= 100 else {
      throw SlackUnreadable("neither a payload nor a command is in it")
    }
    let user = try Self.name(fields, "user_id")
    let trigger = fields["trigger_id"]?.string
    let id = trigger.flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : $0 }
    self = .delivery(
      SlackDelivery(
        id: "command \(id ?? Fingerprint.digits(of: [fields.canonical]))", team: Self.team(fields),
        user: user,
        content: .command(
          SlackCommand(
            command: command, text: fields["text"]?.string ?? "", user: user,
            channel: try Self.name(fields, "channel_id"),
            responseURL: fields["response_url"]?.string))))
  }
}
