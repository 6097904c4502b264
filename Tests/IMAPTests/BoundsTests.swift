import Testing

@testable import IMAP

/// What is not sent to a server, and what is not taken from one.
@Suite struct BoundsTests {
  @Test(arguments: [
    SignIn.password(user: "me\n", MailSecret("x")), .password(user: "me", MailSecret("x\0")),
    .xoauth2(user: "me\u{1}auth=Bearer other", token: MailSecret("x")),
    .oauthBearer(user: "me", token: MailSecret("x\u{1}")),
  ])
  func `a name or secret with a control character is not sent`(signIn: SignIn) async throws {
    let able = FakeServer.able + " AUTH=XOAUTH2 AUTH=OAUTHBEARER"
    try await FakeServer.with(greeting: "* OK [CAPABILITY \(able)] hello\r\n") { server in
      await #expect {
        try await IMAPClient.connect(server.account(.loopback, signIn))
      } throws: { if case .invalid? = $0 as? IMAPError { true } else { false } }
      #expect(server.lines.isEmpty)
    }
  }

  @Test func `a search that names more messages than there are is refused`() async throws {
    try await FakeServer.with(answer: { line in
      if line.contains("UID SEARCH") {
        let tag = line.split(separator: " ")[0]
        let all = line.contains(" ALL") ? "1:4294967295" : "1:3"
        return .say("* ESEARCH (TAG \"\(tag)\") UID ALL \(all)\r\n% OK done\r\n")
      }
      return FakeServer.usual(line)
    }) { server in
      let client = try await IMAPClient.connect(server.account())
      let inbox = try await client.open(.inbox)
      await #expect {
        try await inbox.search(.all)
      } throws: { error in
        if case .unanswered("UID SEARCH", .malformed)? = error as? IMAPError { true } else { false }
      }
      #expect(try await inbox.search(.unseen) == [1, 2, 3])
      await client.logout()
    }
  }
}
