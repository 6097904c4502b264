import ControlSQLite
import Directory
import Foundation
import Ledger
import TestCorpus
import Testing

@testable import Provisioning

@Suite("Lists of people")
struct PeopleImportTests {
  private let directory: TemporaryDirectory
  private let store: ControlStore
  init() throws {
    directory = try TemporaryDirectory()
    store = try ControlStore(path: directory.path("control.sqlite"))
  }

  private func plan(_ text: String, endMissing: Bool = false) throws -> PeopleImport {
    PeopleImport(PeopleList(Array(text.utf8)), try store.peopleReading(), endMissing: endMissing)
  }

  @discardableResult
  private func take(_ text: String, endMissing: Bool = false, day: Int64 = 0) throws -> PeopleImport {
    var plan = try plan(text, endMissing: endMissing)
    _ = try plan.apply(to: store, at: SCIMFixture.day(day))
    return plan
  }

  private static let list = """
    Mail,Name,Team,Manager,Cost_Centre,External ID,Department,git_authors,GitHub,Shoe size
    bo@example.com,Bo,Payments,,CC-1,2,,,,44
    ana@example.com,"Gómez, Ana",Payments,bo@example.com,CC-1,1,Dev,ana@home.org;a.g@old.example,anag,38

    """

  @Test("What the list says is so afterwards; the same list again changes nothing")
  func taken() throws {
    let dry = try plan(Self.list)
    #expect(try store.snapshot().contents.people.isEmpty)
    #expect(dry.changes.map(\.mail) == ["bo@example.com", "ana@example.com"] && dry.problems.isEmpty)
    #expect(
      dry.changes[1].details == [
        "name: Gómez, Ana", "manager: bo@example.com", "external identifier: 1", "cost centre: CC-1",
        "department: Dev", "team: Payments", "git-author: ana@home.org", "git-author: a.g@old.example",
        "github: anag",
      ])
    #expect(dry.notes == ["The column “Shoe size” means nothing here and is passed over."])
    let done = try take(Self.list)
    #expect(done.changes == dry.changes)
    let reading = try store.peopleReading()
    let people = reading.snapshot.contents.people
    let ana = try #require(people.first { $0.mail == "ana@example.com" })
    let bo = try #require(people.first { $0.mail == "bo@example.com" })
    #expect(ana.name == "Gómez, Ana" && ana.team == bo.team && reading.snapshot.contents.teams.count == 1)
    #expect(reading.manager(of: ana.id, at: SCIMFixture.day(0)) == bo.id)
    #expect(reading.costCentres.map(\.name) == ["CC-1"] && reading.charging.count == 2)
    #expect(try store.account(of: .gitAuthor, "A.G@old.example", at: SCIMFixture.day(0)) == ana.account)
    let identities = try store.identities(of: ana.account)
    #expect(Set(identities.map(\.rule)) == [.csv] && identities.count == 4)

    let again = try take(Self.list, day: 1)
    #expect(again.changes.isEmpty && again.unchanged == 2)
    #expect(try store.peopleReading().snapshot.version == reading.snapshot.version)
    // A directory service that comes later finds them.
    let service = SCIMService(store, base: "https://x")
    let found = service.handle(
      SCIMRequest("GET", "/Users", query: #"filter=userName%20eq%20%22ana@example.com%22"#),
      at: SCIMFixture.day(2))
    #expect(found["totalResults"] == 1)
  }

