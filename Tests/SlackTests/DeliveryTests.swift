import Effects
import Foundation
import Slack
import Testing

struct DeliveryTests {
  @Test func `a challenge is given back, and a certificate may be looked at`() throws {
    let challenge: JSON = ["token": "x", "challenge": "3eZbrw1aB", "type": "url_verification"]
    #expect(try Sample.reading(challenge) == .challenge("3eZbrw1aB"))
    #expect(try SlackReading(body: Data("ssl_check=1&token=x".utf8)) == .certificateCheck)
  }

  @Test func `a message says who, where and in which thread`() throws {
    let event = Sample.message("Good morning", more: ["thread_ts": "1595926000.000100"])
    let delivery = try #require(try Sample.reading(Sample.envelope(event)).delivery)
    #expect(delivery.id == "event Ev111" && delivery.team == "T111" && delivery.user == "W222")
    #expect(delivery.message == SlackMessageKey(channel: "C111", ts: "1595926230.009600"))
    let message = try #require(delivery.said)
    #expect(message.threadTS == "1595926000.000100" && message.replyThread == "1595926000.000100")
    #expect(message.place == .channel && !message.isMention && message.text == "Good morning")
    let first = Sample.message(more: ["thread_ts": "1595926230.009600"])
    let alone = try #require(try Sample.reading(Sample.envelope(first)).delivery?.said)
    #expect(alone.threadTS == nil && alone.replyThread == alone.ts)
  }

