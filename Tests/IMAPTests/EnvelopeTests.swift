import Testing

@testable import IMAP

/// What becomes of envelopes and structures between when they come and when they are read.
@Suite struct EnvelopeTests {
  private func message(_ items: String, limits: ResponseLimits = ResponseLimits()) throws -> FetchResponse {
    guard case .fetch(let message) = try #require(try all("* 1 FETCH (\(items))\r\n", limits: limits).first)
    else {
      throw ResponseTests.Missing()
    }
    return message
  }

  private static let rest = "NIL NIL NIL NIL NIL NIL NIL"

  @Test(arguments: [
    #""a \"b\" \\ c""#, #""\a \"b\" \\ \c""#, "{9}\r\na \"b\" \\ c", "~{9}\r\na \"b\" \\ c",
    "{9+}\r\na \"b\" \\ c",
  ])
  func `a string is the same however it is written, and so is what it is in`(written: String) throws {
    let read = try message("ENVELOPE (NIL \(written) \(Self.rest) \(written)) UID 7")
    let plain = try message("UID 7 ENVELOPE (nil {9}\r\na \"b\" \\ c \(Self.rest) \(written))")
    #expect(read.envelope?.subject == WireText(#"a "b" \ c"#.utf8))
    #expect(read == plain && read.hashValue == plain.hashValue)
    #expect(read.envelope?.messageID == read.envelope?.subject)
    #expect(try read != message("UID 7 ENVELOPE (NIL \"a\" \(Self.rest) \(written))"))
    #expect(try read != message("UID 7"))
  }

  @Test func `structures are equal by what they say`() throws {
    let one = try message(
      #"BODYSTRUCTURE ("TEXT" "Pl\ain" ("CharSet" "UTF-8") NIL NIL "7BIT" 1 2 "md5" ("INLINE" NIL) NIL)"#)
    let other = try message(
      "BODY ({4}\r\ntext \"plain\" (\"charset\" {5}\r\nUTF-8) NIL \"about\" \"7bit\" 1 2 NIL (\"inline\" NIL))"
    )
    #expect(one == other && one.hashValue == other.hashValue)
    guard case .single(let part) = one.structure else { throw ResponseTests.Missing() }
    #expect(part.type == "text" && part.subtype == "plain" && part.encoding == "7bit")
    #expect(part.parameters == [.init(name: "charset", value: WireText("UTF-8".utf8))])
    #expect(part.disposition == "inline" && part.bytes == 1 && part.lines == 2)
  }

  @Test(arguments: [#""message" "rfc822""#, #""MESSAGE" "Global""#, #""mess\age" "{6}"#])
  func `a message in a message is known by its type, however it is written`(type: String) throws {
    let type = type.replacing("{6}", with: "rfc\\822\"")
    let inner = "(NIL \"in\" \(Self.rest) NIL) (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1) 4"
    let read = try message("BODYSTRUCTURE (\(type) NIL NIL NIL NIL 9 \(inner))")
    guard case .message(let part, let envelope, .single(let body)) = read.structure else {
      throw ResponseTests.Missing()
    }
    #expect(part.type == "message" && part.encoding == "" && part.lines == 4)
    #expect(envelope.subject == WireText("in".utf8) && body.subtype == "plain")
  }

  @Test func `sender and reply-to are read by themselves where they are not the same as from`() throws {
    let from = #"((NIL NIL "a" "x.example"))"#
    let more = #"((NIL NIL "a" "x.example")(NIL NIL "b" "x.example"))"#
    let read = try message("ENVELOPE (NIL NIL \(from) \(more) \(from) NIL NIL NIL NIL NIL)").envelope
    #expect(read?.from.count == 1 && read?.replyTo == read?.from)
    #expect(read?.sender.map(\.mailbox) == [WireText("a".utf8), WireText("b".utf8)])
    #expect(throws: ResponseError.self) {
      try message("ENVELOPE (NIL NIL NIL NILX NIL NIL NIL NIL NIL NIL)")
    }
  }

  @Test func `of a message no more is kept than what was asked for`() throws {
    let envelope = "(NIL {3}\r\nsub \(Self.rest) \"<1@x.example>\")"
    let structure = #"("text" "plain" NIL NIL NIL "7bit" 100000 1)"#
    let body = "BODY[] {100000}\r\n\(String(repeating: "x", count: 100_000))"
    let read = try message("\(body) ENVELOPE \(envelope) \(body) BODYSTRUCTURE \(structure) \(body)")
    #expect(read.written.envelopeBytes.elementsEqual(envelope.utf8))
    #expect(read.written.structureBytes.elementsEqual(structure.utf8))
    // What a string is a slice of, and so keeps, is that too.
    let messageID = try #require(read.envelope?.messageID)
    #expect(messageID.startIndex == envelope.utf8.count - messageID.count - 2)
    // A hundred thousand of them are held while a mailbox is brought up to date.
    #expect(MemoryLayout<FetchResponse>.stride <= 112)
  }

  @Test func `what is within wide limits can be read`() throws {
    let part = #"("text" "plain" NIL NIL NIL "7bit" 1 1)"#
    let deep = String(repeating: "(", count: 200) + part + String(repeating: #" "mixed")"#, count: 200)
    let wide = "(" + String(repeating: part, count: 1000) + #" "mixed")"#
    let limits = ResponseLimits(nesting: 201, elements: 1000)
    #expect(try message("BODYSTRUCTURE \(deep)", limits: limits).structure?.parts.first?.part.count == 200)
    #expect(try message("BODYSTRUCTURE \(wide)", limits: limits).structure?.parts.count == 1000)
    #expect(throws: ResponseError.nestedTooDeep(limit: 200)) {
      try message("BODYSTRUCTURE \(deep)", limits: ResponseLimits(nesting: 200))
    }
    let recipients = "(\(String(repeating: #"(NIL NIL "a" "b")"#, count: 1000)))"
    for (text, list) in [
      ("BODYSTRUCTURE \(wide)", 999), ("ENVELOPE (NIL NIL NIL NIL NIL \(recipients) NIL NIL NIL NIL)", 999),
    ] {
      #expect(throws: ResponseError.tooManyElements(limit: list)) {
        try message(text, limits: ResponseLimits(elements: list))
      }
    }
  }
}
