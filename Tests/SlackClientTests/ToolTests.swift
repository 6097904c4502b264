import Effects
import Foundation
import Ledger
import ScriptedSlack
import Slack
import SlackClient
import Testing

/// What agents do in Slack.
struct ToolTests {
  private static let long = (1...2500).map { "word\($0)" }.joined(separator: " ")

  private func channels(_ bench: SlackBench) throws -> SlackChannels {
    SlackChannels(try bench.api(), ids: ["standup": "C0STANDUP", "general": "C0GENERAL"]) { _ in "U0ADA" }
  }

  private func tools(_ bench: SlackBench) throws -> [any AgentTool] {
    try channels(bench).tools(for: ["standup"], of: .local, holdFor: .days(1))
  }

  private func call(_ tool: any AgentTool, _ arguments: JSON, attempt: Int = 1) -> ToolCall {
    let name = tool.declaration.name
    return ToolCall(
      tool: name, arguments: arguments,
      effect: EffectID(run: "r", step: 1, tool: name, arguments: arguments), attempt: attempt)
  }

  @Test func `what is posted has no link, mention or credential, and what is taken back says so`()
    async throws
  {
    let bench = try await SlackBench()
    let post = try tools(bench)[1]
    let text = "See https://evil.example/x <!channel> @here\nkey AKIAIOSFODNN7EXAMPLE\nShip *it*"
    let result = try await post.perform(call(post, ["channel": "standup", "text": .string(text)]))
    let ours = bench.slack.posted.filter(\.isOurs)
    let shown = try #require(ours.first).shown
    #expect(ours.count == 1 && shown.contains("hxxps://evil[.]example/x") && shown.contains("Ship *it*"))
    #expect(!shown.contains("<!channel>") && !shown.contains("AKIA"))
    #expect(result.follows.map(\.kind) == [SlackPostTool.followed])
    _ = try await post.undo(try #require(result.undo), of: EffectID(rawValue: "e"))
    #expect(bench.slack.posted.filter(\.isOurs).map(\.shown) == ["_This was withdrawn._"])
    try await bench.slack.stop()
  }

  @Test(arguments: [1, 2])
  func `what is broken off in the middle is found, completed, and never there twice`(tool index: Int)
    async throws
  {
    let bench = try await SlackBench()
    let tool = try tools(bench)[index]
    let text = JSON.string(Self.long)
    let arguments: JSON = index == 1 ? ["text": text, "channel": "standup"] : ["text": text]
    bench.slack.fail("chat.postMessage", ScriptedFault(.nothing))
    bench.slack.fail("chat.postMessage", ScriptedFault(.error("ratelimited")))
    let failure = await #expect(throws: ToolFailure.self) { try await tool.perform(call(tool, arguments)) }
    guard case .uncertain? = failure else { Issue.record("\(String(describing: failure))"); return }
    #expect(try await tool.find(call(tool, arguments)) == .didNotHappen)
    _ = try await tool.perform(call(tool, arguments, attempt: 2))
    _ = try await tool.perform(call(tool, arguments, attempt: 3))
    let words = bench.slack.posted.filter(\.isOurs).flatMap { $0.shown.split(whereSeparator: \.isWhitespace) }
    #expect(words.count == 2500 && Set(words).count == 2500)
    guard case .happened = try await tool.find(call(tool, arguments)) else {
      Issue.record("it was not found")
      return
    }
    try await bench.slack.stop()
  }

  @Test func `nothing is posted where the folder names no channel, nor told to who is not linked`()
    async throws
  {
    let bench = try await SlackBench()
    let post = try tools(bench)[1]
    await #expect(throws: ToolFailure.self) {
      try await post.perform(call(post, ["channel": "general", "text": "x"]))
    }
    let tell = SlackTellTool(try channels(bench), user: nil)
    await #expect(throws: ToolFailure.self) { try await tell.perform(call(tell, ["text": "x"])) }
    #expect(bench.slack.posted.isEmpty)
    try await bench.slack.stop()
  }

  @Test func `a channel is read with its threads, as anybody's words, and what is left out is said`()
    async throws
  {
    let bench = try await SlackBench()
    let read = try tools(bench)[0]
    let first = bench.slack.say("Merged the basket.", in: "C0STANDUP", by: "U0ADA")
    bench.slack.say("Well done", in: "C0STANDUP", by: "U0BEN", thread: first.ts)
    bench.slack.say(String(repeating: "x", count: 1_500), in: "C0STANDUP", by: "U0BEN")
    let result = try await read.perform(call(read, ["channel": "standup"]))
    let texts = result.passages.map(\.text)
    #expect(
      texts.contains { $0.contains("Merged the basket.") } && texts.contains { $0.contains("  answer") })
    #expect(texts.contains { $0.hasSuffix("… (cut)") })
    #expect(result.passages.allSatisfy { if case .untrusted = $0.origin { true } else { false } })
    for number in 1...210 { bench.slack.say("\(number)", in: "C0STANDUP", by: "U0BEN") }
    let more = try await read.perform(call(read, ["channel": "standup"]))
    #expect(more.passages.count == 201 && more.passages.last?.text.contains("left out") == true)
    try await bench.slack.stop()
  }
}
