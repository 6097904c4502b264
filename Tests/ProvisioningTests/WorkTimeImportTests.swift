import ControlSQLite
import Directory
import Foundation
import Ledger
import Provisioning
import TestCorpus
import Testing

@Suite("When people work, from a list") struct WorkTimeImportTests {
  private let place: TemporaryDirectory
  private let store: ControlStore
  private let now = Instant(milliseconds: 1_780_000_000_000)

  init() throws {
    place = try TemporaryDirectory()
    store = try ControlStore(path: place.path("control.sqlite"))
    for name in ["ana", "bo"] {
      try store.addPerson(name: name, mail: "\(name)@example.org", at: now)
    }
  }

  private func take(
    _ kind: WorkTimeImport.Kind, _ text: String, isDry: Bool = false
  ) throws -> WorkTimeImport {
    let today = try #require(CalendarDay("2026-05-28"))
    return try WorkTimeImport(kind, Array(text.utf8), into: store, today: today, isDry: isDry)
  }

  @Test("Leave is taken once; what cannot be is named by its line, and keeps no other from being taken")
  func leave() throws {
    let list = """
      E-mail;First day;Last day;Why
      ana@example.org;2026-08-03;2026-08-21;holidays
      Bo@Example.org;2026-05-01;;
      who@example.org;2026-05-01;2026-05-02;
      ana@example.org;2026-09-02;2026-09-01;
      ana@example.org;1. 9. 2026;;
      ;2026-09-02;;
      ana@example.org;2026-08-03;2026-08-21;again
      """
    let dry = try take(.leave, list, isDry: true)
    #expect(dry.added == 2 && dry.unchanged == 1)
    #expect(try store.leave().isEmpty)
    let taken = try take(.leave, list)
    #expect(taken.added == 2 && taken.problems.map(\.line) == [4, 5, 6, 7])
    #expect(taken.problems[1].why == "The leave ends before it begins. Give the first day first")
    #expect(taken.problems[2].why.contains("1. 9. 2026"))
    #expect(
      try store.leave().map { "\($0.person) \($0.first) \($0.last)" } == [
        "2 2026-05-01 2026-05-01", "1 2026-08-03 2026-08-21",
      ])
    let again = try take(.leave, list)
    #expect(again.added == 0 && again.unchanged == 3)
  }

  @Test("Working days are taken from their day on, or from today on")
  func days() throws {
    let list = """
      mail,days,since
      ana@example.org,mon-wed,2026-01-01
      bo@example.org,"tue, thu",
      bo@example.org,fri,2026-05-28
      ana@example.org,no days,
      """
    let taken = try take(.workingDays, list)
    #expect(taken.added == 2 && taken.problems.map(\.line) == [4, 5])
    #expect(taken.problems[0].why == "its mail and day stand on line 3 already")
    #expect(
      try store.workingDays().map { "\($0.person) \($0.since) \($0.days)" } == [
        "1 2026-01-01 mon tue wed", "2 2026-05-28 tue thu",
      ])
    #expect(try take(.workingDays, list).added == 0)
  }

  @Test(
    "A list that names no columns is refused whole",
    arguments: ["", "\n", "mail\nana@example.org", "mail,first_day,first\nana@example.org,2026-01-01,x"])
  func headings(list: String) throws {
    let taken = try take(.leave, list)
    #expect(taken.added == 0 && taken.problems.count == 1)
  }

  @Test("Damaged lists lead to problems and to nothing else", arguments: 0..<8 as Range<UInt64>)
  func damaged(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lists: [(WorkTimeImport.Kind, String)] = [
      (
        .leave, "mail,first_day,last_day\nana@example.org,2026-08-03,2026-08-21\nbo@example.org,2026-05-01,\n"
      ),
      (
        .workingDays,
        "mail;days;since\nana@example.org;mon-wed;2026-01-01\n\"bo@example.org\";\"tue\nfri\";\n"
      ),
    ]
    for round in 0..<150 {
      let (kind, text) = lists[round % 2]
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
        case 2: bytes.insert(contentsOf: bytes.prefix(place), at: place)
        default:
          bytes.insert(
            UInt8(ascii: ["\"", ",", "\n", ";", "-"].randomElement(using: &random) ?? ","), at: place)
        }
      }
      let today = try #require(CalendarDay("2026-05-28"))
      let taken = try WorkTimeImport(kind, bytes, into: store, today: today, isDry: true)
      for problem in taken.problems { #expect(problem.line >= 1 && !problem.why.isEmpty) }
    }
  }
}
