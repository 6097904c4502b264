import Effects
import Foundation
import Testing

@testable import ToolServers

/// Servers that are started in the sandbox, good ones and others.
@Suite(.serialized) struct PipeTests {
  @Test(arguments: [("good", "2026-07-28"), ("legacy", "2025-11-25")])
  func `servers of both eras are met, listed and called`(manner: String, revision: String) async throws {
    try await PipePeer.with(manner) { peer, connection in
      #expect(connection.revision == revision)
      let tool = try await connection.agentTool(under: peer.settings)
      let result = try await tool.say("grüße")
      #expect(result.passages == [Passage("grüße", from: .untrusted("tool server peer"))])
      #expect(try await connection.tools().validFor == .seconds(3600))
    }
  }

  @Test func `a legacy server is told that the handshake is over`() async throws {
    try await PipePeer.with("legacy") { peer, connection in
      _ = try await connection.tools()
      #expect(peer.log.hasPrefix("server/discover\ninitialize\nnotifications/initialized\ntools/list\n"))
    }
  }

  @Test func `pages are put together, and the shortest life of one is that of all`() async throws {
    try await PipePeer.with("pages") { _, connection in
      let listing = try await connection.tools()
      #expect(listing.tools.map(\.name) == ["echo", "other"])
      #expect(listing.validFor == .seconds(5))
    }
  }

  @Test(arguments: ["endless-pages", "cycle", "many-tools"])
  func `a list without an end is left`(manner: String) async throws {
    try await PipePeer.with(manner) { _, connection in
      let problem = await #expect(throws: ToolServerProblem.self) { _ = try await connection.tools() }
      guard case .broken? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
    }
  }

