/// One thing that Slack told us, whichever way it came: over HTTP or Socket Mode, at the first attempt or the fourth. This is
/// what is persisted before Slack is told that we have it. It holds what people wrote: it goes once it is handled.
package struct SlackDelivery: Hashable, Sendable, Codable {
  /// The same for every copy of it: made of the event's id, the click or the command's trigger, never of the way it came.
  package var id: String
  /// The message that it is about. Slack tells of one mention twice, as `app_mention` and as `message`, under two event
  /// ids; this is the same in both.
  package var message: SlackMessageKey?
  /// The workspace, `T…`.
  package var team: String
  /// Who did it, `U…` or `W…`. Slack says so; who that is among our people, somebody else must know.
  package var user: String
  package var content: Content

  package init(
    id: String, message: SlackMessageKey? = nil, team: String, user: String, content: Content
  ) {
    self.id = id
    self.message = message
    self.team = team
    self.user = user
    self.content = content
  }

  package enum Content: Hashable, Sendable, Codable {
    case message(SlackMessage)
    case homeOpened(SlackHomeOpened)
    case action(SlackAction)
    case command(SlackCommand)
  }
}

/// Names a message in a workspace.
package struct SlackMessageKey: Hashable, Sendable, Codable {
  /// `C…`, `D…` or `G…`.
  package var channel: String
  /// `1700000000.000100`: a time to the eye, a name to Slack. Never a number: it would lose digits.
  package var ts: String

  package init(channel: String, ts: String) {
    self.channel = channel
    self.ts = ts
  }
}

/// What a person wrote. Everything in it is anybody's text.
package struct SlackMessage: Hashable, Sendable, Codable {
  package var channel: String
  package var ts: String
  /// The first message of the thread that it was written in; `nil` outside threads.
  package var threadTS: String?
  package var user: String
  /// As Slack has it: `<@U…>`, `<https://…|…>`, `&amp;`.
  package var text: String
  package var place: Place
  /// Whether our app is addressed by name in it.
  package var isMention: Bool

  package init(
    channel: String, ts: String, threadTS: String? = nil, user: String, text: String, place: Place,
    isMention: Bool
  ) {
    self.channel = channel
    self.ts = ts
    self.threadTS = threadTS
    self.user = user
    self.text = text
    self.place = place
    self.isMention = isMention
  }

  /// The thread to answer in.
  package var replyThread: String { threadTS ?? ts }

  package enum Place: String, Hashable, Sendable, Codable, CaseIterable {
    /// Public or private.
    case channel
    /// The person and our app alone.
    case direct
    /// Several people's direct messages.
    case group
  }
}

/// A person looks at one of the app's tabs.
package struct SlackHomeOpened: Hashable, Sendable, Codable {
  package var user: String
  /// `home` or `messages`.
  package var tab: String

  package init(user: String, tab: String) {
    self.user = user
    self.tab = tab
  }
}

/// A click on a button. The value is what the button carried: a name to look up, never an authority.
package struct SlackAction: Hashable, Sendable, Codable {
  package var user: String
  package var actionID: String
  package var value: String
  /// The message with the button; `nil` on a view.
  package var message: SlackMessageKey?
  /// Good for five answers in thirty minutes; whoever has it can write.
  package var responseURL: String?

  package init(
    user: String, actionID: String, value: String, message: SlackMessageKey? = nil,
    responseURL: String? = nil
  ) {
    self.user = user
    self.actionID = actionID
    self.value = value
    self.message = message
    self.responseURL = responseURL
  }
}

/// `/assay …`.
package struct SlackCommand: Hashable, Sendable, Codable {
  /// With its slash.
  package var command: String
  package var text: String
  package var user: String
  package var channel: String
  package var responseURL: String?

  package init(
    command: String, text: String, user: String, channel: String,
    responseURL: String? = nil
  ) {
    self.command = command
    self.text = text
    self.user = user
    self.channel = channel
    self.responseURL = responseURL
  }
}

/// What came in that is nobody's to handle; it is acknowledged and counted.
package enum SlackPassedOver: Hashable, Sendable, Codable {
  /// Written by a program, our own among them.
  case bot
  /// An edit, a deletion, somebody joining: the `subtype`.
  case subtype(String)
  /// A type that is not read.
  case other(String)
  /// Slack holds events back: there were more than 30,000 in an hour.
  case rateLimited
}

/// What a request, or an envelope's payload, is.
package enum SlackReading: Hashable, Sendable {
  case delivery(SlackDelivery)
  case passedOver(SlackPassedOver)
  /// Slack checks the address of the endpoint, and is given this back.
  case challenge(String)
  /// Slack checks the certificate.
  case certificateCheck
}

/// Bytes that are nothing Slack sends. Nothing of their content is in it.
package struct SlackUnreadable: Error, Hashable, Sendable, CustomStringConvertible {
  package var reason: String
  package init(_ reason: String) { self.reason = reason }
  package var description: String { "This is nothing that Slack sends: \(reason)." }
}