  @Test("Only what is in the list changes; an empty field says that there is none")
  func changed() throws {
    try take(Self.list)
    let plan = try take("mail;team;manager;title\nana@example.com;Platform;;Engineer\n", day: 3)
    #expect(
      plan.changes == [
        .init(
          kind: .change, mail: "ana@example.com",
          details: ["manager: bo@example.com → –", "title: – → Engineer", "team: Payments → Platform"])
      ])
    let reading = try store.peopleReading()
    let ana = try reading.snapshot.person(mail: "ana@example.com")
    #expect(reading.manager(of: ana.id, at: SCIMFixture.day(3)) == nil)
    #expect(reading.manager(of: ana.id, at: SCIMFixture.day(2)) != nil)
    #expect(reading.users[ana.id]?.draft.profile.department == "Dev" && ana.name == "Gómez, Ana")
    let mine = try reading.snapshot.team(named: "Platform").id
    #expect(ana.team == mine && reading.snapshot.team(of: ana.account, at: SCIMFixture.day(2)) != mine)
  }

  @Test("Those who were put in by hand are taken over")
  func byHand() throws {
    let ana = try store.addPerson(name: "A", mail: "Ana@example.com", at: SCIMFixture.day(0))
    let plan = try take("mail,name\nana@example.com,Ana\n", day: 1)
    #expect(plan.changes.map(\.details) == [["name: A → Ana"]])
    let people = try store.snapshot().contents.people
    #expect(people.count == 1 && people[0].account == ana.account && people[0].name == "Ana")
  }

  @Test("Lines that cannot be taken are named with their numbers, and all others are taken")
  func problems() throws {
    try store.addPerson(name: "X", mail: "x@x.y", at: SCIMFixture.day(0))
    let taken = try #require(store.snapshot().contents.people.first)
    try store.linkIdentity(.gitHub, "mine", to: taken.account, at: SCIMFixture.day(0))
    let plan = try take(
      """
      mail,name,github
      ana@x.y,Ana,
      no mail,N,
      "two
      lines"@x.y,M,
      ANA@x.y,Again,
      b@x.y,\u{7},
      c@x.y,C,mine
      d@x.y,D,d,too many
      e@x.y,E
      "f@x.y,F
      g@x.y,"G ""g""\",
      """)
    // Of the quoted field with a line end in it the first line is lost, and the second for itself.
    #expect(plan.problems.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 11])
    #expect(plan.changes.map(\.mail) == ["ana@x.y", "e@x.y", "g@x.y"])
    let people = try store.snapshot().contents.people
    #expect(people.map(\.name) == ["X", "Ana", "E", #"G "g""#])
    #expect(!plan.problems.contains { $0.why.contains("no mail@") })
  }

  @Test("Who is missing ends only if that is asked for, and nobody if a line could not be taken")
  func missing() throws {
    try take(Self.list)
    let shorter = "mail\nana@example.com\n"
    #expect(try take(shorter, day: 1).changes.isEmpty)
    let broken = try take(shorter + "nonsense\n", endMissing: true, day: 1)
    #expect(
      broken.changes.isEmpty && broken.notes == ["Nobody ends: a line that was not taken may be theirs."])
    #expect(try store.snapshot().contents.people.allSatisfy { $0.ended == nil })
    let dry = try plan(shorter, endMissing: true)
    #expect(dry.changes == [.init(kind: .end, mail: "bo@example.com", details: [])])
    try take(shorter, endMissing: true, day: 2)
    let bo = try #require(store.snapshot().contents.people.first { $0.mail == "bo@example.com" })
    #expect(bo.ended == SCIMFixture.day(2))
    // Whom they managed has nobody above from then on.
    #expect(try store.peopleReading().reporting.filter { $0.until == nil }.isEmpty)
  }

  @Test(
    "Files as programs write them are read",
    arguments: [
      "mail,name\r\na@x.y,A\r\n\r\nb@x.y,\"B\r\nB\"\r\n", "\u{FEFF}mail;name\na@x.y;A\nb@x.y;B",
      "E-Mail\tName\ra@x.y\tA\rb@x.y\tB\r",
      "name,mail\nA, a@x.y \nB,b@x.y",
    ])
  func dialects(text: String) {
    let list = PeopleList(Array(text.utf8))
    #expect(list.entries.map(\.mail) == ["a@x.y", "b@x.y"] && list.entries.first?.fields[.name] == "A")
    #expect(list.problems.isEmpty)
  }

  @Test(
    "Files that are no list say so",
    arguments: [
      "", "\n\n", "name\nA\n", "mail,mail\na@x.y,b@x.y\n", "\"mail\na@x.y\n", "\u{0}\u{1}",
    ])
  func noList(text: String) {
    let list = PeopleList(Array(text.utf8))
    #expect(list.entries.isEmpty && !list.problems.isEmpty)
  }

  @Test("Broken bytes lose no line but their own", arguments: 0..<10)
  func fuzz(seed: UInt64) {
    var random = SeededGenerator(seed: seed + 3)
    for _ in 0..<200 {
      var bytes = Array("mail,name\na@x.y,\"A\"\"\"\nb@x.y,B\n".utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: 10..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let list = PeopleList(bytes)
      #expect(list.entries.count + list.problems.count >= 1)
    }
    let broken = PeopleList(
      Array("mail,name\n\"a@x.y,A\nb@x.y,\u{FFFD}B\n".utf8) + [0xFF, 0x0A] + Array("c@x.y,C".utf8))
    #expect(broken.entries.map(\.mail) == ["b@x.y", "c@x.y"] && broken.problems.map(\.line) == [2, 4])
  }
}
