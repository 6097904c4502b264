import Foundation
import ServiceSettings
import Testing

@testable import Submission

extension SubmissionTests {
  /// Against a real server.
  @Suite struct PeerTests {
    private static let password = SubmissionSignIn.password(
      user: "jane@example.com", Credential(secret: "pa ssüword"))
    private static let token = SubmissionSignIn.token(user: "jane@example.com", Credential(secret: "t0ken"))

    private static func server(_ peer: Peer, _ way: String) throws -> SubmissionServer {
      let security: SubmissionServer.Security =
        switch way {
        case "plain": .plainOnLoopback
        case "starttls": .startTLS
        default: .implicitTLS
        }
      return try SubmissionServer(
        host: way == "plain" ? "127.0.0.1" : "localhost", security: security, port: peer.port,
        trust: way == "plain" ? .system : .certificates(peer.certificate))
    }

    @Test(
      arguments: ["plain", "starttls", "implicit"], ["none", "password", "login", "xoauth2", "oauthbearer"])
    func `mail is handed over, signed in, over TLS`(way: String, signIn: String) async throws {
      let peer = try Peer(way, signIn: signIn)
      let identity: SubmissionSignIn =
        switch signIn {
        case "none": .none
        case "password", "login": Self.password
        default: Self.token
        }
      let client = SubmissionClient(server: try Self.server(peer, way), signIn: identity)
      let envelope = try SubmissionEnvelope(
        sender: "jane@example.com", recipients: ["a@example.com", "b@example.com"])
      let outcome = await client.submit(
        Array("To: others@example.com\r\nSubject: x\r\n\r\n.one\r\n..two\r\n.\r\nlast".utf8),
        envelope: envelope)
      let taken = try peer.messages()
      guard case .accepted(let reply, []) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reply.code == 250 && reply.status == "2.0.0" && reply.text == "taken")
      #expect(taken.count == 1)
      #expect(
        taken.first?.recipients == ["a@example.com", "b@example.com"]
          && taken.first?.sender == "jane@example.com")
      #expect(taken.first?.tls == (way != "plain"))
      #expect(
        taken.first?.content
          == Data("To: others@example.com\r\nSubject: x\r\n\r\n.one\r\n..two\r\n.\r\nlast\r\n".utf8))
    }

    @Test func `a wrong password is refused`() async throws {
      let peer = try Peer("implicit", signIn: "password")
      let client = SubmissionClient(
        server: try Self.server(peer, "implicit"),
        signIn: .password(user: "jane@example.com", Credential(secret: "wrong-secret")))
      let outcome = await client.submit(
        Array("\r\nx".utf8),
        envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
      #expect(try peer.messages().isEmpty)
      guard case .refused(.reply(.signingIn, let reply)) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(reply.code == 535 && !"\(outcome)".contains("wrong-secret"))
    }

    @Test func `what smugglers end a message with arrives as text of the one message`() async throws {
      let peer = try Peer("plain")
      let client = SubmissionClient(server: try Self.server(peer, "plain"), signIn: .none)
      let envelope = try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"])
      let ends = [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r\n.\r\n", "\r\n\0.\r\n", "\n\n.\r\n",
        "\r\r\n.\r\n",
      ]
      for end in ends {
        let outcome = await client.submit(
          Array(
            "Subject: x\r\n\r\none\(end)MAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nevil"
              .utf8),
          envelope: envelope)
        guard case .accepted = outcome else {
          Issue.record("\(outcome)")
          continue
        }
      }
      let taken = try peer.messages()
      #expect(taken.count == ends.count && taken.allSatisfy { $0.sender == "a@b.example" })
      #expect(taken.allSatisfy { String(decoding: $0.content, as: UTF8.self).hasSuffix("evil\r\n") })
    }

    @Test func `recipients that are refused are named, and none is a refusal`() async throws {
      let peer = try Peer("plain")
      let client = SubmissionClient(server: try Self.server(peer, "plain"), signIn: .none)
      let mail = Array("Subject: x\r\nBcc: hidden@example.com\r\n\r\nx".utf8)
      let some = await client.submit(
        mail,
        envelope: try SubmissionEnvelope(
          sender: "a@b.example", recipients: ["never@b.example", "c@d.example"]))
      guard case .accepted(_, let refused) = some else {
        Issue.record("\(some)")
        return
      }
      #expect(refused.map(\.address) == ["never@b.example"] && refused.first?.reply.status == "5.1.1")
      let never = await client.submit(
        mail, envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["never@b.example"]))
      guard case .refused(.recipients) = never else {
        Issue.record("\(never)")
        return
      }
      let later = await client.submit(
        mail,
        envelope: try SubmissionEnvelope(
          sender: "a@b.example", recipients: ["never@b.example", "later@b.example"]))
      guard case .unavailable(.recipients) = later else {
        Issue.record("\(later)")
        return
      }
      let not = await client.submit(
        Array("X-Refuse: yes\r\n\r\nx".utf8),
        envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
      guard case .refused(.reply(.message, _)) = not else {
        Issue.record("\(not)")
        return
      }
      let large = await client.submit(
        Array(String(repeating: "x\r\n", count: 50_000).utf8),
        envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
      #expect(large == .refused(.messageTooLarge(limitBytes: 100_000)))
      #expect(try peer.messages().map(\.recipients) == [["c@d.example"]])
    }

    @Test func `addresses and headers beyond ASCII are announced`() async throws {
      let peer = try Peer("plain")
      let client = SubmissionClient(server: try Self.server(peer, "plain"), signIn: .none)
      _ = await client.submit(
        Array("Subject: x\r\n\r\nGrüße".utf8),
        envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
      _ = await client.submit(
        Array("Subject: x\r\n\r\nx".utf8),
        envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["jürgen@d.example"]))
      let taken = try peer.messages()
      #expect(taken.map { $0.options.contains("SMTPUTF8") } == [false, true])
      #expect(taken.map { $0.options.contains("BODY=8BITMIME") } == [true, false])
    }

    @Test func `a certificate of nobody's, or of another name, gets nothing`() async throws {
      let peer = try Peer("implicit", signIn: "password")
      for server in [
        try SubmissionServer(host: "localhost", port: peer.port),
        try SubmissionServer(host: "127.0.0.1", port: peer.port, trust: .certificates(peer.certificate)),
      ] {
        let outcome = await SubmissionClient(server: server, signIn: Self.password).submit(
          Array("\r\nx".utf8),
          envelope: try SubmissionEnvelope(sender: "a@b.example", recipients: ["c@d.example"]))
        #expect(outcome == .unavailable(.tls))
      }
      #expect(try peer.messages().isEmpty)
    }
  }
}
