import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import TestCorpus
import Testing

@testable import Gateway

@Suite("Upstreams on the wire")
struct UpstreamClientTests {
  static func whole(_ body: String, _ fields: String = "") -> WireUpstream.Step {
    .bytes("HTTP/1.1 200 OK\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// A client beside a server, both of them stopped in the end.
  static func run(
    _ upstream: WireUpstream, host: String = "127.0.0.1", trusting authority: NIOSSLCertificate? = nil,
    bounds: UpstreamPool.Bounds = UpstreamPool.Bounds(), _ body: (WireClient) async throws -> Void
  ) async throws {
    let client = try await WireClient(port: upstream.port, host: host, trusting: authority, bounds: bounds)
    do { try await body(client) } catch {
      try? await client.stop()
      try? await upstream.stop()
      throw error
    }
    try await client.stop()
    try await upstream.stop()
  }

  static func eventually(
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
  ) async throws {
    for _ in 0..<3000 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it never came to be", sourceLocation: sourceLocation)
  }

  @Test("A connection is used again, and the one used last first")
  func kept() async throws {
    let upstream = try await WireUpstream { _, number in [Self.whole("answer \(number)")] }
    try await Self.run(upstream) { client async throws in
      for number in 0..<5 {
        let got = try await client.ask()
        #expect(got.isWhole && got.body == "answer \(number)" && got.status == 200)
      }
      #expect(upstream.connections == 1)
      #expect(try await client.idleConnections == 1)
    }
  }

  @Test("A connection that the upstream closed is not used again, though it said nothing of it")
  func closedByPeer() async throws {
    let upstream = try await WireUpstream { _, _ in [Self.whole("a"), .close] }
    try await Self.run(upstream) { client async throws in
      for number in 1...3 {
        #expect(try await client.ask().isWhole)
        try await Self.eventually { try await client.idleConnections == 0 }
        #expect(upstream.connections == number)
      }
    }
  }

  @Test("What a kept connection was sent when it closed may have been served, and is not sent again")
  func closedInstead() async throws {
    let upstream = try await WireUpstream { _, number in number == 0 ? [Self.whole("a")] : [.close] }
    try await Self.run(upstream) { client async throws in
      #expect(try await client.ask().isWhole)
      let got = try await client.ask()
      #expect(got.failure == .closed && got.status == nil)
      #expect(upstream.requests.count == 2 && upstream.connections == 1)
    }
  }

  @Test("`Connection: close` is done as it says")
  func connectionClose() async throws {
    let upstream = try await WireUpstream { _, _ in [Self.whole("a", "connection: close\r\n")] }
    try await Self.run(upstream) { client async throws in
      for _ in 0..<2 { #expect(try await client.ask().isWhole) }
      #expect(upstream.connections == 2)
      try await Self.eventually { upstream.openConnections == 0 }
    }
  }

  @Test("An answer without a length is whole when the connection ends")
  func withoutLength() async throws {
    let upstream = try await WireUpstream { _, _ in
      [.bytes("HTTP/1.1 200 OK\r\n\r\nall"), .pause(milliseconds: 5), .bytes(" of it"), .close]
    }
    try await Self.run(upstream) { client async throws in
      let got = try await client.ask()
      #expect(got.isWhole && got.body == "all of it")
    }
  }

  @Test("An upstream that breaks off is found out, before its answer and in it")
  func brokenOff() async throws {
    for (text, status) in [
      ("", nil), ("HTTP/1.1 200 OK\r\ncontent-le", nil),
      ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", 200),
      ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n", 200),
    ] as [(String, Int?)] {
      for end in [WireUpstream.Step.close, .endOutput] {
        let upstream = try await WireUpstream { _, _ in [.bytes(text), end] }
        try await Self.run(upstream) { client async throws in
          let got = try await client.ask()
          #expect(got.failure == .closed && !got.isWhole && got.status == status)
        }
      }
    }
  }

  @Test("An upstream that has said all and still listens is done with")
  func halfClosed() async throws {
    let upstream = try await WireUpstream { _, _ in [Self.whole("a"), .endOutput] }
    try await Self.run(upstream) { client async throws in
      #expect(try await client.ask().isWhole)
      try await Self.eventually { upstream.openConnections == 0 }
      #expect(try await client.ask().isWhole)
    }
  }

  @Test("An answer that comes before the request was read is passed on, and its connection is not used again")
  func early() async throws {
    let upstream = try await WireUpstream(answersEarly: true) { _, _ in
      [.bytes("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno")]
    }
    try await Self.run(upstream) { client async throws in
      for number in 1...2 {
        let got = try await client.ask(String(repeating: "x", count: 48 << 20))
        #expect(got.isWhole && got.status == 413 && got.body == "no")
        #expect(upstream.connections == number)
      }
      #expect(try await client.idleConnections == 0)
    }
  }

  @Test("What comes unasked is never another request's answer", arguments: [0, 20])
  func unasked(pause: Int64) async throws {
    let forged = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"
    for more in [forged, "H"] {
      let upstream = try await WireUpstream { _, number in
        pause == 0
          ? [.bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\(number)." + more)]
          : [Self.whole("\(number)."), .pause(milliseconds: pause), .bytes(more)]
      }
      try await Self.run(upstream) { client async throws in
        for number in 0..<3 {
          let got = try await client.ask()
          #expect(got.isWhole && got.body == "\(number).")
          try await Self.eventually { try await client.idleConnections == 0 }
        }
        #expect(upstream.connections == 3)
      }
    }
  }

  @Test("An upstream that says what is no answer is hung up on")
  func garbled() async throws {
    let upstream = try await WireUpstream { _, number in
      [
        .bytes(
          number == 0
            ? "NO HTTP\r\n\r\n"
            : "HTTP/1.1 200 OK\r\na: \(String(repeating: "x", count: AnswerParser.mostHeadBytes))\r\n\r\n")
      ]
    }
    try await Self.run(upstream) { client async throws in
      for _ in 0..<2 { #expect(try await client.ask().failure == .garbled) }
      try await Self.eventually { upstream.openConnections == 0 }
    }
  }

  @Test("Every part is passed on when it comes, byte by byte if need be")
  func slow() async throws {
    let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\nt: x\r\n\r\n"
    let upstream = try await WireUpstream { _, _ in
      text.map { .bytes(String($0)) }.flatMap { [$0, .pause(milliseconds: 1)] }
    }
    try await Self.run(upstream) { client async throws in
      for _ in 0..<2 {
        let got = try await client.ask()
        #expect(got.isWhole && got.body == "abcde")
      }
      #expect(upstream.connections == 1)
    }
    let waiting = try await WireUpstream { _, _ in
      [.bytes("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nfirst"), .wait, .bytes("end")]
    }
    try await Self.run(waiting) { client async throws in
      // The end is not sent before the first part has been here.
      let got = try await client.ask(watch: { if $0.body == "first" { waiting.release() } })
      #expect(got.isWhole && got.body == "firstend" && got.parts == 2)
    }
  }

  @Test("HEAD has an answer without its body, and what is said on the way is no answer")
  func headAndInformation() async throws {
    let upstream = try await WireUpstream { request, _ in
      request.text.hasPrefix("HEAD")
        ? [.bytes("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n")]
        : [.bytes("HTTP/1.1 100 Continue\r\n\r\n"), .pause(milliseconds: 5), Self.whole("a")]
    }
    try await Self.run(upstream) { client async throws in
      #expect(try await client.ask(nil, method: .HEAD).isWhole)
      #expect(try await client.ask().body == "a")
      #expect(try await client.ask(nil, method: .HEAD).isWhole)
      #expect(upstream.connections == 1)
    }
  }

  @Test("There are as many connections as there may be; who comes then waits, and not for ever")
  func bounded() async throws {
    let upstream = try await WireUpstream { _, _ in [.pause(milliseconds: 5), Self.whole("a")] }
    let bounds = UpstreamPool.Bounds(connections: 2)
    try await Self.run(upstream, bounds: bounds) { client async throws in
      try await withThrowingTaskGroup(of: Bool.self) { tasks in
        for _ in 0..<10 { tasks.addTask { try await client.ask().isWhole } }
        for try await isWhole in tasks { #expect(isWhole) }
      }
      #expect(upstream.mostOpenConnections == 2 && upstream.requests.count == 10)
    }
    let silent = try await WireUpstream { _, _ in [.wait, Self.whole("a")] }
    let short = UpstreamPool.Bounds(connections: 1, connectTime: .milliseconds(50))
    try await Self.run(silent, bounds: short) { client async throws in
      async let first = client.ask()
      try await Self.eventually { silent.requests.count == 1 }
      #expect(try await client.ask().failure == .unreachable)
      #expect(silent.requests.count == 1, "nothing of it was sent")
      silent.release()
      let got = try await first
      #expect(got.isWhole)
    }
    // A connection that ends makes room for another.
    let closing = try await WireUpstream { _, _ in [.pause(milliseconds: 5), .close] }
    try await Self.run(closing, bounds: UpstreamPool.Bounds(connections: 1)) { client async throws in
      try await withThrowingTaskGroup(of: UpstreamFailure?.self) { tasks in
        for _ in 0..<5 { tasks.addTask { try await client.ask().failure } }
        for try await failure in tasks { #expect(failure == .closed) }
      }
      #expect(closing.connections == 5 && closing.mostOpenConnections == 1)
    }
  }

  @Test("Connections that nobody needs are closed after a while, and old ones replaced")
  func idle() async throws {
    let upstream = try await WireUpstream { _, _ in [Self.whole("a")] }
    let bounds = UpstreamPool.Bounds(idleTime: .minutes(5))
    try await Self.run(upstream, bounds: bounds) { client async throws in
      #expect(try await client.ask().isWhole)
      try await client.tick(after: .minutes(3))
      #expect(try await client.idleConnections == 1)
      try await client.tick(after: .minutes(6))
      #expect(try await client.idleConnections == 0)
      try await Self.eventually { upstream.openConnections == 0 }
      #expect(try await client.ask().isWhole)
      #expect(upstream.connections == 2)
    }
  }

  @Test("An answer that is not wanted any more ends its connection")
  func cancelled() async throws {
    let upstream = try await WireUpstream { _, _ in
      [.bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), .wait, .bytes("123456789")]
    }
    try await Self.run(upstream) { client async throws in
      #expect(try await client.ask(cancelAfterHead: true).status == 200)
      try await Self.eventually { upstream.openConnections == 0 }
      upstream.release()
      #expect(try await client.ask().isWhole)
    }
  }

  @Test("A reader who is behind holds the upstream back, and misses nothing")
  func backPressure() async throws {
    let size = 64 << 20
    let upstream = try await WireUpstream { _, _ in
      [.bytes("HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n"), .flood(size)]
    }
    try await Self.run(upstream) { client async throws in
      let got = try await client.ask(holding: {
        var before = -1
        // Until the system takes no more.
        while upstream.writtenBytes != before || before == 0 {
          before = upstream.writtenBytes
          try? await Task.sleep(for: .milliseconds(200))
        }
        #expect(upstream.writtenBytes < size)
      })
      #expect(got.isWhole && got.body.utf8.count == size)
    }
  }

  @Test("Nobody listens, or no such name: nothing was sent")
  func unreachable() async throws {
    let gone = try await WireUpstream { _, _ in [] }
    try await gone.stop()
    for host in ["127.0.0.1", "localhost"] {
      let client = try await WireClient(port: gone.port, host: host)
      #expect(try await client.ask().failure == .unreachable)
      try await client.stop()
    }
    let nameless = try await WireClient(port: gone.port, host: "no-such-host.invalid")
    #expect(try await nameless.ask().failure == .unreachable)
    try await nameless.stop()
  }

  @Test("An upstream by another name, or of an unknown authority, is sent nothing")
  func tls() async throws {
    let directory = try TemporaryDirectory()
    let other = try TemporaryDirectory()
    let right = try MadeCertificate(name: "localhost", in: directory.path(""))
    let wrong = try MadeCertificate(name: "somebody.example", in: other.path(""))
    for (certificate, authority, isRight) in [
      (right, right.authority, true), (wrong, wrong.authority, false), (right, wrong.authority, false),
    ] {
      let upstream = try await WireUpstream(tls: certificate.server) { _, _ in [Self.whole("secret")] }
      try await Self.run(upstream, host: "localhost", trusting: authority) { client async throws in
        for _ in 0..<2 {
          let got = try await client.ask()
          #expect(got.isWhole == isRight && got.failure == (isRight ? nil : .unreachable))
        }
        #expect(upstream.requests.count == (isRight ? 2 : 0))
        if isRight { #expect(upstream.connections == 1) }
      }
    }
    // A certificate for a name says nothing of an address.
    let upstream = try await WireUpstream(tls: right.server) { _, _ in [Self.whole("secret")] }
    try await Self.run(upstream, trusting: right.authority) { client async throws in
      #expect(try await client.ask().failure == .unreachable)
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test("An upstream that never ends TLS's greetings is given up in time")
  func silentGreeting() async throws {
    let directory = try TemporaryDirectory()
    let certificate = try MadeCertificate(name: "localhost", in: directory.path(""))
    let upstream = try await WireUpstream { _, _ in [.wait] }
    let bounds = UpstreamPool.Bounds(connectTime: .milliseconds(100))
    try await Self.run(upstream, host: "localhost", trusting: certificate.authority, bounds: bounds) {
      client async throws in
      #expect(try await client.ask().failure == .unreachable)
      try await Self.eventually { upstream.openConnections == 0 }
    }
  }
}
