import Foundation
import Testing

@testable import MIME

@Suite struct WritingTests {
  private static func mail(_ subject: String = "x", text: String = "Hello.\n") throws -> OutgoingMail {
    OutgoingMail(
      from: try #require(MailAddress(name: "Jane", address: "jane@example.com")),
      to: [try #require(MailAddress(address: "to@example.com"))],
      bcc: [try #require(MailAddress(address: "secret@example.com"))], subject: subject,
      date: MailDate(secondsSince1970: 880_127_706, offsetMinutes: -360),
      messageID: try #require(MessageID("effect-1@example.com")), text: text)
  }

  @Test func `a message is written as it stands here`() throws {
    let bytes = try Self.mail().bytes(bcc: .omitted)
    #expect(
      bytes.text
        == """
        Date: Fri, 21 Nov 1997 09:55:06 -0600
        From: Jane <jane@example.com>
        To: to@example.com
        Subject: x
        Message-ID: <effect-1@example.com>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Hello.

        """.replacing("\n", with: "\r\n"))
    #expect(try Self.mail().bytes(bcc: .kept).text.contains("\r\nBcc: secret@example.com\r\n"))
    #expect(try Self.mail().recipients == ["to@example.com", "secret@example.com"])
  }

  @Test(arguments: [
    "plain", "Grüße aus Köln", "日本語" + String(repeating: "語", count: 300), "=?utf-8?q?literal?=", " leading",
    "two  blanks",
    String(repeating: "long ", count: 300) + "end", String(repeating: "x", count: 3_000), "😀 emoji 👩‍👩‍👧",
  ])
  func `what is written is read back, here and by Python`(subject: String) throws {
    var mail = try Self.mail(subject, text: subject + "\nFrom here\n.\n\ttab \n" + subject)
    mail.from.name = subject
    mail.html = "<p>\(subject)</p>"
    for html in [nil, mail.html] {
      mail.html = html
      let bytes = try mail.bytes(bcc: .omitted)
      #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 999 && $0.last == 0x0D })
      #expect(bytes.allSatisfy { $0 < 0x80 })
      let message = MailMessage(bytes)
      #expect(message.subject ?? "" == subject && message.from.first?.name == mail.from.name)
      #expect(message.messageID == mail.messageID && message.date == mail.date && message.defects == [])
      let texts = message.parts.filter { $0.contentType.type == "text" }.map { message.text(of: $0).text }
      #expect(texts.first?.trimmingCharacters(in: .newlines) == mail.text)
      #expect(texts.count == (html == nil ? 1 : 2))
      #expect(try Self.subjectByPython(bytes) == subject)
    }
  }

  private static func subjectByPython(_ bytes: [UInt8]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sys, email, email.policy as p\nm = email.message_from_bytes(sys.stdin.buffer.read(), policy=p.default)\n"
        + "assert not m.defects and m['from'].addresses[0].addr_spec == 'jane@example.com'\nsys.stdout.buffer.write(m['subject'].encode())",
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: result, as: UTF8.self)
  }

  @Test(arguments: ["\r\nBcc: evil@example.com", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{1B}"])
  func `no value begins a line of its own`(text: String) throws {
    var mail = try Self.mail("x\(text)y")
    #expect(throws: MailCompositionError.controlCharacter(field: "Subject")) { try mail.bytes(bcc: .omitted) }
    mail = try Self.mail()
    mail.from.name = "x\(text)"
    #expect(throws: MailCompositionError.controlCharacter(field: "From")) { try mail.bytes(bcc: .omitted) }
    for broken in [
      MailAddress(localPart: "a\(text)", domain: "b.example"),
      MailAddress(localPart: "a", domain: "b\(text)"),
      MailAddress(localPart: "a", domain: ""), MailAddress(localPart: "", domain: "b.example"),
      MailAddress(localPart: "a", domain: "b.example>, c@d.example"),
    ] {
      mail = try Self.mail()
      mail.to = [broken]
      #expect(throws: MailCompositionError.notAnAddress(field: "To")) { try mail.bytes(bcc: .omitted) }
    }
    mail = try Self.mail()
    mail.autoSubmitted = .other("x\(text)")
    #expect(throws: MailCompositionError.controlCharacter(field: "Auto-Submitted")) {
      try mail.bytes(bcc: .omitted)
    }
    #expect(MessageID("a\(text)b@c")?.text.utf8.allSatisfy { $0 > 0x20 } ?? true)
  }

  @Test func `a reply stays in its thread and takes nothing hidden along`() throws {
    let references = (0..<100).map { "<\($0)@example.com>" }.joined(separator: "\r\n ")
    let original = MailMessage(
      Array(
        "From: a@example.com\r\nReply-To: Eve <e@example.com>\r\nSubject: =?utf-8?q?x=0D=0ABcc:_y=E2=80=8B?=\r\nMessage-ID: <last@example.com>\r\nReferences: \(references)\r\n\r\nhi"
          .utf8))
    var reply = OutgoingMail(
      replyingTo: original, from: try #require(MailAddress(address: "me@example.com")),
      date: MailDate(secondsSince1970: 0), messageID: try #require(MessageID("r@example.com")), text: "ok")
    reply.autoSubmitted = .replied
    let read = MailMessage(try reply.bytes(bcc: .omitted))
    #expect(
      read.to.map(\.address) == ["e@example.com"] && read.subject == "Re: x  Bcc: y" && read.bcc.isEmpty)
    #expect(read.inReplyTo.map(\.text) == ["last@example.com"] && read.autoSubmitted == .replied)
    #expect(
      read.references.count == OutgoingMail.mostReferences && read.references.first?.text == "0@example.com")
    #expect(read.references.last?.text == "last@example.com")
  }
}
