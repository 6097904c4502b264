import Foundation
import Ledger
import Testing

@testable import Gateway

@Suite("Somebody leaves")
struct DisconnectTests {
  private func eventually(_ condition: @Sendable () throws -> Bool) async throws -> Bool {
    for _ in 0..<600 {
      if try condition() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }

  @Test("T1: the client leaves at any point of a stream, and its whole usage is known", arguments: 0...9)
  func clientLeaves(after events: Int) async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.stream(pause: 15) }
    let (_, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      do {
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.streamedQuestion))
        if events > 0 {
          _ = await client.read { $0.components(separatedBy: "event: ").count > events }
        } else {
          try await Task.sleep(for: .milliseconds(5))
        }
        client.reset()
      }
      #expect(try await eventually { upstream.completed == 1 || upstream.requests.isEmpty })
    }
    let calls = try gateway.calls()
    // One that left before its request was whole has made no call.
    guard !upstream.requests.isEmpty else { return #expect(calls.isEmpty) }
    let call = try #require(calls.first)
    #expect(calls.count == 1)
    #expect(call.usageSource == .provider)
    #expect(call.ending == .completed)
    let counts = try #require(call.usage.first?.counts)
    #expect(
      counts
        == TokenCounts(input: 25, cacheRead: 2000, cacheWrite5m: 60, cacheWrite1h: 40, output: 7))
    try await upstream.stop()
  }

  @Test("T1: the client leaves while it waits for an answer that is not a stream")
  func clientLeavesBeforeAnswer() async throws {
    let upstream = try await ScriptedUpstream { _, _ in [.pause(milliseconds: 150)] + Exchange.json }
    let (_, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      do {
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.question))
        #expect(try await eventually { upstream.requests.count == 1 })
      }
      #expect(try await eventually { upstream.completed == 1 })
    }
    let call = try #require(try gateway.calls().first)
    #expect(call.usageSource == .provider)
    #expect(call.usage.first?.counts.output == 7)
    try await upstream.stop()
  }

  @Test("Where the policy is to cancel, the upstream is hung up on and what was seen is billed as partial")
  func cancelled() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead, .bytes(Exchange.events[0]), .hang]
    }
    let (_, gateway) = try await GatewayUnderTest.run([upstream], configure: { $0.onDisconnect = .cancel }) {
      gateway in
      do {
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.streamedQuestion))
        _ = await client.read { $0.contains("message_start") }
      }
      #expect(try await eventually { upstream.abandoned == 1 })
    }
    let call = try #require(try gateway.calls().first)
    #expect(call.ending == .clientLeft)
    #expect(call.usageSource == .partial)
    #expect(call.usage.first?.counts.input == 25)
    #expect(call.charged > .zero)
    try await upstream.stop()
  }

  @Test("A drain ends at its bound, and what was seen is billed as partial")
  func boundedDrain() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead, .bytes(Exchange.events[0]), .hang]
    }
    let (_, gateway) = try await GatewayUnderTest.run(
      [upstream], configure: { $0.bounds.drainTime = .milliseconds(200) }
    ) { gateway in
      do {
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.streamedQuestion))
        _ = await client.read { $0.contains("message_start") }
      }
      #expect(try await eventually { upstream.abandoned == 1 })
    }
    #expect(try gateway.calls().map(\.usageSource) == [.partial])
    try await upstream.stop()
  }

  @Test("T2: a client that hangs up on the last event has had all of it")
  func hangsUpOnLastEvent() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      Exchange.stream(last: .pause(milliseconds: 100)) + [.end]
    }
    let (_, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      do {
        let client = try RawClient(port: gateway.port)
        client.write(request(Exchange.streamedQuestion))
        _ = await client.read { $0.contains("message_stop") }
      }
      #expect(try await eventually { upstream.completed == 1 })
    }
    #expect(try gateway.calls().map(\.ending) == [.completed])
    try await upstream.stop()
  }

  @Test(
    "The upstream breaks off at any point of a stream: the client hears of it, and what was seen is kept",
    arguments: 0...8)
  func upstreamCuts(after events: Int) async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead] + Exchange.events[..<events].map { .bytes($0) } + [
        .pause(milliseconds: 20), .cut,
      ]
    }
    let (text, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion))
      return await client.readToEnd()
    }
    let call = try #require(try gateway.calls().first)
    #expect(!text.hasSuffix("0\r\n\r\n"), "no end that was none")
    for event in Exchange.events[..<events] { #expect(text.contains(event)) }
    // With the last usage seen nothing is missing.
    #expect(call.ending == (events >= 8 ? .completed : .cut))
    #expect(call.usageSource == (events == 0 ? .unknown : events >= 8 ? .provider : .partial))
    if events < 8 { #expect(text.contains("event: error")) }
    try await upstream.stop()
  }
}
