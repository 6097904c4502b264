import Foundation
import TestCorpus
import Testing

@testable import IMAP

@Suite struct ValueTests {
  @Test(arguments: [
    "", "1", "1:3,7", "4294967295", "1:4294967295", "5:3", "3,2,1", "0", "1:*", "1,,2", "1:2:3", " 1", "+1",
    "4294967296",
  ])
  func `a set of UIDs reads what the protocol writes, and nothing else`(text: String) {
    let expected = [
      "": "", "1": "1", "1:3,7": "1:3,7", "4294967295": "4294967295", "1:4294967295": "1:4294967295",
      "5:3": "3:5", "3,2,1": "1:3",
    ]
    #expect(UIDSet(text)?.description == expected[text])
  }

  @Test(arguments: 0..<20)
  func `sets of UIDs do what sets of numbers do`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      let a = Set(
        (0..<Int.random(in: 0...30, using: &generator)).map { _ in
          UInt32.random(in: 1...60, using: &generator)
        })
      let b = Set(
        (0..<Int.random(in: 0...30, using: &generator)).map { _ in
          UInt32.random(in: 1...60, using: &generator)
        })
      let (x, y) = (set(a), set(b))
      #expect(numbers(x.union(y)) == a.union(b).sorted())
      #expect(numbers(x.intersection(y)) == a.intersection(b).sorted())
      #expect(numbers(x.subtracting(y)) == a.subtracting(b).sorted())
      #expect(x.count == a.count && UIDSet(x.description) == x)
      for number in UInt32(1)...60 { #expect(x.contains(UID(known: number)) == a.contains(number)) }
      var grown = UIDSet()
      for number in a.shuffled(using: &generator) { grown.insert(UID(known: number)) }
      #expect(grown == x)
      let coded = try JSONDecoder().decode(UIDSet.self, from: JSONEncoder().encode(x))
      #expect(coded == x)
    }
  }

  private func set(_ numbers: Set<UInt32>) -> UIDSet { UIDSet(numbers.sorted().map { UID(known: $0) }) }
  private func numbers(_ set: UIDSet) -> [UInt32] { set.uids.map(\.rawValue) }

  @Test func `all UIDs there can be are one range, and taking some away leaves two`() {
    let all = UIDSet(1...UID.highest)
    #expect(all.count == 4_294_967_295)
    #expect(all.subtracting([7]).description == "1:6,8:4294967295")
    #expect(all.subtracting(all).isEmpty)
    #expect(UIDSet(UID.highest).union([1]).description == "1,4294967295")
    #expect(all.prefix(3) == [1, 2, 3] && all.suffix(2).description == "4294967294:4294967295")
    let gaps = UIDSet("2:4,7,9:4294967295")
    #expect(gaps?.prefix(5).description == "2:4,7,9" && gaps?.suffix(0).isEmpty == true)
    #expect(UIDSet("1:2,5").map { $0.prefix(9) == $0 && $0.suffix(9) == $0 } == true)
  }

  @Test func `which message became which goes by the order that the server gave`() throws {
    let map = try #require(UIDMap(from: [304...304, 319...320], to: [3956...3958]))
    #expect(map[304] == 3956 && map[319] == 3957 && map[320] == 3958 && map[305] == nil)
    #expect(map.sources.description == "304,319:320")
    #expect(UIDMap(from: [1...2], to: [1...3]) == nil)
    let all = try #require(UIDMap(from: [1...UID.highest], to: [1...UID.highest]))
    #expect(all.runs.count == 1 && all.count == 4_294_967_295)
    #expect(all[UID.highest] == UID.highest)
  }

  @Test(arguments: [
    ("INBOX", "INBOX"), ("Entwürfe", "Entw&APw-rfe"), ("A&B", "A&-B"),
    ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("😀", "&2D3eAA-"), ("été", "&AOk-t&AOk-"),
  ])
  func `names of mailboxes are the same after modified UTF-7`(text: String, wire: String) throws {
    #expect(try MailboxName(text).wireText == wire)
    #expect(MailboxName(wire: Array(wire.utf8)).text == text)
  }

  @Test(arguments: ["&", "&AOk", "&AGE-", "&2D0-", "&!-", "a\u{7F}", "&AOk-&AOk-", "&AO=-"])
  func `what is not the one way to write a name stands for itself`(wire: String) {
    #expect(MailboxName(wire: Array(wire.utf8)).text == wire)
  }

  @Test(arguments: 0..<10)
  func `any name goes there and back`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let alphabet = Array("aZ&-/.,+ é台😀\u{300}").map { $0 }
    for _ in 0..<200 {
      let text = String(
        (0..<Int.random(in: 1...12, using: &generator)).compactMap { _ in
          alphabet.randomElement(using: &generator)
        })
      let name = MailboxName(known: text)
      #expect(name.wireText.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      #expect(MailboxName(wire: Array(name.wireText.utf8)) == name)
    }
  }

  @Test(arguments: ["", "a\r\nb", "a\0b", String(repeating: "x", count: 1001), "\u{7F}"])
  func `names with control characters are refused`(text: String) {
    #expect(throws: IMAPError.self) { try MailboxName(text) }
  }

  @Test(arguments: [
    "", "a b", "\\Deleted", "a)", "{1}", "é", "a\r\n", "*", "]", String(repeating: "k", count: 101),
  ])
  func `keywords that are no atoms are refused`(text: String) {
    #expect(throws: IMAPError.self) { try Keyword(text) }
  }

  @Test func `keywords are alike whatever their case`() throws {
    #expect(try Keyword("$Triaged") == Keyword("$TRIAGED"))
    #expect(try Set([Keyword("$a"), Keyword("$A")]).count == 1)
  }

  @Test(arguments: [
    ("17-Jul-1996 02:44:25 -0700", 837_596_665, -420), (" 1-Jan-1970 00:00:00 +0000", 0, 0),
    ("29-Feb-2024 23:59:59 +0530", 1_709_231_399, 330), ("31-Dec-1969 23:59:59 +0000", -1, 0),
  ])
  func `dates are instants in a zone, there and back`(wire: String, seconds: Int64, offset: Int) throws {
    let date = try #require(InternalDate(wire: Array(wire.utf8)))
    #expect(date == InternalDate(secondsSince1970: seconds, offsetMinutes: offset))
    #expect(date.description == wire)
  }

  @Test(arguments: ["1-feb-2020 1:02:03 -0030", " 01-FEB-2020  01:02:03 -0030 "])
  func `dates are read however they are spaced and spelt`(wire: String) {
    #expect(InternalDate(wire: Array(wire.utf8))?.description == " 1-Feb-2020 01:02:03 -0030")
  }

  @Test(arguments: [
    "", " ", "1-Foo-2020 00:00:00 +0000", "32-Jan-2020 00:00:00 +0000", "1-Jan-20200 00:00:00 +0000",
    "1-Ja", "1-Jan-2020 00:60:00 +0000", "1-Jan-2020 00:00:61 +0000", "1-Jan-2020 00:00:00 +00000",
    "1-Jan-2020 00:00:00 +000", "1-Jan-2020 00:00:00 +0000x", "1-Jan-2020 00:00:00+0000",
    "9999999999-Jan-2020 00:00:00 +0000", "1-Jan-2020 00:00:00        +0000", "1-Jan-2020",
    "1-Jan-2020 25:00:00 +0000", "1-Jan-2020 00:00:00 0000",
  ])
  func `what is no date is none`(wire: String) {
    #expect(InternalDate(wire: Array(wire.utf8)) == nil)
  }
}
