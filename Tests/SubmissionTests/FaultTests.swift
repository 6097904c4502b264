import Foundation
import ServiceSettings
import Testing

@testable import Submission

extension SubmissionTests {
  /// Against a server that does wrong.
  @Suite struct FaultTests {
    private static func outcome(
      security: SubmissionServer.Security = .plainOnLoopback, signIn: SubmissionSignIn = .none,
      message: String = "Subject: x\r\n\r\nbody",
      check: @escaping @Sendable (FakeServer) -> Void = { _ in },
      patience: Duration = .seconds(60), react: @escaping @Sendable (String) -> FakeServer.Reaction,
      expect: @escaping @Sendable (SubmissionOutcome) -> Bool, _ location: SourceLocation = #_sourceLocation
    ) async throws {
      try await FakeServer.with(react: react) { fake in
        var limits = SubmissionLimits()
        limits.answer = patience
        limits.afterMessage = patience
        let server = try SubmissionServer(
          host: "127.0.0.1", security: security, port: fake.port, limits: limits)
        let envelope = try SubmissionEnvelope(
          sender: "a@b.example", recipients: ["c@d.example", "e@f.example"])
        let outcome = await SubmissionClient(server: server, signIn: signIn).submit(
          Array(message.utf8), envelope: envelope)
        #expect(expect(outcome), "\(outcome)", sourceLocation: location)
        check(fake)
      }
    }

    /// The greeting has no line before it.
    static let steps = ["", "EHLO", "MAIL", "RCPT", "DATA"]

    private static func isStep(_ line: String, _ prefix: String) -> Bool {
      prefix.isEmpty ? line.isEmpty : line.hasPrefix(prefix)
    }

    @Test(arguments: steps)
    func `a connection that ends before the message is out leaves nothing sent`(prefix: String) async throws {
      for reaction in [
        FakeServer.Reaction.drop, .say("421 4.3.2 going down\r\n"), .say("451 4.3.0 not now\r\n"),
      ] {
        try await Self.outcome(react: { Self.isStep($0, prefix) ? reaction : FakeServer.sound($0) }) {
          outcome in
          if case .unavailable = outcome { true } else { false }
        }
      }
    }

    @Test(arguments: steps)
    func `a server that says nothing is not waited for without end`(prefix: String) async throws {
      let react = { @Sendable (line: String) in Self.isStep(line, prefix) ? .silence : FakeServer.sound(line)
      }
      // On a machine that is slow it may be an earlier step; nothing is sent either way.
      try await Self.outcome(patience: .milliseconds(400), react: react) { outcome in
        if case .unavailable(.timeout) = outcome { true } else { false }
      }
    }

    @Test(arguments: [
      "garbage\r\n", "250-one\r\n251 two\r\n", "99 x\r\n", "600 x\r\n", "2500 x\r\n", "250xyz\r\n", "\r\n",
      "\0\0\0\r\n",
      "250 ok\r\n250 ok\r\n",
    ])
    func `what is no reply is not taken for one`(reply: String) async throws {
      try await Self.outcome(react: { $0.hasPrefix("MAIL") ? .say(reply) : FakeServer.sound($0) }) {
        outcome in
        // An answer too many may come late enough to stand for the next one; nothing is sent off after it.
        if reply.hasPrefix("250 ok"), case .unavailable = outcome { return true }
        return outcome == .unavailable(.malformedReply(.sender))
      }
      try await Self.outcome(react: { $0 == "." ? .say(reply) : FakeServer.sound($0) }) { outcome in
        // Two good answers to the end of the message are one too many, but the first is an answer.
        if reply.hasPrefix("250 ok"), case .accepted = outcome { return true }
        return outcome == .uncertain(.malformedReply(.message))
      }
    }

