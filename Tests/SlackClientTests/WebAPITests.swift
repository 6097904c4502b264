import Effects
import Foundation
import ScriptedSlack
import ServiceSettings
import Slack
import SlackClient
import Testing

struct WebAPITests {
  static let standup = SlackPlace(channel: "C0STANDUP")
  static let effect = EffectID(rawValue: "0123456789abcdef0123456789abcdef")

  private func content(_ text: String) -> SlackContent { SlackContent(SlackText(text)) }

  @Test func `a message stands as it was meant, fetches nothing and calls nobody`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    let blocks = try SlackBlocks([.section(SlackText("See https://evil.example/x & <!here>")), .divider])
    let key = try await api.post(
      SlackContent(SlackText("Standup"), blocks: blocks), to: Self.standup, as: SlackMark(Self.effect))
    let post = try #require(bench.slack.post(key))
    #expect(post.shown == "See hxxps://evil[.]example/x &amp; &lt;!here&gt;" && post.isOurs)
    for name in ["unfurl_links", "unfurl_media", "link_names"] { #expect(post.arguments[name] == false) }
    #expect(post.metadata?["event_payload"]?["effect"]?.string == Self.effect.rawValue)

    let reply = try await api.post(
      content("And more"), to: SlackPlace(channel: "C0STANDUP", threadTS: key.ts), as: nil)
    #expect(bench.slack.post(reply)?.threadTS == key.ts)
    try await api.update(key, to: content("Changed"))
    #expect(bench.slack.post(key)?.text == "Changed" && bench.slack.post(key)?.blocks == nil)
    #expect(bench.slack.post(key)?.metadata != nil)
    try await api.postEphemeral(content("For you"), to: Self.standup, for: "U0ADA")
    #expect(bench.slack.posted.last?.onlyFor == "U0ADA")
    try await bench.slack.stop()
  }

