import Foundation
import Ledger
import Testing

@testable import Gateway

@Suite("Attempts")
struct AttemptTests {
  @Test(
    "T19: every attempt has a row of its own, and one of them the usage", arguments: [500, 502, 503, 529])
  func fallback(status: Int) async throws {
    let failing = try await ScriptedUpstream { _, _ in
      Exchange.answer(#"{"type":"error","error":{"type":"api_error","message":"x"}}"#, status: status)
    }
    let working = try await ScriptedUpstream { _, _ in Exchange.json }
    let (got, gateway) = try await GatewayUnderTest.run([failing, working]) {
      try await $0.post(Exchange.question)
    }
    #expect(got.status == 200)
    #expect(got.body == Exchange.answer)
    let calls = try gateway.calls()
    #expect(calls.map(\.attempt) == [1, 2])
    #expect(calls.map(\.upstream) == ["upstream0", "upstream1"])
    #expect(calls.map(\.ending) == [.refusedByUpstream, .completed])
    #expect(calls.map(\.usageSource) == [.none, .provider])
    #expect(Set(calls.map(\.call)).count == 1 && Set(calls.map(\.id)).count == 2)
    for upstream in [failing, working] { try await upstream.stop() }
  }

  @Test("An upstream that is not there is asked again, then another; the last word is passed on")
  func unreachable() async throws {
    let gone = try await ScriptedUpstream { _, _ in Exchange.json }
    try await gone.stop()
    // Kept from whoever else is given a free port meanwhile: bound, and not listened on.
    let held = try HeldPort(gone.url)
    defer { held.release() }
    let refusing = try await ScriptedUpstream { _, _ in Exchange.answer(#"{"error":"last"}"#, status: 503) }
    let (got, gateway) = try await GatewayUnderTest.run([gone, refusing]) {
      try await $0.post(Exchange.question)
    }
    #expect(got.status == 503)
    #expect(got.body == #"{"error":"last"}"#)
    #expect(try gateway.calls().map(\.ending) == [.failed, .refusedByUpstream])
    let (alone, single) = try await GatewayUnderTest.run([gone]) { try await $0.post(Exchange.question) }
    #expect(alone.status == 502)
    #expect(try single.calls().map(\.usageSource) == [.none, .none, .none])
    try await refusing.stop()
  }

  @Test("After the first byte nothing is repeated")
  func noRepetition() async throws {
    let cutting = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead, .bytes(Exchange.events[0]), .cut]
    }
    let other = try await ScriptedUpstream { _, _ in Exchange.json }
    let (text, gateway) = try await GatewayUnderTest.run([cutting, other]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion))
      return await client.readToEnd()
    }
    #expect(text.contains("message_start"))
    #expect(other.requests.isEmpty)
    #expect(try gateway.calls().map(\.ending) == [.cut])
    for upstream in [cutting, other] { try await upstream.stop() }
  }

  @Test("An upstream that keeps failing is asked last")
  func health() {
    let health = UpstreamHealth(count: 2)
    let now = Instant(milliseconds: 1_000_000)
    #expect(health.ordered([0, 1], at: now) == [0, 1])
    for _ in 0..<3 { health.failed(0, at: now) }
    #expect(health.ordered([0, 1], at: now) == [1, 0])
    #expect(health.ordered([0], at: now) == [0])
    #expect(health.ordered([0, 1], at: now + .minutes(2)) == [0, 1], "it is given another chance")
    health.succeeded(0)
    #expect(health.ordered([0, 1], at: now) == [0, 1])
  }

  @Test("Asked to stop, it lets open calls come to their end and takes no new ones")
  func shutdown() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.stream(pause: 40) }
    let (text, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion))
      _ = await client.read { $0.contains("message_start") }
      return Task { await client.readToEnd() }
    }
    #expect(await text.value.hasSuffix("0\r\n\r\n"))
    #expect(try gateway.calls().map(\.usageSource) == [.provider])
    // The system may have given the port to a listener of another test for a while.
    for _ in 0..<100 where (try? RawClient(port: gateway.port)) != nil {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(throws: RawClient.NoConnection.self) { _ = try RawClient(port: gateway.port) }
    try await upstream.stop()
  }

  @Test("What does not end in time is cut, and settled as what was seen")
  func shutdownInTime() async throws {
    let upstream = try await ScriptedUpstream { _, _ in
      [Exchange.streamHead, .bytes(Exchange.events[0]), .hang]
    }
    let (_, gateway) = try await GatewayUnderTest.run(
      [upstream], configure: { $0.bounds.shutdownTime = .milliseconds(100) }
    ) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.streamedQuestion))
      _ = await client.read { $0.contains("message_start") }
      return Task { await client.readToEnd() }
    }
    #expect(try gateway.calls().map(\.usageSource) == [.partial])
    try await upstream.stop()
  }

  @Test("A second gateway is not let near the spool of the first")
  func oneSpool() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    _ = try await GatewayUnderTest.run([upstream]) { first in
      await #expect(throws: (any Error).self) {
        _ = try await GatewayUnderTest.run([upstream], in: first.directory) { _ in }
      }
    }
    try await upstream.stop()
  }

  @Test("A call that survives a loss of power is as whole as one that need not")
  func powerSafe() async throws {
    let upstream = try await ScriptedUpstream { request, _ in
      request.text.contains("stream") ? Exchange.stream() : Exchange.json
    }
    let (got, gateway) = try await GatewayUnderTest.run([upstream], configure: { $0.durability = .power }) {
      gateway in
      try await withThrowingTaskGroup(of: String.self) { tasks in
        for number in 0..<20 {
          tasks.addTask {
            try await gateway.post(number % 2 == 0 ? Exchange.question : Exchange.streamedQuestion).body
          }
        }
        return try await tasks.reduce(into: Set()) { $0.insert($1) }
      }
    }
    #expect(got == [Exchange.answer, Exchange.events.joined()])
    #expect(try gateway.calls().map(\.usageSource) == Array(repeating: .provider, count: 20))
    try await upstream.stop()
  }
}
