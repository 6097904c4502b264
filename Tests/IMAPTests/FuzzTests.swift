import TestCorpus
import Testing

@testable import IMAP

@Suite struct FuzzTests {
  private static let limits = ResponseLimits(
    lineBytes: 1 << 16, literalBytes: 1 << 16, responseBytes: 1 << 17, nesting: 30, elements: 1000)
  private static let tokens = [
    "(", ")", "{5}\r\n", "{0}\r\n", "{99999}\r\n", "~{3}\r\n", "\"", "\\", "NIL", "\r\n", " ", "* ", "+ ",
    "[", "]", "<0>", "FETCH (",
    "BODY[", "BODYSTRUCTURE ((", "ENVELOPE (", "UID 1", "FLAGS (\\Seen)", "4294967295",
    "99999999999999999999", "1:4294967295", "\0",
    "\u{FF}", "* VANISHED (EARLIER) ", "* OK [COPYUID 1 ", "INTERNALDATE \"", "MODSEQ (",
    "* LIST (\\a) \"/\" ", "* ESEARCH (TAG \"",
  ]

  /// Reads to the end or to an error; what is held stays within the limits.
  private func survives(_ bytes: [UInt8], _ generator: inout SeededGenerator) {
    var parser = ResponseParser(limits: Self.limits)
    var start = 0
    var count = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...4000, using: &generator))
      parser.append(bytes[start..<end])
      start = end
      do {
        while let response = try parser.next() {
          count += 1
          _ = response.hashValue
          if case .fetch(let message) = response {
            // What was let through is never refused when it is read.
            #expect((message.envelope == nil) == message.written.envelopeBytes.isEmpty)
            #expect((message.structure == nil) == message.written.structureBytes.isEmpty)
          }
        }
      } catch {
        #expect(parser.pendingBytes == 0)
        return
      }
      #expect(parser.pendingBytes <= Self.limits.responseBytes + Self.limits.lineBytes + 4000)
    }
    #expect(count <= bytes.count / 5)
  }

  @Test(arguments: Recorded.allCases, 0..<8)
  func `thousands of damaged recordings are read or refused, within memory`(recorded: Recorded, seed: Int)
    throws
  {
    let bytes = try recorded.bytes
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let at = Int.random(in: 0..<damaged.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: damaged[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: damaged.remove(at: at)
        case 2:
          damaged.insert(
            contentsOf: Array(Self.tokens.randomElement(using: &generator)?.utf8 ?? "".utf8), at: at)
        case 3:
          damaged.removeSubrange(at..<min(damaged.count, at + Int.random(in: 1...200, using: &generator)))
        case 4:
          let from = Int.random(in: 0..<damaged.count, using: &generator)
          damaged.insert(contentsOf: Array(damaged[from..<min(damaged.count, from + 100)]), at: at)
        default:
          if let digit = damaged[at...].firstIndex(where: { (0x30...0x39).contains($0) }) {
            damaged[digit] = UInt8.random(in: 0x30...0x39, using: &generator)
          }
        }
        if damaged.isEmpty { damaged = bytes }
      }
      // Beginning somewhere, so that late responses are reached in spite of an early error.
      let from = Int.random(in: 0..<damaged.count, using: &generator)
      let line = damaged[from...].firstIndex(of: 0x0A).map { $0 + 1 } ?? 0
      survives(Array(damaged[line...]), &generator)
    }
  }

  @Test(arguments: 0..<8)
  func `text made of the grammar's own pieces is read or refused, within memory`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 1...60, using: &generator)).compactMap { _ in
        Self.tokens.randomElement(using: &generator)
      }.joined()
      survives(Array(("* 1 FETCH (" + text).utf8), &generator)
      survives(Array(text.utf8), &generator)
    }
  }

  @Test(arguments: 0..<8)
  func `responses made at random are read as what they were made of`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) &+ 77)
    for _ in 0..<200 {
      var message = FetchResponse(sequence: Int.random(in: 1...1000, using: &generator))
      message.uid = UID(known: UInt32.random(in: 1...UInt32.max, using: &generator))
      message.modSeq = ModSeq(rawValue: UInt64.random(in: 0...UInt64(Int64.max), using: &generator))
      let flagged = Bool.random(using: &generator)
      message.flags = MessageFlags(
        flagged ? [.flagged, .seen] : [.draft], keywords: [Keyword(known: "$k\(seed)")])
      message.size = Int.random(in: 0...Int(UInt32.max), using: &generator)
      message.internalDate = InternalDate(
        secondsSince1970: Int64.random(in: 0...4_000_000_000, using: &generator),
        offsetMinutes: Int.random(in: -720...720, using: &generator))
      let subject = string(&generator)
      let name = string(&generator)
      let messageID = string(&generator)
      let envelope = Envelope(
        date: nil, subject: subject[...],
        from: [EnvelopeAddress(name: name[...], mailbox: [0x61], host: nil)], sender: [],
        replyTo: [], to: [], cc: [], bcc: [], inReplyTo: nil, messageID: messageID[...])
      let body = string(&generator) + [0, 0xFF, 0x0D, 0x0A]
      message.sections = [FetchedSection(section: .part([1, 2]), origin: 7, bytes: body)]
      var wire = Array("* \(message.sequence) FETCH (UID \(message.uid ?? 1) ".utf8)
      wire += Array(
        "FLAGS (\(flagged ? "\\Flagged \\seen" : "\\DRAFT") $k\(seed)) MODSEQ (\(message.modSeq?.rawValue ?? 0)) "
          .utf8)
      wire += Array(
        "RFC822.SIZE \(message.size ?? 0) INTERNALDATE \"\(message.internalDate.map { "\($0)" } ?? "")\" ENVELOPE (NIL "
          .utf8)
      wire +=
        written(subject, &generator) + Array(" ((".utf8) + written(name, &generator)
      wire +=
        Array(" NIL \"a\" NIL)) NIL NIL NIL NIL NIL NIL ".utf8)
        + written(messageID, &generator)
      wire +=
        Array(") X-NEW (1 (2 \"3\")) BODY[1.2]<7> {\(body.count)}\r\n".utf8) + body + Array(")\r\n".utf8)
      let cuts = (0..<3).map { _ in Int.random(in: 0...wire.count, using: &generator) }.sorted()
      guard case .fetch(var read) = try #require(try all(wire, cutAt: cuts).first) else {
        throw ResponseTests.Missing()
      }
      #expect(read.envelope == envelope)
      read.written = WrittenItems()
      #expect(read == message)
    }
  }

  private func string(_ generator: inout SeededGenerator) -> [UInt8] {
    let alphabet = Array("ab \"\\(){}[]%*\r\nNIL".utf8) + [0xC3, 0xA9]
    return (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in
      alphabet.randomElement(using: &generator)
    }
  }

  /// Quoted where that can be, or as a literal.
  private func written(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    if bytes.contains(0x0D) || bytes.contains(0x0A) || Bool.random(using: &generator) {
      return Array("{\(bytes.count)}\r\n".utf8) + bytes
    }
    return [0x22] + bytes.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] } + [0x22]
  }
}