  @Test func `both events of one mention are the same but for their ids`() throws {
    let mention = try #require(
      try Sample.reading(Sample.envelope(Sample.message(type: "app_mention"), id: "Ev1")).delivery)
    var message = try #require(try Sample.reading(Sample.envelope(Sample.message(), id: "Ev2")).delivery)
    #expect(mention.said?.isMention == true && mention.message != nil)
    #expect(mention.id != message.id)
    message.id = mention.id
    #expect(mention == message)
  }

  @Test func `where it cannot be known whether we are meant, both events get through`() throws {
    let message = Sample.envelope(Sample.message(), more: ["authorizations": .null])
    #expect(try Sample.reading(message).delivery?.message == nil)
    let plain = Sample.envelope(Sample.message("Hi"), more: ["authorizations": .null])
    #expect(try Sample.reading(plain).delivery?.message != nil)
  }

  @Test(arguments: [
    ("im", SlackMessage.Place.direct), ("mpim", .group), ("channel", .channel), ("group", .channel),
  ])
  func `a message is direct, of a group or of a channel`(type: String, place: SlackMessage.Place) throws {
    let event = Sample.message("Hi", more: ["channel_type": .string(type)])
    #expect(try Sample.reading(Sample.envelope(event)).delivery?.said?.place == place)
  }

  @Test(
    arguments: [
      (["bot_id": "B111"], SlackPassedOver.bot), (["subtype": "bot_message", "bot_id": "B1"], .bot),
      (["user": "UBOT"], .bot), (["subtype": "message_changed"], .subtype("message_changed")),
      (["subtype": "message_deleted"], .subtype("message_deleted")),
      (["subtype": "channel_join"], .subtype("channel_join")),
      (["type": "reaction_added"], .other("reaction_added")),
    ] as [([String: JSON], SlackPassedOver)])
  func `what programs write, edits and types that are not read are passed over`(
    more: [String: JSON], reason: SlackPassedOver
  ) throws {
    #expect(try Sample.reading(Sample.envelope(Sample.message(more: more))) == .passedOver(reason))
  }

  @Test(arguments: ["file_share", "thread_broadcast", "me_message"])
  func `what people write with a file or to the channel too is a message`(subtype: String) throws {
    let event = Sample.message(more: ["subtype": .string(subtype)])
    #expect(try Sample.reading(Sample.envelope(event)).delivery != nil)
  }

  @Test func `unknown members and envelopes do no harm`() throws {
    let event = Sample.message(more: [
      "blocks": [["type": "rich_text", "elements": []]], "new": ["a": [1, "b"]],
    ])
    #expect(try Sample.reading(Sample.envelope(event, more: ["later": [true]])).delivery != nil)
    #expect(try Sample.reading(["type": "app_rate_limited", "team_id": "T1"]) == .passedOver(.rateLimited))
    #expect(try Sample.reading(["type": "of the future"]) == .passedOver(.other("of the future")))
  }

  @Test func `a tab that is opened names the person`() throws {
    let event: JSON = [
      "type": "app_home_opened", "user": "W222", "channel": "D1", "tab": "home", "event_ts": "1.2",
    ]
    let delivery = try #require(try Sample.reading(Sample.envelope(event)).delivery)
    #expect(
      delivery.content == .homeOpened(SlackHomeOpened(user: "W222", tab: "home")) && delivery.message == nil)
  }

  @Test func `a click says who clicked what on which message`() throws {
    let delivery = try #require(try SlackReading(body: Sample.form(payload: Sample.click)).delivery)
    let action = SlackAction(
      user: "W111", actionID: "assay.approve", value: "4711",
      message: SlackMessageKey(channel: "C111", ts: "1111111111.222222"),
      responseURL: "https://hooks.slack.com/actions/T111/111/random-value")
    #expect(delivery.content == .action(action) && delivery.user == "W111" && delivery.team == "T111")
    #expect(delivery.id.hasPrefix("action ") && delivery.message == nil)
  }

  @Test func `a second click is another delivery, the same one sent again is not`() throws {
    let first = try SlackReading(body: Sample.form(payload: Sample.click)).delivery
    #expect(try SlackReading(body: Sample.form(payload: Sample.click)).delivery?.id == first?.id)
    let text = Sample.click.canonical.replacing("1596530385.194939", with: "1596530386.000001")
    let again = try SlackReading(body: Sample.form(["payload": text])).delivery
    #expect(again != nil && again?.id != first?.id)
  }

  @Test(arguments: ["view_submission", "shortcut", "message_action", "view_closed"])
  func `other interactions are passed over`(type: String) throws {
    let body = Sample.form(payload: ["type": .string(type), "user": ["id": "W1"]])
    #expect(try SlackReading(body: body) == .passedOver(.other(type)))
  }

  @Test func `a command is read from a form, signs and all`() throws {
    let delivery = try #require(try SlackReading(body: Sample.form(Sample.command)).delivery)
    let command = SlackCommand(
      command: "/assay", text: "digest & more", user: "W111", channel: "C111",
      responseURL: "https://hooks.slack.com/commands/T111/111/xxx")
    #expect(delivery.content == .command(command) && delivery.id == "command 111.111.xxx")
  }

  @Test(arguments: [
    "{", "{}", "[]", "null", "", "payload=%7B", "payload=%", "command=assay&user_id=U1&channel_id=C1",
    "a=%ff",
    #"{"type":"event_callback"}"#, #"{"type":"event_callback","event":{}}"#,
    #"{"type":"event_callback","event":{"type":"message","text":"x"}}"#,
    #"{"type":"event_callback","event":{"type":"message","user":"U1","channel":"C 1","ts":"1"}}"#,
    #"{"type":"url_verification"}"#,
    "payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D",
  ])
  func `what Slack does not send is refused, and nothing of it repeated`(text: String) {
    let error = #expect(throws: SlackUnreadable.self) { try SlackReading(body: Data(text.utf8)) }
    #expect(error.map { text.utf8.count < 4 || !$0.description.contains(text) } ?? false)
  }

  @Test func `a body, a form and nesting have bounds`() {
    let long = Data(repeating: 0x61, count: SlackReading.longestBody + 1)
    #expect(throws: SlackUnreadable.self) { try SlackReading(body: long) }
    let many = Data((0...200).map { "a\($0)=1" }.joined(separator: "&").utf8)
    #expect(throws: SlackUnreadable.self) { try SlackReading(body: many) }
    let deep = Data((#"{"type":"# + String(repeating: "[", count: 100_000)).utf8)
    #expect(throws: SlackUnreadable.self) { try SlackReading(body: deep) }
  }

  @Test func `a delivery comes back from storage as it was`() throws {
    for body in [
      Sample.data(Sample.envelope(Sample.message())), Sample.form(payload: Sample.click),
      Sample.form(Sample.command),
    ] {
      let delivery = try #require(try SlackReading(body: body).delivery)
      let stored = try JSONEncoder().encode(delivery)
      #expect(try JSONDecoder().decode(SlackDelivery.self, from: stored) == delivery)
    }
  }

  // MARK: Socket Mode

  @Test func `Socket Mode's messages are told apart`() throws {
    #expect(try SlackEnvelope(Data(#"{"type":"hello","num_connections":1}"#.utf8)) == .hello)
    for (reason, meaning) in [
      ("warning", SlackEnvelope.Disconnect.warning), ("refresh_requested", .refresh),
      ("link_disabled", .linkDisabled), ("new", .other),
    ] {
      let bytes = Data(#"{"type":"disconnect","reason":"\#(reason)"}"#.utf8)
      #expect(try SlackEnvelope(bytes) == .disconnect(meaning))
    }
    #expect(try SlackEnvelope(Data(#"{"type":"of the future"}"#.utf8)) == .other("of the future"))
    #expect(throws: SlackUnreadable.self) { try SlackEnvelope(Data("[".utf8)) }
  }

  @Test func `the same over Socket Mode and over HTTP is the same delivery`() throws {
    for (type, payload, body) in [
      ("events_api", Sample.envelope(Sample.message()), Sample.data(Sample.envelope(Sample.message()))),
      ("interactive", Sample.click, Sample.form(payload: Sample.click)),
      ("slash_commands", .object(Sample.command.mapValues(JSON.string)), Sample.form(Sample.command)),
    ] {
      let envelope = Sample.data(["type": .string(type), "envelope_id": "e-1", "payload": payload])
      #expect(try SlackEnvelope(envelope) == .payload(id: "e-1", try SlackReading(body: body)))
    }
  }

  @Test func `an envelope that cannot be read is acknowledged all the same`() throws {
    let bytes = Data(#"{"type":"events_api","envelope_id":"e-1","payload":{"type":"event_callback"}}"#.utf8)
    #expect(try SlackEnvelope(bytes) == .payload(id: "e-1", nil))
  }

  // MARK: Fuzzing

  @Test func `bytes that are changed, cut or doubled are read or refused, and nothing else`() throws {
    var generator = SeededBytes(state: 4711)
    let bodies = [
      Sample.data(Sample.envelope(Sample.message())), Sample.form(payload: Sample.click),
      Sample.form(Sample.command),
      Sample.data(["type": "events_api", "envelope_id": "e", "payload": Sample.envelope(Sample.message())]),
    ]
    var (read, refused) = (0, 0)
    for round in 0..<4000 {
      var bytes = bodies[round % bodies.count]
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1:
          bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
        case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        if bytes.isEmpty { bytes = Data([0x7B]) }
      }
      do throws(SlackUnreadable) {
        _ = try SlackReading(body: bytes)
        read += 1
      } catch {
        refused += 1
      }
      do throws(SlackUnreadable) { _ = try SlackEnvelope(bytes) } catch { refused += 1 }
    }
    #expect(read > 100 && refused > 100)
  }
}

/// The same bytes in every run.
struct SeededBytes: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
