import Foundation
import Ledger
import Testing

@testable import Gateway

@Suite("Answers to clients")
struct ListenerTests {
  static func occurrences(of piece: String, in text: String) -> Int {
    text.components(separatedBy: piece).count - 1
  }

  @Test("Requests that a client sends before it has its answer wait, and each is answered in turn")
  func ahead() async throws {
    let upstream = try await ScriptedUpstream { _, number in
      [.pause(milliseconds: 10)] + Exchange.answer(#"{"number":\#(number)}"#)
    }
    let (text, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(String(repeating: request(Exchange.question), count: 5))
      return await client.read { $0.contains(#"{"number":4}"#) }
    }
    let places = (0..<5).compactMap { text.range(of: #"{"number":\#($0)}"#)?.lowerBound }
    #expect(places.count == 5 && places == places.sorted())
    #expect(Self.occurrences(of: "HTTP/1.1 200", in: text) == 5)
    #expect(try gateway.calls().map(\.ending) == Array(repeating: .completed, count: 5))
    try await upstream.stop()
  }

  @Test("What follows a request and is no HTTP ends the connection; the call before it is settled")
  func garbageBehind() async throws {
    let upstream = try await ScriptedUpstream { _, _ in [.pause(milliseconds: 30)] + Exchange.json }
    let (_, gateway) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(request(Exchange.question) + "\u{1}\u{2}\r\n\r\n")
      return await client.readToEnd()
    }
    #expect(try gateway.calls().map(\.usageSource) == [.provider])
    try await upstream.stop()
  }

  @Test("No HTTP at all is told so")
  func garbage() async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.json }
    let (text, _) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write("\u{1}\u{2}\r\n\r\n")
      return await client.readToEnd()
    }
    #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains("connection: close\r\n"))
    try await upstream.stop()
  }

  @Test(
    "A client of HTTP/1.0 gets no chunks, and the end of the connection for an end",
    arguments: ["1.0", "1.1"])
  func old(version: String) async throws {
    let upstream = try await ScriptedUpstream { _, _ in Exchange.stream() }
    let (text, _) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(
        request(Exchange.streamedQuestion).replacing(
          "HTTP/1.1\r\n", with: "HTTP/\(version)\r\nConnection: close\r\n"))
      return await client.readToEnd()
    }
    #expect(text.contains("transfer-encoding: chunked") == (version == "1.1"))
    #expect(text.contains("connection: close"))
    if version == "1.0" { #expect(text.hasSuffix("\r\n\r\n" + Exchange.events.joined())) }
    try await upstream.stop()
  }

  @Test("An answer is whole before its connection ends, however long it is and however slowly it is read")
  func longLastAnswer() async throws {
    let body = #"{"text":""# + String(repeating: "x", count: 24 << 20) + #""}"#
    let upstream = try await ScriptedUpstream { _, _ in Exchange.answer(body) }
    let (text, _) = try await GatewayUnderTest.run([upstream]) { gateway in
      let client = try RawClient(port: gateway.port)
      client.write(
        request(Exchange.question).replacing("HTTP/1.1\r\n", with: "HTTP/1.1\r\nConnection: close\r\n"))
      // All of it is with the gateway by then.
      try await Task.sleep(for: .milliseconds(300))
      return await client.readToEnd()
    }
    #expect(text.hasSuffix(body))
    try await upstream.stop()
  }
}
