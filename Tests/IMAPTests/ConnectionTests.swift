import Foundation
import NIOSSL
import Synchronization
import TestCorpus
import Testing

@testable import IMAP
@testable import MailSite

@Suite struct ConnectionTests {
  private static let quick = IMAPLimits(
    connect: .seconds(20), silence: .seconds(20))

  /// The error of what has to fail.
  private func failure(_ body: () async throws -> Void) async -> IMAPError? {
    do {
      try await body()
      Issue.record("nothing failed")
      return nil
    } catch {
      return error as? IMAPError
    }
  }

  @Test(arguments: [
    "mail.example", "127.evil.example", "10.0.0.1", "192.0.2.1", "::2", "127.0.0.1.evil.example",
  ])
  func `in the clear no other machine is connected to`(host: String) async {
    let account = IMAPAccount(
      host: host, port: 1, security: .loopback, signIn: .password(user: "me", MailSecret("secret")))
    let error = await failure { _ = try await IMAPClient.connect(account) }
    guard case .insecure? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    "% OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", "% OK begin\r\n* OK x",
    "% OK begin\r\nA3 OK [CAPABILITY X] in\r\n",
    "% OK begin\r\n ",
  ])
  func `what is put into the clear after STARTTLS ends the connection before a password is sent`(
    injected: String
  ) async throws {
    let identity = try await Identity()
    try await FakeServer.with(
      greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello\r\n", security: identity.context,
      answer: { line in
        line.contains("STARTTLS")
          ? .secure(injected) : .say("* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n% OK x\r\n")
      }
    ) { server in
      let error = await failure {
        _ = try await IMAPClient.connect(
          server.account(.startTLS(certificateAuthorities: identity.authority)), limits: Self.quick)
      }
      guard case .insecure(let reason)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("after STARTTLS") && server.lines.contains("A2 STARTTLS"))
      #expect(!server.lines.contains { $0.contains("AUTHENTICATE") || $0.contains("LOGIN") })
    }
  }

  @Test(arguments: [
    ("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] no TLS\r\n", "% OK\r\n"),
    ("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] in\r\n", "% OK\r\n"),
    ("* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n", "% NO not now\r\n"),
    ("* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n", "% BAD what\r\n"),
  ])
  func `without TLS where it is wanted nothing secret is sent`(greeting: String, answer: String) async throws
  {
    try await FakeServer.with(
      greeting: greeting,
      answer: {
        $0.contains("STARTTLS") ? .say(answer) : .say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n% OK x\r\n")
      }
    ) { server in
      let error = await failure {
        _ = try await IMAPClient.connect(server.account(.startTLS()), limits: Self.quick)
      }
      #expect(error != nil)
      #expect(!server.lines.contains { $0.contains("AUTHENTICATE") || $0.contains("LOGIN") })
    }
  }

  @Test func `what the server can do is asked again after TLS and after the sign-in`() async throws {
    let identity = try await Identity()
    try await FakeServer.with(
      greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS MOVE AUTH=PLAIN SASL-IR] hello\r\n",
      security: identity.context,
      answer: { line in
        if line.contains("STARTTLS") { return .secure("% OK go\r\n") }
        if line.contains("AUTHENTICATE") { return .say("+ \r\n") }
        if !line.contains(" ") { return .say("A4 OK in\r\n") }
        let isSecure = line.hasPrefix("A1 ") ? "STARTTLS MOVE SASL-IR " : ""
        return .say("* CAPABILITY IMAP4rev1 \(isSecure)AUTH=PLAIN\r\n% OK x\r\n")
      }
    ) { server in
      let client = try await IMAPClient.connect(
        server.account(.startTLS(certificateAuthorities: identity.authority)))
      #expect(client.capabilities == [.imap4rev1, .plain])
      let asked = server.lines.filter { $0.contains("CAPABILITY") }
      #expect(asked.map { $0.prefix(2) } == ["A1", "A3", "A5"])
      // Without SASL-IR under TLS, whatever was said in the clear.
      #expect(server.lines.contains { $0.hasSuffix("AUTHENTICATE PLAIN") })
      client.close()
    }
  }

  @Test func `a password goes as PLAIN at once, when asked, or by LOGIN`() async throws {
    let ways = [
      ("SASL-IR AUTH=PLAIN", ["AUTHENTICATE PLAIN AG1lAHBhc3Mgd29yZA=="]),
      ("AUTH=PLAIN", ["AUTHENTICATE PLAIN", "AG1lAHBhc3Mgd29yZA=="]), ("", ["LOGIN \"me\" \"pass word\""]),
    ]
    for (able, expected) in ways {
      try await FakeServer.with(
        greeting: "* OK [CAPABILITY IMAP4rev1 \(able)] x\r\n",
        answer: {
          $0.hasSuffix("PLAIN")
            ? .say("+ \r\n") : .say("\($0.contains(" ") ? "%" : "A1") OK [CAPABILITY IMAP4rev1] x\r\n")
        }
      ) { server in
        let client = try await IMAPClient.connect(server.account())
        client.close()
        let sent = server.lines.map { $0.hasPrefix("A1 ") ? String($0.dropFirst(3)) : $0 }
        #expect(sent == expected)
      }
    }
  }

  @Test(arguments: ["\r\nA2 LOGOUT", "é\u{0}", "\"; x", "\\\" OK"])
  func `a user name or password cannot end its line`(text: String) async throws {
    try await FakeServer.with(greeting: "* OK [CAPABILITY IMAP4rev1 LITERAL+] x\r\n") { server in
      let signIn = SignIn.password(user: text, MailSecret(text))
      try? await IMAPClient.connect(server.account(.loopback, signIn), limits: Self.quick).close()
      // As a literal's own bytes it may stand there, not as a line that no literal announced.
      for line in server.lines.dropFirst() where line == "A2 LOGOUT" {
        #expect(server.lines[0] == "A1 LOGIN {\(text.utf8.count)+}")
      }
      #expect(server.lines.allSatisfy { !$0.contains("x\" OK") })
      let first = server.lines.first ?? ""
      #expect(
        first.isEmpty || first.hasSuffix("}")
          || first.replacing("\\\\", with: "").replacing("\\\"", with: "").filter { $0 == "\"" }.count == 4)
    }
  }

  @Test
  func `a token goes as XOAUTH2 or OAUTHBEARER, and a challenge that says what is wrong with it is answered`()
    async throws
  {
    let ways: [(SignIn, String, String)] = [
      (.xoauth2(user: "me@x.example", token: MailSecret("s3cr3t")), "XOAUTH2", ""),
      (.oauthBearer(user: "me,=@x.example", token: MailSecret("s3cr3t")), "OAUTHBEARER", "AQ=="),
    ]
    for (signIn, name, reply) in ways {
      for hasInitial in [true, false] {
        let asked = Atomic(0)
        try await FakeServer.with(
          greeting: "* OK [CAPABILITY IMAP4rev1 AUTH=\(name)\(hasInitial ? " SASL-IR" : "")] x\r\n",
          answer: { line in
            let turn = asked.wrappingAdd(1, ordering: .relaxed).newValue + (hasInitial ? 1 : 0)
            if turn == 1 { return .say("+ \r\n") }
            return turn == 2
              ? .say("+ eyJzdGF0dXMiOiI0MDEifQ==\r\n") : .say("A1 NO [AUTHENTICATIONFAILED] x\r\n")
          }
        ) { server in
          let error = await failure { _ = try await IMAPClient.connect(server.account(.loopback, signIn)) }
          #expect(error == .signInRefused(.authenticationFailed))
          #expect(server.lines.last == reply)
          let sent = try #require(server.lines.dropLast().last?.split(separator: " ").last)
          let text = try #require(
            Data(base64Encoded: String(sent)).map { String(decoding: $0, as: UTF8.self) })
          #expect(text.contains("auth=Bearer s3cr3t\u{1}\u{1}"))
          #expect(
            text.hasPrefix(name == "XOAUTH2" ? "user=me@x.example\u{1}" : "n,a=me=2C=3D@x.example,\u{1}"))
          #expect(!"\(error as Any)".contains("s3cr3t"))
        }
      }
    }
  }

  @Test func `a change that was sent and not answered may have happened; one that was not sent did not`()
    async throws
  {
    try await FakeServer.with(answer: { $0.contains("MOVE") ? .close("") : FakeServer.usual($0) }) { server in
      let client = try await IMAPClient.connect(server.account())
      let inbox = try await client.open(.inbox, for: .changing)
      let moved = await failure { _ = try await inbox.move([1], to: "Archive") }
      #expect(moved == .uncertain(command: "UID MOVE", .closed) && moved?.mayHaveHappened == true)
      let again = await failure { _ = try await inbox.move([1], to: "Archive") }
      #expect(again == .notSent(command: "UID MOVE", .closed) && again?.mayHaveHappened == false)
    }
    try await FakeServer.with(answer: { $0.contains("FETCH") ? .nothing : FakeServer.usual($0) }) { server in
      let client = try await IMAPClient.connect(server.account(), limits: IMAPLimits(silence: .seconds(3)))
      let inbox = try await client.open(.inbox)
      let read = await failure { _ = try await inbox.fetch([1], .flags) }
      #expect(read == .unanswered(command: "UID FETCH", .timedOut(.seconds(3))))
    }
  }

  @Test func `a message whose literal the server never asked for was not appended`() async throws {
    let able = "IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS"
    for answer in ["", "+ go\r\n"] {
      try await FakeServer.with(
        greeting: "* OK [CAPABILITY \(able)] x\r\n",
        answer: { line in
          if line.contains("APPEND") { return answer.isEmpty ? .close("") : .say(answer) }
          if line.contains("AUTHENTICATE") { return .say("% OK [CAPABILITY \(able)] x\r\n") }
          return line == "hello" ? .close("") : .nothing
        }
      ) { server in
        let client = try await IMAPClient.connect(server.account())
        let error = await failure { try await client.append(Array("hello".utf8), to: "Drafts") }
        #expect(error?.mayHaveHappened == !answer.isEmpty)
        #expect(server.lines.contains { $0.hasSuffix("APPEND \"Drafts\" () {5}") })
      }
    }
  }

  @Test func `nothing is sent for a mailbox once another is open`() async throws {
    try await FakeServer.with { server in
      let client = try await IMAPClient.connect(server.account())
      let inbox = try await client.open(.inbox, for: .changing)
      _ = try await client.open("Archive", for: .changing)
      let error = await failure { _ = try await inbox.move([1], to: "Junk") }
      #expect(error == .mailboxClosed(.inbox))
      #expect(!server.lines.contains { $0.contains("MOVE") })
      await client.logout()
    }
  }

  @Test
  func `without MOVE or UIDPLUS nothing is moved, and nothing is changed in what was opened for reading`()
    async throws
  {
    for able in ["IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE"] {
      try await FakeServer.with(answer: {
        $0.contains("AUTHENTICATE") ? .say("% OK [CAPABILITY \(able)] x\r\n") : FakeServer.usual($0)
      }) { server in
        let client = try await IMAPClient.connect(server.account())
        let inbox = try await client.open(.inbox, for: .changing)
        let error = await failure { _ = try await inbox.move([1], to: "Junk") }
        #expect(error == .unsupported(command: "UID MOVE", needs: able.contains("MOVE") ? .uidPlus : .move))
        let reading = try await client.open(.inbox, for: .reading)
        let store = await failure { _ = try await reading.store(.add([.seen]), on: [1]) }
        guard case .invalid? = store else {
          Issue.record("\(String(describing: store))")
          return
        }
        #expect(!server.lines.contains { $0.contains("MOVE") || $0.contains("STORE") })
      }
    }
  }

  @Test func `an endless answer ends the connection, and is not kept`() async throws {
    let limits = IMAPLimits(answerBytes: 1 << 20)
    let flood = String(repeating: "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n", count: 60_000)
    try await FakeServer.with(answer: { $0.contains("FETCH") ? .say(flood) : FakeServer.usual($0) }) {
      server in
      let client = try await IMAPClient.connect(server.account(), limits: limits)
      let inbox = try await client.open(.inbox)
      let error = await failure { _ = try await inbox.fetch([1], .flags) }
      #expect(error == .unanswered(command: "UID FETCH", .tooMuch(limit: 1 << 20)))
    }
  }

  @Test func `nothing that reads can make a message seen`() async throws {
    try await FakeServer.with { server in
      let client = try await IMAPClient.connect(server.account())
      let inbox = try await client.open(.inbox, for: .changing)
      let sections: [BodySection] = [
        .whole, .header, .text, .fields(["Subject", "x] BODY[] (", "a\r\nb"]), .fields(["A"], part: [1, 2]),
        .part([1]),
        .partMIME([1]), .partHeader([2]), .partText([2]),
      ]
      for section in sections {
        _ = try await inbox.body(section, of: 1)
        _ = try await inbox.body(section, of: 1, bytes: 5..<70)
      }
      let all =
        FetchItems.flags + .envelope + .structure + .size + .internalDate + .headers(["To"])
        + .section(.whole)
      _ = try await inbox.fetch([1, 2], all)
      let fetches = server.lines.filter { $0.contains("FETCH") }
      #expect(fetches.count == sections.count * 2 + 1)
      for line in fetches {
        let asked = line.replacing("BODY.PEEK[", with: "")
        #expect(!asked.contains("BODY[") && !asked.contains("RFC822 ") && !asked.contains("RFC822.TEXT"))
      }
      #expect(fetches.contains { $0.contains("BODY.PEEK[1.2.HEADER.FIELDS (A)]<5.65>") })
      #expect(fetches.contains { $0.contains("(SUBJECT XBODY AB)") })
      await client.logout()
    }
  }

  @Test func `a cancelled task lets go of a wait for news and of a command`() async throws {
    try await FakeServer.with(answer: { line in
      if line.contains("IDLE") { return .say("+ idling\r\n") }
      if line == "DONE" { return .say("A4 OK done\r\n") }
      return FakeServer.usual(line)
    }) { server in
      let client = try await IMAPClient.connect(server.account())
      let inbox = try await client.open(.inbox)
      try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask {
          var count = 0
          for try await _ in inbox.events() { count += 1 }
          return count
        }
        while !server.lines.contains(where: { $0.contains("IDLE") }) {
          try await Task.sleep(for: .milliseconds(5))
        }
        group.cancelAll()
        #expect(try await group.next() == 0)
      }
      // The connection is as good as before.
      try await client.done(Command("NOOP"))
      #expect(server.lines.contains("DONE"))
      await client.logout()
    }
  }

  @Test func `a wait for news is renewed before servers end it, and gives way to other commands`()
    async throws
  {
    let limits = IMAPLimits(idleRenewal: .milliseconds(50))
    let tag = Mutex("")
    try await FakeServer.with(answer: { line in
      if line.contains("IDLE") {
        tag.withLock { $0 = String(line.split(separator: " ")[0]) }
        return .say("+ idling\r\n")
      }
      if line == "DONE" { return .say(tag.withLock { $0 } + " OK done\r\n") }
      if line.contains("NOOP") { return .say("* 4 EXISTS\r\n% OK done\r\n") }
      return FakeServer.usual(line)
    }) { server in
      let client = try await IMAPClient.connect(server.account(), limits: limits)
      let inbox = try await client.open(.inbox)
      async let first = {
        for try await event in inbox.events() { return event as MailboxEvent? }
        return nil
      }()
      while server.lines.filter({ $0.contains("IDLE") }).count < 3 {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(server.lines.filter { $0 == "DONE" }.count >= 2)
      _ = try await inbox.fetch([1], .flags)
      _ = try await client.done(Command("NOOP"))
      #expect(try await first == .exists(4))
      await client.logout()
    }
    #expect(IMAPLimits(idleRenewal: .seconds(3600)).idleRenewal < .seconds(29 * 60))
  }
}

/// A certificate for 127.0.0.1, by the mail site's own hand.
struct Identity {
  let context: NIOSSLContext
  let authority: String
  private let directory: TemporaryDirectory

  init() async throws {
    directory = try TemporaryDirectory()
    let site = try await MailSite(in: directory.url.appending(path: "s"))
    authority = site.certificateAuthority
    context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(site.path("tls/site.pem")).map {
          .certificate($0)
        },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: site.path("tls/site.key"), format: .pem))))
  }
}