  @Test func `people and the app are known by their names`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    let identity = try await api.identify()
    #expect(identity.user == "U0ASSAY" && identity.team == "T0ASSAY" && identity.bot == "B0ASSAY")
    #expect(try await api.user("U0ADA")?.mail == "ada@example.com")
    #expect(try await api.user("U0NOBODY") == nil)
    #expect(try await api.user("U0&user=U0ADA") == nil)
    let direct = try await api.openDirect(with: "U0ADA")
    let key = try await api.post(content("Hello"), to: SlackPlace(channel: direct), as: nil)
    #expect(key.channel == direct)
    try await api.publishHome(SlackHomeView([.header("Yours")]), for: "U0ADA")
    #expect(bench.slack.homes["U0ADA"]?["type"] == "home")
    try await bench.slack.stop()
  }

  @Test func `what Slack refuses is said by its code, and what it bounds is within`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    await #expect(throws: SlackFailure.refused(method: "chat.postMessage", code: "channel_not_found")) {
      try await api.post(content("x"), to: SlackPlace(channel: "C0NOWHERE"), as: nil)
    }
    let stranger = try bench.api(token: Credential(secret: "xoxb-wrong"))
    await #expect(throws: SlackFailure.refused(method: "auth.test", code: "invalid_auth")) {
      try await stranger.identify()
    }
    // As large as ours get.
    let sections = try (0..<4).map { _ in
      try SlackBlock.section(SlackText(String(repeating: "a", count: 3000)))
    }
    let full = SlackContent(SlackText("x"), blocks: try SlackBlocks(sections))
    _ = try await api.post(full, to: Self.standup, as: nil)
    let mine = try await api.post(try BlockSample.approval.asking(), to: Self.standup, as: nil)
    #expect(bench.slack.post(mine)?.blocks != nil)
    let theirs = bench.slack.say("Hi", in: "C0STANDUP", by: "U0ADA")
    await #expect(throws: SlackFailure.refused(method: "chat.update", code: "cant_update_message")) {
      try await api.update(theirs, to: content("x"))
    }
    try await bench.slack.stop()
  }

  // MARK: Lost answers

  @Test func `a message whose answer was lost is found again, and is there once`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    bench.slack.fail("chat.postMessage", ScriptedFault(.lostAnswer))
    let mark = SlackMark(Self.effect, part: 2)
    await #expect(throws: SlackFailure.uncertain(method: "chat.postMessage")) {
      try await api.post(content("once"), to: Self.standup, as: mark)
    }
    for number in 0..<150 { bench.slack.say("noise \(number)", in: "C0STANDUP", by: "U0ADA") }
    guard case .posted(let key) = try await api.find(mark, in: Self.standup, since: "0") else {
      Issue.record("it was not found")
      return
    }
    #expect(bench.slack.post(key)?.text == "once")
    #expect(try await api.find(SlackMark(Self.effect, part: 1), in: Self.standup, since: "0") == .notThere)
    #expect(try await api.find(mark, in: Self.standup, since: "0", pages: 1) == .cannotTell)
    let thread = SlackPlace(channel: "C0STANDUP", threadTS: key.ts)
    let other = SlackMark(EffectID(rawValue: "ffff"))
    let reply = try await api.post(content("reply"), to: thread, as: other)
    #expect(try await api.find(other, in: thread, since: "0") == .posted(reply))
    try await bench.slack.stop()
  }

  @Test(arguments: [
    ScriptedFault.Kind.status(500), .status(503), .error("internal_error"), .error("fatal_error"),
    .lostAnswer,
  ])
  func `a message is never posted again where it may be there`(fault: ScriptedFault.Kind) async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    bench.slack.fail("chat.postMessage", ScriptedFault(fault))
    await #expect(throws: SlackFailure.uncertain(method: "chat.postMessage")) {
      try await api.post(content("x"), to: Self.standup, as: nil)
    }
    #expect(bench.slack.calls.count == 1)
    // What only reads is asked again.
    bench.slack.fail("users.info", ScriptedFault(.status(503), times: 2))
    #expect(try await api.user("U0ADA") != nil)
    try await bench.slack.stop()
  }

  @Test func `nobody there is no reason for doubt`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    try await bench.slack.stop()
    let failure = await #expect(throws: SlackFailure.self) {
      try await api.post(content("x"), to: Self.standup, as: nil)
    }
    guard case .unavailable? = failure else {
      Issue.record("it failed otherwise, or not at all")
      return
    }
  }

  // MARK: Pace

  @Test func `a channel is given one message a second, and others at the same time theirs`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    for number in 0..<5 { _ = try await api.post(content("\(number)"), to: Self.standup, as: nil) }
    #expect(bench.time.now == .seconds(4))
    _ = try await api.post(content("elsewhere"), to: SlackPlace(channel: "C0GENERAL"), as: nil)
    #expect(bench.time.now == .seconds(4))
    try await bench.slack.stop()
  }

  @Test func `in a storm of refusals everybody waits as told, and every message is there once`() async throws
  {
    let bench = try await SlackBench()
    let api = try bench.api()
    bench.slack.fail("chat.postMessage", ScriptedFault(.rateLimited(retryAfterSeconds: 2), times: 12))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for number in 0..<8 {
        let place = SlackPlace(channel: number.isMultiple(of: 2) ? "C0STANDUP" : "C0GENERAL")
        tasks.addTask { _ = try await api.post(content("message \(number)"), to: place, as: nil) }
      }
      try await tasks.waitForAll()
    }
    #expect(Set(bench.slack.posted.map(\.text)).count == 8 && bench.slack.posted.count == 8)
    #expect(bench.slack.calls.count == 20 && bench.time.now >= .seconds(2))
    try await bench.slack.stop()
  }

  @Test func `who would have to wait for too long is told so, and nothing was sent`() async throws {
    let bench = try await SlackBench()
    let api = try bench.api()
    bench.slack.fail("chat.postMessage", ScriptedFault(.rateLimited(retryAfterSeconds: 600)))
    for _ in 0..<2 {
      let failure = await #expect(throws: SlackFailure.self) {
        try await api.post(content("x"), to: Self.standup, as: nil)
      }
      guard case .rateLimited? = failure else {
        Issue.record("it failed otherwise, or not at all")
        return
      }
    }
    #expect(bench.slack.calls.count == 1 && bench.slack.posted.isEmpty)
    // Other methods are free.
    #expect(try await api.identify().user == "U0ASSAY")
    try await bench.slack.stop()
  }

  // MARK: Answers

  private static let long = SlackText((1...4000).map { "word\($0)" }.joined(separator: " "))

  @Test
  func
    `a long answer takes the place of a short one, goes on below, and after a crash takes up what is there`()
    async throws
  {
    let bench = try await SlackBench()
    let api = try bench.api()
    let question = bench.slack.say("<@U0ASSAY> Why?", in: "C0GENERAL", by: "U0ADA")
    let thread = SlackPlace(channel: "C0GENERAL", threadTS: question.ts)
    _ = try await api.say([content("At work.")], in: thread, as: Self.effect, since: question.ts)
    for _ in 1...2 {
      let keys = try await api.say(
        SlackContent.messages(Self.long), in: thread, as: Self.effect, since: question.ts, isChanging: true)
      let ours = bench.slack.posted.filter(\.isOurs)
      #expect(keys.count == 3 && ours.count == 3 && ours.allSatisfy { $0.threadTS == question.ts })
      let words = ours.map(\.shown).joined(separator: " ").split(whereSeparator: \.isWhitespace)
      #expect(words.count == 4000 && words.last == "word4000")
    }
    try await bench.slack.stop()
  }

  @Test
  func `once a part stands, whatever goes wrong is uncertain, and done again it completes what is there`()
    async throws
  {
    let bench = try await SlackBench()
    let api = try bench.api()
    let parts = SlackContent.messages(Self.long)
    bench.slack.fail("chat.postMessage", ScriptedFault(.nothing))
    bench.slack.fail("chat.postMessage", ScriptedFault(.lostAnswer))
    await #expect(throws: SlackFailure.uncertain(method: "chat.postMessage")) {
      try await api.say(parts, in: Self.standup, as: Self.effect, since: nil)
    }
    #expect(try await api.said(parts: 3, in: Self.standup, as: Self.effect, since: "0") == nil)
    let keys = try await api.say(parts, in: Self.standup, as: Self.effect, since: "0")
    let ours = bench.slack.posted.filter(\.isOurs)
    #expect(keys.count == 3 && ours.count == 3)
    #expect(ours.dropFirst().allSatisfy { $0.threadTS == ours[0].ts })
    #expect(try await api.said(parts: 3, in: Self.standup, as: Self.effect, since: "0") == keys)
    try await bench.slack.stop()
  }

  @Test func `an answer to a click goes to Slack and nowhere else`() async throws {
    let bench = try await SlackBench(delivery: .requests)
    let api = try bench.api()
    let key = try await api.post(try BlockSample.approval.asking(), to: Self.standup, as: nil)
    try bench.slack.click(ApprovalMessage.approve, on: key, by: "U0ADA")
    let request = try #require(bench.slack.takeRequests().first)
    guard case .delivery(let delivery) = try SlackReading(body: Data(request.body)),
      case .action(let action) = delivery.content
    else {
      Issue.record("it is no click")
      return
    }
    #expect(action.value == "4711" && action.message == key)
    let address = try #require(action.responseURL)
    try await api.respond(to: address, content("You may not decide."))
    #expect(bench.slack.posted.last?.onlyFor == "U0ADA")
    #expect(bench.slack.post(key) != nil)
    for other in [
      "https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/",
      "https://hooks.slack.com@evil.example/", "https://hooks.slack.com:444/", "file:///etc/passwd", "", "x",
    ] {
      await #expect(throws: SlackFailure.refused(method: "response_url", code: "not_an_address_of_slacks")) {
        try await api.respond(to: other, content("x"))
      }
    }
    try await bench.slack.stop()
  }
}

enum BlockSample {
  static let approval = ApprovalMessage(
    title: "release-captain asks to deploy",
    lines: [.init("version", Passage("1.4.0", from: .system("git")))],
    id: "4711")
}
