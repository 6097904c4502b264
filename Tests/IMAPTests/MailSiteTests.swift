import Foundation
import MailSite
import TestCorpus
import Testing

@testable import IMAP

@Suite(.serialized) struct MailSiteTests {
  @Test func `it is reached under TLS, by STARTTLS and in the clear, and what is delivered is there`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "m"))
    try await site.whileServing {
      let date = Date(timeIntervalSince1970: 1_790_000_000)
      try site.deliver(message(1), to: "alice", date: date)
      try site.deliver(message(2), to: "alice", mailbox: "Archive")
      for way in MailSite.Way.allCases {
        try await IMAPClient.with(site.account("alice", by: way)) { client in
          let inbox = try await client.open(.inbox)
          let found = try #require(try await inbox.fetch([1], .internalDate + .section(.whole)).first)
          #expect(found.bytes(of: .whole) == message(1))
          #expect(found.internalDate?.secondsSince1970 == 1_790_000_000)
          #expect(try await client.open("Archive").find(messageID: "<2@a.example>") == [1])
        }
      }
    }
    // What was there is there when it runs again.
    let again = try await MailSite(in: directory.url.appending(path: "m"))
    try await again.whileServing {
      try await IMAPClient.with(again.account("alice")) { client in
        let count = try await client.open(.inbox).exists
        #expect(count == 1)
      }
    }
  }

  @Test func `who is not trusted, or goes by another name, is sent no password; a wrong one is refused`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "m"))
    try await site.whileServing {
      var wrong = site.account("alice")
      wrong.signIn = .password(user: "alice", MailSecret("guess"))
      await #expect(throws: IMAPError.signInRefused(.authenticationFailed)) {
        _ = try await IMAPClient.connect(wrong)
      }
      for way in [MailSite.Way.tls, .startTLS] {
        var stranger = site.account("alice", by: way)
        stranger.security = way == .tls ? .tls() : .startTLS()
        await #expect {
          _ = try await IMAPClient.connect(stranger)
        } throws: { error in
          if case .insecure? = error as? IMAPError { true } else { false }
        }
      }
      // No name of this certificate.
      var other = site.account("alice")
      other.host = "127.0.0.2"
      await #expect(throws: IMAPError.self) { _ = try await IMAPClient.connect(other) }
    }
  }

  @Test func `a mailbox that was made anew is begun with anew`() async throws {
    let directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "m"))
    try await site.whileServing {
      let state = try await IMAPClient.with(site.account("alice")) { client in
        try await client.create("Later")
        for number in 1...3 { try await client.append(message(number), to: "Later") }
        return try await client.sync("Later", since: nil).changes.state
      }
      #expect(state.known == [1, 2, 3])
      try FileManager.default.removeItem(atPath: site.path("mail/alice/.Later"))
      // Dovecot counts generations in seconds.
      try await Task.sleep(for: .milliseconds(1100))
      try await IMAPClient.with(site.account("alice")) { client in
        try await client.create("Later")
        try await client.append(message(3), to: "Later")
        guard case .restarted(let now) = try await client.sync("Later", since: state).changes else {
          Issue.record("not noticed")
          return
        }
        #expect(now.known == [1] && now.uidValidity != state.uidValidity)
        // What was moved from the one of before is not looked for in the one of now.
        let receipt = MoveReceipt(
          from: .inbox, fromValidity: now.uidValidity, to: "Later", toValidity: state.uidValidity,
          uids: try #require(UIDMap(from: [5...5], to: [1...1])))
        #expect(try await client.putBack([receipt]).first?.gone == [5])
        #expect(try await client.open("Later").exists == 1)
      }
    }
  }

  @Test(arguments: ["", "../alice", "a/b", ".hidden", "a b", "a\nb"])
  func `mail is delivered to users only`(user: String) async throws {
    let directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "m"))
    #expect(throws: MailSiteError.self) { try site.deliver(message(1), to: user) }
  }
}