  @Test func `a tool with a huge definition is left out, and the others are not`() async throws {
    try await PipePeer.with("huge-schema") { _, connection in
      let listing = try await connection.tools()
      #expect(listing.tools.map(\.name) == ["echo"])
      guard case .unusable(_, "huge", _)? = listing.problems.first else { return #expect(Bool(false)) }
    }
  }

  @Test func `what is nested without an end is no message`() async throws {
    var limits = ToolServerLimits.quick
    limits.garbage = 0
    try await PipePeer.with("deep-schema", limits: limits) { _, connection in
      await #expect(throws: ToolServerProblem.self) { _ = try await connection.tools() }
    }
  }

  @Test func `of two tools with one name neither is taken`() async throws {
    try await PipePeer.with("twins") { _, connection in
      let listing = try await connection.tools()
      #expect(listing.tools.map(\.name) == ["other"])
      #expect(listing.problems.count == 1)
    }
  }

  @Test(arguments: ["dies", "endless-line"])
  func `an answer that does not come leaves it open what happened`(manner: String) async throws {
    try await PipePeer.with(manner) { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      guard case .uncertain? = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
      // Afterwards nothing arrives any more, and that is known.
      let second = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      guard case .unavailable? = second else { return #expect(Bool(false), "\(String(describing: second))") }
    }
  }

  @Test func `output without an end is cut off by its amount, not by the clock`() async throws {
    var limits = ToolServerLimits.quick
    limits.call = .seconds(600)
    try await PipePeer.with("endless-output", limits: limits) { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      #expect("\(failure.map { "\($0)" } ?? "")".contains("more than anybody asked for"))
    }
  }

  @Test(arguments: ["wrong-id", "twice"])
  func `an answer to another question, or a second one, is nobody's`(manner: String) async throws {
    try await PipePeer.with(manner) { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      for text in ["first", "next"] {
        #expect(try await tool.say(text).passages.map(\.text) == [text])
      }
    }
  }

  @Test func `who is too slow is told that nobody waits, and what happened is open`() async throws {
    try await PipePeer.with("slow", extra: "timeout: 0.5") { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      guard case .uncertain? = failure else { return #expect(Bool(false)) }
      while !peer.log.contains("notifications/cancelled") { try await Task.sleep(for: .milliseconds(20)) }
      #expect(peer.log.contains(#""requestId":"#))
    }
  }

  @Test func `a call that is cancelled is cancelled at the server`() async throws {
    try await PipePeer.with("slow") { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let call = Task { try await tool.say("x") }
      while !peer.log.contains("tools/call") { try await Task.sleep(for: .milliseconds(20)) }
      call.cancel()
      let failure = await #expect(throws: ToolFailure.self) { _ = try await call.value }
      guard case .uncertain? = failure else { return #expect(Bool(false)) }
      while !peer.log.contains("notifications/cancelled") { try await Task.sleep(for: .milliseconds(20)) }
    }
  }

  @Test func `what a server wants of its client is refused, and the call goes on`() async throws {
    try await PipePeer.with("asks") { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      #expect(try await tool.say("x").passages.map(\.text) == ["x"])
      #expect(peer.log.contains("-32601"))
      #expect(peer.log.contains(#""id":"mine""#))
    }
  }

  @Test func `a question instead of a result is refused with what was asked, without the server's words`()
    async throws
  {
    try await PipePeer.with("input-required") { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      guard case .refused(let text)? = failure else { return #expect(Bool(false)) }
      #expect(text.contains("an answer from a person"))
      #expect(!text.contains("password"))
    }
  }

  @Test(arguments: ["fails", "error"])
  func `what a server says of a failure stays its own text`(manner: String) async throws {
    try await PipePeer.with(manner) { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let passages = try await tool.say("x").passages
      #expect(passages.count == 2)
      #expect(passages[0].origin == .system("tools"))
      #expect(!passages[0].text.contains("IGNORE"))
      #expect(passages[1].origin == .untrusted("tool server peer"))
      #expect(passages[1].text.contains("IGNORE"))
    }
  }

  @Test func `a call that was refused was not made, and the reason is ours`() async throws {
    try await PipePeer.with("refuses") { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      let failure = await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
      guard case .refused(let text)? = failure else { return #expect(Bool(false)) }
      #expect(!text.contains("IGNORE"))
    }
  }

  @Test func `bytes that are not UTF-8 are no answer`() async throws {
    var limits = ToolServerLimits.quick
    limits.garbage = 0
    try await PipePeer.with("latin", limits: limits) { peer, connection in
      let tool = try await connection.agentTool(under: peer.settings)
      await #expect(throws: ToolFailure.self) { _ = try await tool.say("x") }
    }
  }

  @Test func `a greeting on standard output is passed over, a flood of it is not`() async throws {
    try await PipePeer.with("garbage") { _, connection in
      let listing = try await connection.tools()
      #expect(listing.tools.count == 1)
    }
    let problem = await #expect(throws: ToolServerProblem.self) {
      try await PipePeer.with("only-garbage") { _, _ in }
    }
    guard case .unreachable? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
  }

  @Test func `whatever is written to standard error holds nothing up`() async throws {
    try await PipePeer.with("noisy") { _, connection in
      let listing = try await connection.tools()
      #expect(listing.tools.count == 1)
    }
  }

  @Test func `a server that speaks only what comes later is not talked to`() async throws {
    await #expect(throws: ToolServerProblem.revision(server: "peer")) {
      try await PipePeer.with("future") { _, _ in }
    }
  }

  @Test func `a server that says nothing is not waited for long`() async throws {
    var limits = ToolServerLimits.quick
    limits.greeting = .milliseconds(500)
    let problem = await #expect(throws: ToolServerProblem.self) {
      try await PipePeer.with("mute", limits: limits) { _, _ in }
    }
    guard case .broken? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
  }

  @Test func `a program that is not there is said to be`() async throws {
    let settings = try ToolServerSettings(yaml: "name: none\ncommand: [/usr/bin/there-is-none]")
    let problem = await #expect(throws: ToolServerProblem.self) {
      try await Surroundings.with { access in
        try await ToolServerHub.with(access) { hub in
          _ = try await hub.connection(to: settings, for: "test", in: PipePeer.newFolder())
        }
      }
    }
    guard case .unreachable? = problem else { return #expect(Bool(false), "\(String(describing: problem))") }
  }

  @Test func `a server that will not end is ended`() async throws {
    let peer = try await PipePeer.with("stubborn") { peer, connection in
      _ = try await connection.tools()
      return peer
    }
    // Everything that it had started has gone when the hub has; its folder too.
    #expect(!FileManager.default.fileExists(atPath: peer.folder))
  }
}