    @Test(arguments: ["250-again and again\r\n", String(repeating: "x", count: 100), "250 ok\r\n"])
    func `replies without end are not read without end`(text: String) async throws {
      try await Self.outcome(react: { $0.hasPrefix("EHLO") ? .endless(text) : FakeServer.sound($0) }) {
        outcome in
        // The connection is given up on; a command that is just being written learns only of that.
        switch outcome {
        case .unavailable(.malformedReply), .unavailable(.connectionLost): true
        default: false
        }
      }
    }

    @Test func `after the message is out only an answer says what became of it`() async throws {
      try await Self.outcome(react: { $0 == "." ? .drop : FakeServer.sound($0) }) {
        $0 == .uncertain(.connectionLost(.message))
      }
      try await Self.outcome(patience: .seconds(3), react: { $0 == "." ? .silence : FakeServer.sound($0) }) {
        $0 == .uncertain(.timeout(.message))
      }
      try await Self.outcome(react: { $0 == "." ? .say("354 go on\r\n") : FakeServer.sound($0) }) {
        $0 == .uncertain(.malformedReply(.message))
      }
      try await Self.outcome(react: { $0 == "." ? .say("451 4.3.0 not now\r\n") : FakeServer.sound($0) }) {
        outcome in
        if case .unavailable(.reply(.message, _)) = outcome { true } else { false }
      }
      try await Self.outcome(react: { $0 == "." ? .say("554 5.7.1 no\r\n") : FakeServer.sound($0) }) {
        outcome in
        if case .refused(.reply(.message, _)) = outcome { true } else { false }
      }
      try await Self.outcome(react: {
        $0 == "." ? .say("250-2.0.0 one\r\n250 2.0.0 two\r\n") : FakeServer.sound($0)
      }) { outcome in
        if case .accepted(let reply, []) = outcome { reply.text == "one two" } else { false }
      }
      // QUIT may go wrong as it likes.
      try await Self.outcome(react: { $0.hasPrefix("QUIT") ? .drop : FakeServer.sound($0) }) { outcome in
        if case .accepted = outcome { true } else { false }
      }
    }

    @Test func `an answer given ahead of its question is no answer`() async throws {
      try await Self.outcome(react: {
        $0.hasPrefix("RCPT TO:<e") ? .say("250 ok\r\n354 go on\r\n250 taken\r\n") : FakeServer.sound($0)
      }) { outcome in
        if case .unavailable(.malformedReply) = outcome { true } else { false }
      }
    }

