import Effects
import Foundation
import Ledger
import ServiceSettings
import Slack
import Synchronization
import Testing

struct ReceptionTests {
  static let secret = Credential(secret: "a signing secret")
  static let now = Instant(milliseconds: 1_700_000_000_000)
  private let inbox = MemoryInbox()

  private func reception(secret: Credential? = Self.secret) -> SlackReception {
    SlackReception(inbox: inbox, signingSecret: secret, now: { Self.now })
  }

  private func post(
    _ body: Data, signed: Data? = nil, at time: Instant = Self.now, more: [String: String] = [:],
    to reception: SlackReception? = nil
  ) async -> SlackAnswerToHTTP {
    let timestamp = String(time.milliseconds / 1000)
    var headers = more
    headers["x-slack-request-timestamp"] = timestamp
    headers["x-slack-signature"] = SlackSignature.signature(
      timestamp: timestamp, body: signed ?? body, secret: Self.secret)
    return await (reception ?? self.reception()).answer(header: { headers[$0] }, body: body)
  }

  @Test func `what is persisted is acknowledged, and what is not is not`() async {
    let body = Sample.data(Sample.envelope(Sample.message()))
    inbox.fails(true)
    #expect(await post(body).status == 503)
    inbox.fails(false)
    // The retry of what never got here.
    let retry = ["x-slack-retry-num": "1", "x-slack-retry-reason": "http_error"]
    #expect(await post(body, more: retry).status == 200)
    #expect(inbox.deliveries.count == 1)
    #expect(await post(body, more: ["x-slack-retry-num": "2"]).status == 200)
    #expect(inbox.deliveries.count == 1)
  }

  @Test(arguments: [true, false])
  func `a mention is handled once, in whichever order its two events come`(mentionFirst: Bool) async {
    let both = [
      Sample.envelope(Sample.message(type: "app_mention"), id: "Ev1"),
      Sample.envelope(Sample.message(), id: "Ev2"),
    ]
    for envelope in mentionFirst ? both : both.reversed() {
      #expect(await post(Sample.data(envelope)).status == 200)
    }
    #expect(inbox.deliveries.count == 1)
    #expect(inbox.deliveries.first?.said?.isMention == true)
  }

  @Test func `in any order and however often, each is there once`() async {
    var generator = SeededBytes(state: 3)
    let bodies = (0..<40).map { number in
      Sample.data(
        Sample.envelope(
          Sample.message("Hi", more: ["ts": .string("1700000000.\(100_000 + number)")]), id: "Ev\(number)"))
    }
    for body in (bodies + bodies + bodies).shuffled(using: &generator) {
      #expect(await post(body).status == 200)
    }
    #expect(inbox.deliveries.count == 40)
  }

  @Test func `forged, altered and replayed requests are turned away, and nothing of them is kept`() async {
    let body = Sample.data(Sample.envelope(Sample.message()))
    let forged = await reception().answer(header: { _ in nil }, body: body)
    #expect(forged.status == 401)
    #expect(await post(body + Data(" ".utf8), signed: body).status == 401)
    #expect(await post(body, at: Self.now - .seconds(301)).status == 401)
    #expect(await post(body, at: Self.now + .seconds(301)).status == 401)
    #expect(await post(body, to: reception(secret: nil)).status == 401)
    #expect(inbox.deliveries.isEmpty)
  }

  @Test func `a replay within the window is acknowledged and handled once`() async {
    let body = Sample.form(payload: Sample.click)
    for _ in 0..<3 { #expect(await post(body, at: Self.now - .seconds(200)).status == 200) }
    #expect(inbox.deliveries.count == 1)
  }

  @Test func `what cannot be read is not asked for again, and what is too long not read`() async {
    let broken = await post(Data("{".utf8))
    #expect(broken.status == 400 && broken.headers["X-Slack-No-Retry"] == "1")
    let long = await post(Data(repeating: 0x61, count: SlackReception.longestBody + 1))
    #expect(long.status == 413)
    #expect(await post(Data(#"{"type":"url_verification","challenge":"abc"}"#.utf8)).body == "abc")
    #expect(await post(Sample.data(Sample.envelope(Sample.message(more: ["bot_id": "B1"])))).status == 200)
    #expect(inbox.deliveries.isEmpty)
  }

  @Test func `over Socket Mode too, only what is persisted is acknowledged`() async throws {
    let json: JSON = [
      "type": "events_api", "envelope_id": "e-1", "payload": Sample.envelope(Sample.message()),
    ]
    let envelope = try SlackEnvelope(Sample.data(json))
    inbox.fails(true)
    #expect(await reception(secret: nil).answer(envelope) == nil)
    inbox.fails(false)
    #expect(await reception(secret: nil).answer(envelope) == #"{"envelope_id":"e-1"}"#)
    // The same over HTTP is the same.
    #expect(await post(Sample.data(Sample.envelope(Sample.message()))).status == 200)
    #expect(inbox.deliveries.count == 1)
    #expect(await reception().answer(.payload(id: "e-2", nil)) == #"{"envelope_id":"e-2"}"#)
    #expect(await reception().answer(.hello) == nil)
  }

  @Test func `what became of each is noted`() async {
    let notes = Mutex<[SlackReception.Note]>([])
    let reception = SlackReception(inbox: inbox, signingSecret: Self.secret, now: { Self.now }) { note in
      notes.withLock { $0.append(note) }
    }
    let body = Sample.data(Sample.envelope(Sample.message()))
    _ = await post(body, to: reception)
    _ = await post(body, to: reception)
    _ = await post(body, at: Self.now - .seconds(400), to: reception)
    _ = await post(Data("{".utf8), to: reception)
    _ = await post(Sample.data(["type": "app_rate_limited"]), to: reception)
    inbox.fails(true)
    _ = await post(Sample.form(Sample.command), to: reception)
    #expect(
      notes.withLock { $0 } == [
        .persisted, .seen, .refused(.outOfTime), .unreadable, .passedOver(.rateLimited), .notPersisted,
      ])
  }
}

/// An inbox without a disk.
final class MemoryInbox: SlackInbox {
  private struct State {
    var deliveries: [SlackDelivery] = []
    var isFailing = false
  }

  private let state = Mutex(State())

  struct Full: Error {}

  var deliveries: [SlackDelivery] { state.withLock { $0.deliveries } }
  func fails(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

  func persist(_ delivery: SlackDelivery) async throws -> SlackReceipt {
    try state.withLock { state in
      if state.isFailing { throw Full() }
      let isSeen = state.deliveries.contains { known in
        known.id == delivery.id || delivery.message != nil && known.message == delivery.message
      }
      if !isSeen { state.deliveries.append(delivery) }
      return isSeen ? .seen : .new
    }
  }

  func claim(lease: Duration, most: Int) async throws -> [SlackClaim] { [] }
  func finish(_ claim: SlackClaim) async throws -> Bool { false }
  func release(_ claim: SlackClaim, after pause: Duration) async throws -> Bool { false }
  func abandon(_ claim: SlackClaim) async throws -> Bool { false }
}
