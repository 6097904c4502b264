import Effects
package import Foundation

extension SlackReading {
  /// Reads a request of Slack's, whichever of its kinds it is: an event as JSON, a click or a command as a form. Unknown
  /// members are passed over, unknown types are ``SlackPassedOver/other(_:)``.
  ///
  /// - Parameter body: Checked: this believes every word of it.
  package init(body: Data) throws(SlackUnreadable) {
    guard body.count <= Self.longestBody else {
      throw SlackUnreadable("it has more than \(Self.longestBody) bytes")
    }
    if body.first(where: { !Self.isSpace($0) }) == UInt8(ascii: "{") {
      try self.init(event: Self.json(body))
      return
    }
    let form = try SlackForm(body)
    if let payload = form["payload"] {
      try self.init(interaction: Self.json(Data(payload.utf8)))
    } else if form["ssl_check"] == "1" {
      self = .certificateCheck
    } else {
      try self.init(command: form.json)
    }
  }

  /// A click brings the message that it was made on: 50 blocks and more.
  package static let longestBody = 1 << 20

  static func json(_ bytes: Data) throws(SlackUnreadable) -> JSON {
    do { return try JSON(bytes: bytes) } catch { throw SlackUnreadable(error.reason) }
  }

  /// An envelope of the Events API (docs.slack.dev/apis/events-api): what comes over HTTP, and the payload of
  /// `events_api` in Socket Mode.
  init(event envelope: JSON) throws(SlackUnreadable) {
    switch envelope["type"]?.string {
    case "url_verification":
      guard let challenge = envelope["challenge"]?.string else {
        throw SlackUnreadable("a challenge is missing")
      }
      self = .challenge(challenge)
    case "app_rate_limited": self = .passedOver(.rateLimited)
    case "event_callback":
      guard let event = envelope["event"], let type = event["type"]?.string else {
        throw SlackUnreadable("the event is missing")
      }
      switch type {
      case "app_mention": try self.init(message: event, in: envelope, isMention: true)
      case "message": try self.init(message: event, in: envelope, isMention: false)
      case "app_home_opened":
        let user = try Self.name(event, "user")
        self = .delivery(
          SlackDelivery(
            id: Self.eventID(envelope), team: Self.team(envelope), user: user,
            content: .homeOpened(SlackHomeOpened(user: user, tab: event["tab"]?.string ?? "home"))))
      default: self = .passedOver(.other(String(type.prefix(100))))
      }
    case let type?: self = .passedOver(.other(String(type.prefix(100))))
    case nil: throw SlackUnreadable("its type is missing")
    }
  }

  private init(message event: JSON, in envelope: JSON, isMention: Bool) throws(SlackUnreadable) {
    let bots = Self.ourUsers(envelope)
    let subtype = event["subtype"]?.string
    let isBot = event["bot_id"].map { $0 != .null } ?? false
    if isBot || subtype == "bot_message" || event["user"]?.string.map(bots.contains) ?? false {
      self = .passedOver(.bot)
      return
    }
    // What people write, with a file, or from a thread to the channel too.
    if let subtype, !["file_share", "thread_broadcast", "me_message"].contains(subtype) {
      self = .passedOver(.subtype(String(subtype.prefix(100))))
      return
    }
    let channel = try Self.name(event, "channel")
    let ts = try Self.name(event, "ts")
    let user = try Self.name(event, "user")
    let text = event["text"]?.string ?? ""
    let thread = event["thread_ts"]?.string
    // The same of both events of one mention: whichever comes first is handled. Where an envelope does not say who we are, a
    // message may be a mention and not look like one; then both get through.
    let isMeant = isMention || bots.contains { text.contains("<@\($0)>") || text.contains("<@\($0)|") }
    let isCertain = isMeant || !bots.isEmpty || !text.contains("<@")
    let message = SlackMessage(
      channel: channel, ts: ts, threadTS: thread == ts ? nil : thread, user: user, text: text,
      place: Self.place(event["channel_type"]?.string, channel), isMention: isMeant)
    self = .delivery(
      SlackDelivery(
        id: Self.eventID(envelope), message: isCertain ? SlackMessageKey(channel: channel, ts: ts) : nil,
        team: Self.team(envelope), user: user, content: .message(message)))
  }

  // MARK: Parts

  /// The bot users that our app is in the workspaces that the event is for.
  private static func ourUsers(_ envelope: JSON) -> [String] {
    guard case .array(let all)? = envelope["authorizations"] else { return [] }
    return all.filter { $0["is_bot"] != .bool(false) }.compactMap { $0["user_id"]?.string }
      .filter { !$0.isEmpty }
  }

  /// `app_mention` names no kind of channel; its name begins with one.
  private static func place(_ type: String?, _ channel: String) -> SlackMessage.Place {
    switch type {
    case "im": .direct
    case "mpim": .group
    case nil: channel.hasPrefix("D") ? .direct : .channel
    default: .channel
    }
  }

  private static func eventID(_ envelope: JSON) -> String {
    if let id = envelope["event_id"]?.string, !id.isEmpty, id.utf8.count <= 100 { return "event \(id)" }
    return "event \(Fingerprint.digits(of: [envelope.canonical]))"
  }

  static func team(_ envelope: JSON) -> String {
    let found = [
      envelope["team_id"], envelope["team"]?["id"], envelope["user"]?["team_id"], envelope["event"]?["team"],
    ].compactMap { $0?.string }.first { !$0.isEmpty && $0.utf8.count <= 100 }
    return found ?? ""
  }

  /// A name of Slack's, such as `C0123`.
  static func name(_ value: JSON?, _ member: String) throws(SlackUnreadable) -> String {
    guard let name = value?[member]?.string, !name.isEmpty, name.utf8.count <= 100,
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw SlackUnreadable("“\(member)” is missing or no name") }
    return name
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