    @Test func `what comes in the clear behind the answer to STARTTLS ends it`() async throws {
      let secret = SubmissionSignIn.password(user: "jane", Credential(secret: "s3cret"))
      try await Self.outcome(
        security: .startTLS, signIn: secret,
        check: { #expect(!$0.received.contains("AUTH") && !$0.received.contains("MAIL")) },
        react: { $0 == "STARTTLS" ? .say("220 go on\r\n250-AUTH PLAIN\r\n250 ok\r\n") : FakeServer.sound($0) }
      ) { $0 == .unavailable(.injectedBeforeTLS) }
      try await Self.outcome(
        security: .startTLS, signIn: secret, check: { #expect(!$0.received.contains("AUTH")) },
        react: { $0 == "STARTTLS" ? .say("220 go on\r\n250") : FakeServer.sound($0) }
      ) { $0 == .unavailable(.injectedBeforeTLS) }
    }

    @Test func `without TLS that was asked for nothing is said`() async throws {
      let secret = SubmissionSignIn.password(user: "jane", Credential(secret: "s3cret"))
      let never: @Sendable (FakeServer) -> Void = {
        #expect(!$0.received.contains("AUTH") && !$0.received.contains("MAIL"))
      }
      try await Self.outcome(
        security: .startTLS, signIn: secret, check: never,
        react: { $0.hasPrefix("EHLO") ? .say("250 fake.example\r\n") : FakeServer.sound($0) }
      ) { $0 == .refused(.missingExtension("STARTTLS")) }
      try await Self.outcome(
        security: .startTLS, signIn: secret, check: never,
        react: { $0 == "STARTTLS" ? .say("454 4.7.0 no\r\n") : FakeServer.sound($0) }
      ) { outcome in if case .unavailable(.reply(.startTLS, _)) = outcome { true } else { false } }
      try await Self.outcome(security: .implicitTLS, signIn: secret, check: never, react: FakeServer.sound) {
        outcome in
        if case .unavailable = outcome { true } else { false }
      }
    }

    @Test func `a server without our mechanisms, or without 8BITMIME, is refused`() async throws {
      try await Self.outcome(
        signIn: .token(user: "jane", Credential(secret: "t")), react: FakeServer.sound
      ) { $0 == .refused(.noMechanism(offered: ["PLAIN", "LOGIN"])) }
      try await Self.outcome(
        message: "\r\nGrüße",
        react: { $0.hasPrefix("EHLO") ? .say("250 fake.example\r\n") : FakeServer.sound($0) }
      ) { $0 == .refused(.missingExtension("8BITMIME")) }
      try await Self.outcome(message: "\r\n" + String(repeating: "x", count: 999), react: FakeServer.sound) {
        $0 == .refused(.lineTooLong)
      }
      try await Self.outcome(
        signIn: .password(user: "jane\r\nMAIL FROM:<x>", Credential(secret: "t")), react: FakeServer.sound
      ) { $0 == .refused(.credential) }
    }

    @Test func `a server that is not there is unavailable`() async throws {
      let client = SubmissionClient(
        server: try SubmissionServer(host: "127.0.0.1", security: .plainOnLoopback, port: 1), signIn: .none)
      let outcome = await client.submit(
        [], envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
      #expect(outcome == .unavailable(.unreachable))
    }

    @Test func `a run that is stopped while it waits for the last answer leaves it uncertain`() async throws {
      try await FakeServer.with(react: { $0 == "." ? .silence : FakeServer.sound($0) }) { fake in
        let server = try SubmissionServer(host: "127.0.0.1", security: .plainOnLoopback, port: fake.port)
        let envelope = try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"])
        let task = Task {
          await SubmissionClient(server: server, signIn: .none).submit(
            Array("\r\nx".utf8), envelope: envelope)
        }
        for _ in 0..<4_000 where !fake.received.hasSuffix("\r\n.\r\n") {
          try await Task.sleep(for: .milliseconds(5))
        }
        task.cancel()
        guard case .uncertain = await task.value else {
          Issue.record("\(await task.value)")
          return
        }
      }
    }

    @Test(arguments: [
      "", "jane", "@b", "a@", "a b@c", "a@b c", "<a@b>", "a@b>", "a@b\r\nDATA", "a\n@b", "a@b\0", "\"a b\"@c",
      "a,b@c", "a@b@c", "a@b;c",
      "a\u{85}@b", "a\u{2028}@b", "a@\(String(repeating: "b", count: 300))",
    ])
    func `what is more than one address is none`(address: String) throws {
      #expect(throws: SubmissionSetUpError.address(place: "recipient 1")) {
        try SubmissionEnvelope(sender: "a@b.example", recipients: [address])
      }
      #expect(throws: SubmissionSetUpError.address(place: "the sender")) {
        try SubmissionEnvelope(sender: address, recipients: ["a@b.example"])
      }
    }

    @Test(arguments: [
      "127.evil.example", "example.com", "192.0.2.1", "::2", "localhost.evil.example", "0x7f.1",
    ])
    func `in the clear mail goes to this machine only`(host: String) {
      #expect(throws: SubmissionSetUpError.plainToOthers(host: host)) {
        try SubmissionServer(host: host, security: .plainOnLoopback)
      }
    }

    @Test func `secrets are in no description`() {
      let signIn = SubmissionSignIn.password(user: "jane", Credential(secret: "s3cret"))
      #expect(!"\(signIn)".contains("s3cret"))
      var dumped = ""
      dump(signIn, to: &dumped)
      #expect(!dumped.contains("s3cret"))
    }
  }
}
