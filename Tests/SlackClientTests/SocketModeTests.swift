import ControlSQLite
import Effects
import NIOCore
import NIOPosix
import ScriptedSlack
import Slack
import SlackClient
import Synchronization
import Testing

struct SocketModeTests {
  /// Fails as often as it is told to before it does its work.
  private final class Reluctant: SlackInbox {
    private let failures: Mutex<Int>
    private let inbox: any SlackInbox
    struct Full: Error {}

    init(_ inbox: any SlackInbox, failures: Int) {
      self.inbox = inbox
      self.failures = Mutex(failures)
    }

    func persist(_ delivery: SlackDelivery) async throws -> SlackReceipt {
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw Full() }
      return try await inbox.persist(delivery)
    }
    func claim(lease: Duration, most: Int) async throws -> [SlackClaim] {
      try await inbox.claim(lease: lease, most: most)
    }
    func finish(_ claim: SlackClaim) async throws -> Bool { try await inbox.finish(claim) }
    func release(_ claim: SlackClaim, after pause: Duration) async throws -> Bool {
      try await inbox.release(claim, after: pause)
    }
    func abandon(_ claim: SlackClaim) async throws -> Bool { try await inbox.abandon(claim) }
  }

  @Test func `mentions, clicks, commands and opened tabs arrive once, and are acknowledged`() async throws {
    let bench = try await SlackBench()
    let (slack, inbox) = (bench.slack, bench.inbox)
    let key = try await bench.api().post(
      try BlockSample.approval.asking(), to: SlackPlace(channel: "C0STANDUP"), as: nil)
    try await running(bench.socketMode(SlackReception(inbox: inbox))) {
      slack.say("<@U0ASSAY> hello", in: "C0GENERAL", by: "U0ADA")
      slack.say("in private", in: slack.direct(with: "U0BEN"), by: "U0BEN")
      try slack.click(ApprovalMessage.deny, on: key, by: "U0BEN")
      slack.command("/assay", "digest", in: "C0GENERAL", by: "U0ADA")
      slack.openHome(by: "U0ADA")
      // On a busy machine something may come again, and is acknowledged again.
      try await eventually { slack.unacknowledged == 0 && Set(slack.acknowledged).count == 6 }
    }
    let claims = try await inbox.claim(lease: .seconds(60), most: 100)
    #expect(claims.count == 5)
    try await eventually { slack.sockets == 0 }
    try await slack.stop()
  }

  @Test func `what cannot be persisted is not acknowledged, and comes again`() async throws {
    let bench = try await SlackBench(sendsAgainAfter: .milliseconds(50))
    let slack = bench.slack
    let inbox = Reluctant(bench.inbox, failures: 3)
    try await running(bench.socketMode(SlackReception(inbox: inbox))) {
      slack.say("hello", in: "C0GENERAL", by: "U0ADA")
      try await eventually { slack.unacknowledged == 0 && slack.acknowledged.count > 0 }
    }
    #expect(slack.sent.values.max() ?? 0 >= 4)
    #expect(try await bench.inbox.claim(lease: .seconds(60), most: 100).count == 1)
    try await slack.stop()
  }

  @Test func `a socket that closes in the middle loses nothing and doubles nothing`() async throws {
    let bench = try await SlackBench(sendsAgainAfter: .milliseconds(200))
    let slack = bench.slack
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox))) {
      for number in 0..<200 {
        slack.say("message \(number)", in: "C0GENERAL", by: "U0ADA")
        if number % 20 == 10 {
          // In the middle of what is under way.
          slack.dropSockets()
          try await eventually { slack.sockets > 0 }
        }
      }
      try await eventually { slack.unacknowledged == 0 }
    }
    let claims = try await bench.inbox.claim(lease: .seconds(60), most: 1000)
    #expect(claims.count == 200 && Set(claims.map(\.delivery.id)).count == 200)
    #expect(slack.sent.count == 200)
    try await slack.stop()
  }

  @Test func `asked for a new connection, the new one is there before the old one goes`() async throws {
    let bench = try await SlackBench()
    let slack = bench.slack
    var settings = SlackSocketMode.Settings()
    settings.lingers = .seconds(3)
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox), settings: settings)) {
      try await eventually { slack.sockets == 1 }
      slack.refreshSockets()
      try await eventually { slack.sockets == 2 }
      slack.say("hello", in: "C0GENERAL", by: "U0ADA")
      try await eventually { slack.unacknowledged == 0 }
      try await eventually { slack.sockets == 1 }
      slack.refreshSockets("warning")
      try await eventually { slack.sockets == 2 }
    }
    #expect(slack.calls.filter { $0.method == "apps.connections.open" }.count == 3)
    try await slack.stop()
  }

  @Test func `an envelope in many frames is one, and what is no envelope ends the connection only`()
    async throws
  {
    let bench = try await SlackBench()
    let slack = bench.slack
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox))) {
      try await eventually { slack.sockets == 1 }
      let text =
        #"{"type":"slash_commands","envelope_id":"e-1","payload":{"command":"/assay","user_id":"U0ADA","channel_id":"C1","team_id":"T1","trigger_id":"1.2"}}"#
      slack.sendRaw(text.map(String.init))
      try await eventually { slack.acknowledged == ["e-1"] }
      slack.sendRaw(["not JSON"])
      try await eventually { slack.sockets == 0 }
      try await eventually { slack.sockets == 1 }
      slack.say("still here", in: "C0GENERAL", by: "U0ADA")
      try await eventually { slack.unacknowledged == 0 && Set(slack.acknowledged).count == 2 }
    }
    #expect(try await bench.inbox.claim(lease: .seconds(60), most: 100).count == 2)
    try await slack.stop()
  }

  @Test func `a frame, or a message of many, that is too long ends the connection only`() async throws {
    let bench = try await SlackBench()
    let slack = bench.slack
    var settings = SlackSocketMode.Settings()
    settings.longestFrame = 10_000
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox), settings: settings)) {
      for fragments in [
        [String(repeating: "a", count: 20_000)],
        Array(repeating: String(repeating: "a", count: 3000), count: 5),
      ] {
        try await eventually { slack.sockets == 1 }
        let opened = slack.calls.count
        slack.sendRaw(fragments)
        try await eventually { slack.calls.count > opened && slack.sockets == 1 }
      }
    }
    try await slack.stop()
  }

  @Test func `while Slack refuses connections it is asked again, and nothing is lost`() async throws {
    let bench = try await SlackBench()
    let slack = bench.slack
    slack.fail("apps.connections.open", ScriptedFault(.error("internal_error"), times: 3))
    slack.say("early", in: "C0GENERAL", by: "U0ADA")
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox))) {
      try await eventually { slack.unacknowledged == 0 && Set(slack.acknowledged).count == 1 }
    }
    #expect(slack.calls.count == 4)
    try await slack.stop()
  }

  @Test func `who takes a connection and says nothing is left, and asked again`() async throws {
    let bench = try await SlackBench()
    let slack = bench.slack
    let taken = Mutex(0)
    let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        taken.withLock { $0 += 1 }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    slack.openSocketsElsewhere(at: silent.localAddress?.port)
    var settings = SlackSocketMode.Settings()
    settings.openWithin = .milliseconds(100)
    slack.say("hello", in: "C0GENERAL", by: "U0ADA")
    try await running(bench.socketMode(SlackReception(inbox: bench.inbox), settings: settings)) {
      try await eventually { taken.withLock { $0 } >= 2 }
      slack.openSocketsElsewhere(at: nil)
      try await eventually { slack.unacknowledged == 0 && Set(slack.acknowledged).count == 1 }
    }
    try await silent.close()
    try await slack.stop()
  }

  @Test(arguments: [
    "ws://wss.slack.com/link", "ws://127.evil.example/", "https://wss.slack.com/", "wss://a@wss.slack.com/",
    "", "x",
  ])
  func `an address that is no secure WebSocket is not connected to`(text: String) {
    #expect(SlackSocketMode.isAddress(text) == false)
  }

  @Test(arguments: [
    "wss://wss-primary.slack.com/link/?ticket=1", "ws://127.0.0.1:80/", "ws://localhost/", "ws://[::1]:9/",
  ])
  func `an address of a secure WebSocket, or on this machine, is`(text: String) {
    #expect(SlackSocketMode.isAddress(text))
  }
}
