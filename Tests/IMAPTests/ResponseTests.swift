import Foundation
import Testing

@testable import IMAP

/// What real servers said, byte by byte; Recording/record.py recorded it.
enum Recorded: String, CaseIterable {
  case dovecot, cyrus

  var bytes: [UInt8] {
    get throws {
      let url = try #require(Bundle.module.url(forResource: "Recorded/\(rawValue)", withExtension: "imap"))
      return Array(try Data(contentsOf: url))
    }
  }

  var responses: [Response] { get throws { try all(try bytes) } }
}

/// All responses in these bytes, which are appended in chunks that end where it is said.
func all(_ bytes: [UInt8], cutAt cuts: [Int] = [], limits: ResponseLimits = ResponseLimits()) throws
  -> [Response]
{
  var parser = ResponseParser(limits: limits)
  var found: [Response] = []
  var start = 0
  for end in cuts + [bytes.count] {
    parser.append(bytes[start..<end])
    start = end
    while let response = try parser.next() { found.append(response) }
  }
  return found
}

func all(_ text: String, limits: ResponseLimits = ResponseLimits()) throws -> [Response] {
  try all(Array(text.utf8), limits: limits)
}

@Suite struct ResponseTests {
  @Test(arguments: Recorded.allCases)
  func `every recorded response is read, and none is left over`(recorded: Recorded) throws {
    var parser = ResponseParser()
    parser.append(try recorded.bytes)
    var found: [Response] = []
    while let response = try parser.next() { found.append(response) }
    #expect(parser.pendingBytes == 0)
    let tags = found.compactMap { if case .tagged(let tag, _) = $0 { tag } else { nil } }
    #expect(tags.count >= 38 && Set(tags).count == tags.count)
    let fetched = found.compactMap { if case .fetch(let message) = $0 { message } else { nil } }
    let first = try #require(fetched.first { $0.envelope != nil })
    #expect(first.uid == 1 && first.size == 627 && first.flags?.system.contains(.seen) == true)
    #expect(first.internalDate?.secondsSince1970 == 1_793_523_600)
    #expect(
      first.envelope?.from == [
        EnvelopeAddress(
          name: WireText("A \"quoted\" B".utf8), mailbox: WireText("a".utf8), host: WireText("b.example".utf8)
        )
      ])
    #expect(first.envelope?.messageID == WireText("<1@b.example>".utf8))
    let parts = try #require(first.structure?.parts)
    #expect(parts.map(\.part) == [[1], [2], [2, 1], [3]])
    #expect(
      parts.map { "\($0.1.type)/\($0.1.subtype)" } == [
        "text/plain", "message/rfc822", "text/html", "application/octet-stream",
      ])
    #expect(parts.last?.1.disposition == "attachment" && parts.last?.1.encoding == "base64")
    #expect(parts.last?.1.dispositionParameters == [.init(name: "filename", value: WireText("a b.bin".utf8))])
    let whole = try #require(fetched.flatMap(\.sections).first { $0.section == .whole }?.bytes)
    #expect(whole.count == 627 && whole.suffix(8).elementsEqual("--xx--\r\n".utf8))
    let start = try #require(fetched.flatMap(\.sections).first { $0.section == .text })
    #expect(start.origin == 0 && start.bytes == Array("--xx\r\nC".utf8))
    #expect(fetched.flatMap(\.sections).contains { $0.section == .part([9]) && ($0.bytes ?? []).isEmpty })
    let codes = found.compactMap { response -> ResponseCode? in
      switch response {
      case .status(let status), .tagged(_, let status): status.code
      default: nil
      }
    }
    #expect(codes.contains(.modified([1, 2])) && codes.contains(.closed) && codes.contains(.readOnly))
    #expect(
      codes.contains {
        if case .copyUID(_, let map) = $0 { map.sources == [2, 3] && map.count == 2 } else { false }
      })
    #expect(codes.contains { if case .appendUID(_, let uids) = $0 { uids == [5] } else { false } })
    #expect(
      found.contains { if case .vanished(let uids, earlier: true) = $0 { uids == [2, 3] } else { false } })
    #expect(found.contains { if case .list(let listing) = $0 { listing.name == "été" } else { false } })
    #expect(
      found.contains { if case .list(let listing) = $0 { listing.specialUse == .archive } else { false } })
  }

  @Test(arguments: Recorded.allCases)
  func `a response is the same wherever its bytes are cut`(recorded: Recorded) throws {
    let bytes = try recorded.bytes
    let whole = try recorded.responses
    var parser = ResponseParser()
    var one: [Response] = []
    for byte in bytes {
      parser.append(CollectionOfOne(byte))
      while let response = try parser.next() { one.append(response) }
    }
    #expect(one == whole)
    // Each response by itself in every split in two; together they are every cut of all.
    var from = 0
    for end in try ends(of: bytes) {
      let part = Array(bytes[from..<end])
      let expected = try all(part)
      #expect(expected.count == 1)
      for cut in 1..<part.count { #expect(try all(part, cutAt: [cut]) == expected) }
      from = end
    }
  }

  private func ends(of bytes: [UInt8]) throws -> [Int] {
    var parser = ResponseParser()
    var ends: [Int] = []
    for (index, byte) in bytes.enumerated() {
      parser.append(CollectionOfOne(byte))
      while try parser.next() != nil { ends.append(index + 1) }
    }
    return ends
  }

  @Test(arguments: [
    "* 1 FETCH (BODY[] {5}\r\n1234567)\r\n", "* 1 FETCH (BODY[] {3}\r\n)\r\n)\r\nx",
    "* 1 FETCH (BODY[] {0}\r\nx)\r\n",
    "* 1 FETCH (ENVELOPE ({4}\r\nabc NIL))\r\n", "* LIST () \"/\" {2}\r\nabc\r\n",
    "* 1 FETCH (BODY[] {5}\r\nab)\r\nz\r\n)\r\n",
  ])
  func `a literal that lies about its length is refused`(text: String) throws {
    #expect { try all(text + "* 1 EXISTS\r\n") } throws: { error in
      if case .malformed? = error as? ResponseError { true } else { false }
    }
  }

  @Test(arguments: [
    "{11}", "{99999999999999999999999999}", "{18446744073709551615}", "{4294967296}", "~{11}", "{11+}",
    "{000000000000000000000011}",
  ])
  func `a literal that is too long is refused before any of it is kept`(literal: String) throws {
    var parser = ResponseParser(limits: ResponseLimits(literalBytes: 10))
    parser.append(Array("* 1 FETCH (BODY[] \(literal)\r\n".utf8))
    #expect { try parser.next() } throws: { error in
      if case .literalTooLong(_, limit: 10)? = error as? ResponseError { true } else { false }
    }
    // And so it stays, whatever comes.
    parser.append(Array("* 1 EXISTS\r\n".utf8))
    #expect(throws: ResponseError.self) { try parser.next() }
    #expect(parser.pendingBytes == 0)
  }

  @Test func `each limit has an error of its own`() throws {
    let limits = ResponseLimits(lineBytes: 100, literalBytes: 50, responseBytes: 120, nesting: 3, elements: 4)
    #expect(throws: ResponseError.lineTooLong(limit: 100)) {
      try all("* OK \(String(repeating: "x", count: 200))", limits: limits)
    }
    #expect(throws: ResponseError.lineTooLong(limit: 100)) {
      try all("* OK \(String(repeating: "x", count: 100))\r\n", limits: limits)
    }
    #expect(throws: ResponseError.responseTooLong(limit: 120)) {
      try all(
        "* 1 FETCH (BODY[1] {50}\r\n\(String(repeating: "x", count: 50)) BODY[2] {50}\r\n", limits: limits)
    }
    #expect(throws: ResponseError.nestedTooDeep(limit: 3)) {
      try all("* 1 FETCH (X ((((1)))))\r\n", limits: limits)
    }
    #expect(throws: ResponseError.tooManyElements(limit: 4)) {
      try all("* SEARCH 1 3 5 7 9\r\n", limits: limits)
    }
    #expect(throws: ResponseError.tooManyElements(limit: 4)) {
      try all("* VANISHED 1,3,5,7,9\r\n", limits: limits)
    }
    // What servers' words are is not counted as lists.
    #expect(try all("* OK ((((((\r\n", limits: limits).count == 1)
  }

  @Test func `lists in lists without end are refused and not followed`() throws {
    let open = String(repeating: "(", count: 1_000_000)
    for text in [
      "* 1 FETCH (BODYSTRUCTURE \(open)\r\n", "* 1 FETCH (X \(open)\r\n", "* LIST () NIL a \(open)\r\n",
    ] {
      #expect(throws: ResponseError.nestedTooDeep(limit: 100)) { try all(text) }
    }
  }

  @Test(arguments: [
    "* OK done {5}\r\n", "A1 NO no {99999999999}\r\n", "+ go {5}\r\n", "* BYE {1}\r\n", "* BAD {3}\r\n",
    "* NO [ALERT] {7+}\r\n",
  ])
  func `words for people that end like a literal are words`(text: String) throws {
    #expect(try all(text + "* 3 EXISTS\r\n").last == .exists(3))
  }

  @Test(arguments: [
    "* 1 EXISTS\n", "A1 MAYBE\r\n", "1 EXISTS\r\n", "* \r\n", "\r\n", "* 1 FETCH (UID 0)\r\n",
    "* 1 FETCH (UID 4294967296)\r\n",
    "* 1 FETCH (FLAGS (\\Seen)\r\n", "* 1 FETCH (FLAGS \\Seen)\r\n",
    "* 1 FETCH (INTERNALDATE \"yesterday\")\r\n", "* VANISHED\r\n",
    "* VANISHED 1:\r\n", "* LIST (\\a \"/\" b\r\n", "* 1 FETCH (ENVELOPE (NIL NIL))\r\n",
    "* 1 FETCH (BODY[1 \"x\")\r\n",
    "* 1 FETCH (BODYSTRUCTURE ())\r\n", "* 1 EXISTS 2\r\n", "* 1 FETCH (UID 1) x\r\n",
    "* ESEARCH (TAG 1) UID\r\n",
    "* 1 FETCH (BODY[1] \"a\rb\")\r\n",
  ])
  func `what is not the grammar is refused, with no word of it in the error`(text: String) throws {
    #expect { try all(text) } throws: { error in
      guard case .malformed(let what, let offset)? = error as? ResponseError else { return false }
      return offset <= text.utf8.count && !what.contains("yesterday")
    }
  }

  @Test(arguments: [
    ("* OK [COPYUID 1 2:3 4] x\r\n", ResponseCode.other("COPYUID")),
    ("* OK [UIDNEXT 0] x\r\n", .other("UIDNEXT")),
    ("* OK [MAILBOXID (a)] x\r\n", .other("MAILBOXID")), ("* OK [] x\r\n", .other("")),
    ("A1 NO [AUTHENTICATIONFAILED] x\r\n", .authenticationFailed),
    (
      "* OK [HIGHESTMODSEQ 9223372036854775807] x\r\n",
      .highestModSeq(ModSeq(rawValue: 9_223_372_036_854_775_807))
    ),
    ("* OK [NOMODSEQ] x\r\n", .noModSeq), ("A1 NO [TRYCREATE]\r\n", .tryCreate),
    ("* OK [BADCHARSET (\"a\" b)] x\r\n", .other("BADCHARSET")),
  ])
  func `codes are read, and one that cannot be is no more than its name`(text: String, code: ResponseCode)
    throws
  {
    guard let response = try all(text).first else { throw Missing() }
    switch response {
    case .status(let status), .tagged(_, let status): #expect(status.code == code)
    default: Issue.record("not a status")
    }
  }

  struct Missing: Error {}

  @Test func `memory for a mailbox that claims everything is a few bytes`() throws {
    let found = try all(
      "* VANISHED (EARLIER) 1:4294967295\r\n* OK [COPYUID 1 1:4294967295 1:4294967295] x\r\n* ESEARCH UID ALL 1:4294967295\r\n"
    )
    #expect(found.count == 3)
    guard case .vanished(let uids, earlier: true) = found[0] else { throw Missing() }
    #expect(uids.ranges.count == 1)
  }
}
