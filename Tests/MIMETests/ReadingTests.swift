import Foundation
import Testing

@testable import MIME

@Suite struct ReadingTests {
  private static func message(_ lines: String...) -> MailMessage {
    MailMessage(Array(lines.joined(separator: "\r\n").utf8))
  }

  @Test func `parts have the numbers that IMAP gives them`() {
    let message = MailMessage(Array(HostileTests.sample.utf8))
    #expect(message.parts.map(\.section) == ["TEXT", "1", "1.1", "1.2", "2", "2.1", "3"])
    #expect(message.part("2.1").map { message.text(of: $0).text } == "text")
    #expect(MailMessage(Array("\r\nx".utf8)).root.section == "1")
    let nested = Self.message(
      "Content-Type: message/rfc822", "", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x",
      "--b--")
    #expect(nested.parts.map(\.section) == ["1", "1.TEXT", "1.1"])
  }

  @Test func `files are named and measured, not opened`() throws {
    let message = MailMessage(Array(HostileTests.sample.utf8))
    let files = message.attachments
    #expect(files.map(\.section) == ["2", "3"])
    #expect(
      files.last
        == MailAttachment(section: "3", name: "x.pdf", type: "application/pdf", size: 5, isInline: false))
  }

  @Test func `raw bytes of fields are kept, repeated ones too`() {
    let message = MailMessage(Array("X: a\r\n\tb\r\nx:c\r\n\r\n".utf8))
    #expect(
      message.headers.all("x").map { Array($0.rawBytes) } == [Array("X: a\r\n\tb".utf8), Array("x:c".utf8)])
    #expect(message.headers.fields.map(\.value) == ["a\tb", "c"])
  }

  @Test func `what a list says of itself is read`() {
    let message = Self.message(
      "List-Id: =?utf-8?q?Caf=C3=A9?= <news.example.com>",
      "List-Unsubscribe: <mailto:u@example.com?subject=x>, <javascript:alert(1)>, <https://example.com/u?a=b>",
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Precedence: Bulk",
      "Auto-Submitted: auto-replied (x)", "", "")
    #expect(message.list.id == "news.example.com" && message.list.name == "Café")
    #expect(message.list.unsubscribe == ["mailto:u@example.com?subject=x", "https://example.com/u?a=b"])
    #expect(message.list.oneClick && message.precedence == "bulk" && message.autoSubmitted == .replied)
    let plain = Self.message(
      "List-Unsubscribe: <http://example.com/u>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "", "")
    #expect(!plain.list.oneClick && plain.autoSubmitted == nil)
  }

  @Test func `only the own server's topmost word on the sender counts`() throws {
    let message = Self.message(
      "Authentication-Results: other.example; dkim=pass header.d=evil.example",
      "Authentication-Results: MX.example.com 1; dkim=fail (bad) reason=\"body; hash\" header.d=bank.example; spf=none smtp.mailfrom=a@b.example",
      "Authentication-Results: mx.example.com; dkim=pass header.d=bank.example", "", "")
    let results = try #require(message.authentication(by: "mx.example.com"))
    #expect(results.result(of: "dkim") == "fail" && results.result(of: "spf") == "none")
    #expect(results.results.first?.reason == "body; hash")
    #expect(results.results.first?.properties == ["header.d": "bank.example"])
    #expect(message.authentication(by: "example.com") == nil)
    let none = Self.message("Authentication-Results: mx.example.com; none", "", "")
    #expect(none.authentication(by: "mx.example.com")?.results == [])
  }

  @Test func `plain text is preferred, unless it says nothing`() {
    let both = Self.message(
      "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "plain", "--b",
      "Content-Type: text/html", "", "<p>html", "--b--")
    #expect(both.readableText().text == "plain" && both.readableText().source == .plain(section: "1"))
    let empty = Self.message(
      "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "  ", "--b",
      "Content-Type: text/html", "", "<p>html", "--b--")
    #expect(empty.readableText().text == "html" && empty.readableText().source == .html(section: "2"))
  }

  @Test func `characters that nobody sees are left out and counted`() {
    let text = "a\u{200B}b\u{202E}c\u{E0041}\u{E0042}d\u{FE0F}e\u{7}f"
    let read = HiddenCharacters.removed(from: text)
    #expect(read.text == "abcdef")
    #expect(read.hidden.zeroWidth == 1 && read.hidden.bidirectional == 1 && read.hidden.tags == 2)
    #expect(read.hidden.variationSelectors == 1 && read.hidden.controls == 1)
    let message = MailMessage(Array("Content-Type: text/plain; charset=utf-8\r\n\r\n\(text)".utf8))
    #expect(message.readableText().text == "abcdef" && message.readableText().hidden == read.hidden)
  }

  @Test func `an unknown character set is marked`() {
    let message = MailMessage(Array("Content-Type: text/plain; charset=x-none\r\n\r\n".utf8) + [0x61, 0xFF])
    let text = message.text(of: message.root)
    #expect(text.isLossy && text.text == "a\u{FFFD}" && text.defects.contains(.unknownCharset))
  }

  @Test(arguments: [
    ("Thanks.\n\nOn Fri, 21 Nov 1997 Jane wrote:\n> old\n> text\n", "Thanks.", "old", nil),
    ("Yes.\n-- \nJane\nACME", "Yes.", "", "Jane\nACME"),
    ("Yes.\n\n-----Original Message-----\nFrom: x\nold", "Yes.", "old", nil),
    ("Yes.\n\nFrom: Jane\nSent: Friday\nTo: x\nSubject: y\n\nold", "Yes.", "old", nil),
    ("> q1\nanswer one\n> q2\nanswer two", "answer one\nanswer two", "q2", nil),
    ("From: here to there\nis far", "From: here to there\nis far", "", nil),
    ("plain", "plain", "", nil),
  ])
  func `what is new is told from what is quoted and from the signature`(
    text: String, fresh: String, quoted: String, signature: String?
  ) {
    let parts = QuotedReply(text)
    #expect(parts.fresh == fresh && parts.signature == signature)
    #expect(quoted.isEmpty ? parts.quoted.isEmpty : parts.quoted.contains(quoted))
  }

  /// Prints how fast; no figure passes or fails. In a debug build it is of no use: `swift test -c release`.
  @Test func `reading is measured`() {
    let line = "This is a line of an ordinary message, as long as such lines are.\r\n"
    let html = "<p>This is a <b>line</b> of an ordinary <a href=\"https://example.com/\">message</a>.</p>\r\n"
    let file = Data(repeating: 0x5A, count: 18_000).base64EncodedString(options: .lineLength76Characters)
    let bytes = Array(
      ("From: Jane <jane@example.com>\r\nTo: a@example.com, b@example.com\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
        + String(repeating: "X-Trace: something of middling length that servers add\r\n", count: 30)
        + "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
        + "--i\r\n\r\n" + String(repeating: line, count: 120) + "--i\r\nContent-Type: text/html\r\n\r\n"
        + String(repeating: html, count: 160) + "--i--\r\n--o\r\nContent-Type: application/pdf\r\n"
        + "Content-Transfer-Encoding: base64\r\n\r\n\(file)\r\n--o--\r\n").utf8)
    func speed(_ times: Int, _ work: () -> Void) -> Int {
      let time = ContinuousClock().measure { for _ in 0..<times { work() } }
      return Int(Double(bytes.count * times) / 1e6 / (time / .seconds(1)))
    }
    let message = MailMessage(bytes)
    let tree = speed(200) { #expect(MailMessage(bytes).root.children.count == 2) }
    let text = speed(50) { #expect(!message.readableText().text.isEmpty) }
    let whole = MailMessage(
      message.part("1.2").map {
        Array("Content-Type: text/html\r\n\r\n".utf8) + message.content(of: $0).bytes
      } ?? [])
    let converted = speed(20) { #expect(!whole.readableText().text.isEmpty) }
    print(
      "MIME: message of \(bytes.count / 1000) kB: tree and header \(tree) MB/s, readable text \(text) MB/s, HTML to text \(converted) MB/s of the whole message's size"
    )
  }
}
