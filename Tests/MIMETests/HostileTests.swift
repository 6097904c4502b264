import Foundation
import Testing

@testable import MIME

/// Messages that are made to cost time, memory or a crash. What they are read as is looked at so that the work is done; that
/// it is linear shows in how long these tests do not take.
@Suite struct HostileTests {
  private static func read(_ text: String) -> MailMessage { read(Array(text.utf8)) }

  @discardableResult
  private static func read(_ bytes: [UInt8]) -> MailMessage {
    let message = MailMessage(bytes)
    _ = message.readableText()
    for part in message.parts where part.children.isEmpty { _ = message.text(of: part, limit: 10_000) }
    _ = message.attachments
    _ = message.authentication(by: "mx.example.com")
    return message
  }

  @Test func `a thousand multiparts in each other are read to the limit`() {
    var text = ""
    for level in 0..<1_000 {
      text += "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n"
    }
    let message = Self.read(text)
    #expect(message.parts.count == MIMELimits().depth + 1)
    #expect(message.defects.contains(.tooDeep(limit: MIMELimits().depth)))
  }

  @Test func `a thousand messages in each other are read to the limit`() {
    let message = Self.read(String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 1_000))
    #expect(message.parts.count == MIMELimits().depth + 1)
    #expect(message.defects.contains(.tooDeep(limit: MIMELimits().depth)))
  }

  @Test func `a hundred thousand parts are read to the limit`() {
    let message = Self.read(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + String(repeating: "--b\r\n\r\nx\r\n", count: 100_000))
    #expect(message.parts.count == MIMELimits().parts)
    #expect(message.defects.contains(.tooManyParts(limit: MIMELimits().parts)))
  }

  @Test func `a hundred thousand fields are read to the limit`() {
    let message = Self.read(String(repeating: "A: b\r\n", count: 100_000) + "\r\nbody")
    #expect(message.headers.fields.count == MIMELimits().fields)
    #expect(message.content(of: message.root).bytes == Array("body".utf8))
  }

  @Test func `a header of two megabytes is read to the limit, and the body is found`() {
    let message = Self.read(
      "Subject: x\r\n" + String(repeating: " " + String(repeating: "y", count: 70) + "\r\n", count: 30_000)
        + "From: late@example.com\r\n\r\nbody")
    #expect(message.defects.contains(.headerCut(limitBytes: MIMELimits().headerBytes)))
    #expect(message.from.isEmpty)
    #expect(message.content(of: message.root).bytes == Array("body".utf8))
  }

  @Test func `a message that is too long is cut`() {
    var limits = MIMELimits()
    limits.messageBytes = 30
    let message = MailMessage(
      Array("Subject: x\r\n\r\n\(String(repeating: "y", count: 100))".utf8), limits: limits)
    #expect(message.bytes.count == 30 && message.defects == [.messageCut(limitBytes: 30)])
  }

  static let bombs: [String] = [
    String(repeating: "(", count: 300_000),
    String(repeating: "(a", count: 100_000) + String(repeating: ")", count: 100_000),
    String(repeating: "()", count: 200_000),
    String(repeating: "\"", count: 300_001),
    String(repeating: "\\", count: 300_000),
    String(repeating: "<", count: 300_000),
    String(repeating: "[", count: 300_000),
    String(repeating: "@a,", count: 100_000),
    String(repeating: ",", count: 300_000),
    String(repeating: ":;", count: 150_000),
    String(repeating: "a@b.example,", count: 30_000),
    String(repeating: "=?utf-8?q?x", count: 30_000),
    String(repeating: "=?utf-8?q?x?= ", count: 20_000),
    String(repeating: "=?utf-8?b?", count: 30_000) + "?=",
    String(repeating: "=?a?q??=", count: 30_000),
    String(repeating: "<a@b>", count: 60_000),
    String(repeating: "; a=b", count: 60_000),
    (0..<20_000).map { "; n*\($0)*=%41" }.joined(),
    "text/plain" + String(repeating: "; a*0*=utf-8''x", count: 20_000),
    "text/plain;" + String(repeating: " a=\"", count: 60_000),
    "mx.example.com" + String(repeating: "; dkim=pass x=y", count: 20_000),
  ]

  @Test(arguments: bombs.indices)
  func `no field takes more time than its length`(index: Int) {
    let bomb = Self.bombs[index]
    let names = [
      "From", "Subject", "Content-Type", "Content-Disposition", "References", "Date", "List-Unsubscribe",
      "Authentication-Results", "List-Id", "Message-ID",
    ]
    let message = Self.read(names.map { "\($0): \(bomb)\r\n" }.joined() + "\r\nbody")
    // Ten of them are more than a header may have; the first ones were read.
    #expect(message.headers.fields.count >= 2)
    #expect(message.from.count <= MIMELimits().addresses)
    #expect(message.references.count <= MessageID.most)
  }

  @Test(arguments: [
    "<", "<a", "<!--", "<a href=\"", "<div>", "</div>", "<p>", "<td><tr>", "&", "&#", "&#x41", "&amp",
    "<style>",
    "<script>", "<a href=https://x.example>", "<blockquote>", "<b style=\"color:white\">x", "<li>", "<!",
    "<svg",
    "<style>.a{display:none}</style><p class=a>x", "=\r\n", "<img alt=x>",
  ])
  func `no HTML takes more time than its length`(piece: String) {
    let html = String(repeating: piece, count: 60_000 / piece.utf8.count * 4)
    let message = Self.read("Content-Type: text/html\r\n\r\n\(html)")
    #expect(message.readableText(limit: 5_000).text.utf8.count <= 10_000)
  }

  @Test func `boundaries that nearly match are no parts`() {
    let boundary = String(repeating: "a", count: 900)
    let message = Self.read(
      "Content-Type: multipart/mixed; boundary=\(boundary)\r\n\r\n"
        + String(repeating: "--\(boundary.dropLast())b\r\n", count: 2_000)
        + "--\(boundary)\r\n\r\nx\r\n--\(boundary)--")
    #expect(message.root.children.count == 1)
  }

  @Test func `messages cut at every byte are read`() throws {
    let whole = try #require(HostileTests.sample.data(using: .utf8))
    for end in 0...whole.count { Self.read(Array(whole.prefix(end))) }
    #expect(Self.read(Array(whole)).parts.count == 7)
  }

  @Test(arguments: 0..<8)
  func `damaged messages are read`(seed: Int) {
    var dice = Dice(seed: UInt64(seed))
    let whole = Array(HostileTests.sample.utf8)
    let pieces = [
      "=?", "?=", "\r\n", "\r\n\r\n", "--outer", "--inner--", "(", "\"", "<", ";", "=", "\0", "\u{E0041}",
      "Content-Type: ",
    ]
    .map { Array($0.utf8) }
    for _ in 0..<150 {
      var bytes = whole
      for _ in 0...Int(dice.next() % 12) {
        let place = Int(dice.next() % UInt64(bytes.count))
        switch dice.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: dice.next())
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: pieces[Int(dice.next() % UInt64(pieces.count))], at: place)
        default:
          let end = min(bytes.count, place + Int(dice.next() % 200))
          bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int(dice.next() % UInt64(bytes.count)))
        }
      }
      let message = Self.read(bytes)
      #expect(message.parts.allSatisfy { $0.bodyRange.upperBound <= message.bytes.count })
    }
  }

  /// Of everything a little.
  static let sample = """
    Received: from a by b; Fri, 21 Nov 1997 09:55:06 -0600
    From: =?utf-8?q?J=C3=BCrgen?= "M." (x (y)) <j@example.com>
    To: group: a@b.example, "c, d" <c@d.example>;, e@[192.0.2.1]
    Subject: =?utf-8?q?one=E2=82?= =?utf-8?q?=AC?= two
     three
    Date: Fri, 21 Nov 1997 09:55:06 -0600 (CST)
    Message-ID: <1@example.com>
    References: <a@b> <c@d>
    List-Unsubscribe: <https://example.com/u>, <mailto:u@example.com>
    Authentication-Results: mx.example.com; dkim=pass reason="ok" header.d=example.com; spf=fail
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="outer"

    preamble
    --outer
    Content-Type: multipart/alternative; boundary=inner

    --inner
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    caf=C3=A9 =
    soft
    --inner
    Content-Type: text/html; charset=iso-2022-jp

    <p style="display:none">hidden</p><a href="https://example.com">x</a>&amp;&#x41;<!-- c -->
    --inner--
    --outer
    Content-Type: message/rfc822

    Subject: inside

    text
    --outer
    Content-Type: application/pdf; name*0*=utf-8''a%20; name*1=b
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment; filename="x.pdf"

    aGVsbG8=
    --outer--
    """.replacing("\n", with: "\r\n")
}

/// SplitMix64.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
