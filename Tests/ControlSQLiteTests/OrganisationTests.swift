import ControlSQLite
import Directory
import Foundation
import GRDB
import Ledger
import TestCorpus
import Testing

@Suite("The organisation in the control database")
struct OrganisationTests {
  private let directory: TemporaryDirectory
  private let path: String
  private let store: ControlStore
  private static func day(_ number: Int64) -> Instant {
    Instant(milliseconds: 1_780_000_000_000) + .days(number)
  }

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("control.sqlite")
    store = try ControlStore(path: path)
  }

  private func person(_ mail: String, day: Int64 = 0) throws -> Person {
    try store.addPerson(name: mail, mail: mail, at: Self.day(day))
  }

  @Test("A database of version 1 is brought up to date with everything in it, and only once")
  func upgrade() throws {
    let old = directory.path("old.sqlite")
    // The tables stand in the alphabet's order, not in that of their references.
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: old, configuration: configuration)
    try queue.write { try $0.execute(sql: VersionOne.dump) }
    try queue.close()
    let upgraded = try ControlStore(path: old)
    let contents = try upgraded.snapshot().contents
    #expect(contents.people.map(\.mail) == ["ana@example.com", "bo@example.com", "leaver@example.com"])
    #expect(contents.people.map { $0.ended == nil } == [true, true, false] && contents.people[0].team == 1)
    #expect(contents.keys.count == 3 && contents.limits.count == 1 && contents.agents[0].useCase == nil)
    #expect(contents.projects.map(\.name) == ["checkout"] && contents.holdings.isEmpty)
    // Everybody's address is theirs since they came, and until they went.
    let identities = try upgraded.identities(ended: true)
    #expect(
      identities.map(\.value) == contents.people.map(\.mail)
        && identities.map(\.account) == contents.people.map(\.account))
    #expect(
      identities.map(\.since) == contents.people.map(\.created)
        && identities.map(\.until) == contents.people.map(\.ended))
    #expect(try upgraded.teamRule() == .groups)
    let version = try upgraded.version()
    try upgraded.addTeam(name: "new", at: Self.day(0))
    #expect(try upgraded.version() > version && ControlStore(path: old).snapshot().contents.teams.count == 2)
    // Both ways lead to the same tables.
    func tables(_ path: String) throws -> [String] {
      try DatabaseQueue(path: path).read { db in
        try String.fetchAll(
          db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
      }.map { $0.filter { !$0.isWhitespace } }
    }
    #expect(try tables(old) == tables(path))
  }

  @Test("Reporting lines are as of a date, and nobody is above themself")
  func reporting() throws {
    let (ana, bo, cy) = (try person("ana@x.y"), try person("bo@x.y"), try person("cy@x.y"))
    try store.setManager(of: ana.id, to: bo.id, at: Self.day(1))
    try store.setManager(of: bo.id, to: cy.id, at: Self.day(1))
    for (lower, upper) in [(cy, ana), (bo, ana), (ana, ana)] {
      #expect(throws: DirectoryError.reportsToItself(lower.mail)) {
        try store.setManager(of: lower.id, to: upper.id, at: Self.day(2))
      }
    }
    try store.setManager(of: ana.id, to: cy.id, at: Self.day(3))
    try store.setManager(of: ana.id, to: cy.id, at: Self.day(4))
    var reading = try store.peopleReading()
    #expect(reading.reporting.filter { $0.member == ana.id }.count == 2)
    #expect([0, 2, 3].map { reading.manager(of: ana.id, at: Self.day($0)) } == [nil, bo.id, cy.id])
    try store.removePerson(cy.id, at: Self.day(5))
    reading = try store.peopleReading()
    #expect(
      reading.reports(of: cy.id, at: Self.day(4)) == [bo.id, ana.id]
        && reading.reports(of: cy.id, at: Self.day(5)) == [])
    #expect(throws: DirectoryError.self) { try store.setManager(of: ana.id, to: cy.id, at: Self.day(6)) }
  }

  @Test("A repository is one project’s at a time, however it is written")
  func repositories() throws {
    let (shop, till) = (
      try store.addProject(name: "shop", at: Self.day(0)), try store.addProject(name: "till", at: Self.day(0))
    )
    let first = try store.addRepository("git@github.com:example/shop.git", to: shop.id, at: Self.day(1))
    #expect(try store.addRepository("https://github.com/example/shop", to: shop.id, at: Self.day(2)) == first)
    #expect(throws: DirectoryError.taken(.repository, "github.com/example/shop")) {
      try store.addRepository("https://GITHUB.com/example/shop/", to: till.id, at: Self.day(2))
    }
    #expect(throws: DirectoryError.self) {
      try store.addRepository("/srv/shop", to: shop.id, at: Self.day(2))
    }
    #expect(
      try store.removeRepository("ssh://git@github.com/example/shop", at: Self.day(3)).ended == Self.day(3))
    #expect(throws: DirectoryError.notFound(.repository, "github.com/example/shop")) {
      try store.removeRepository("github.com/example/shop", at: Self.day(3))
    }
    let second = try store.addRepository("https://github.com/example/shop", to: till.id, at: Self.day(4))
    #expect(try store.repositories() == [second] && store.repositories(ended: true).count == 2)
    try store.removeProject(till.id, at: Self.day(5))
    #expect(try store.repositories().isEmpty)
    try store.setUseCase(ofProject: shop.id, to: "support")
    #expect(try store.snapshot().contents.projects[0].useCase == "support")
    #expect(throws: DirectoryError.self) { try store.setUseCase(ofProject: till.id, to: "x") }
  }

  @Test("An identity is one account’s at a time, as of a date, with the rule that made it")
  func identities() throws {
    let (ana, bo) = (try person("ana@x.y"), try person("bo@x.y"))
    try store.noteUnmatched(.gitHub, "AnaG", source: "github", at: Self.day(1))
    try store.noteUnmatched(.gitHub, "anag", source: "github", at: Self.day(3), count: 2)
    try store.noteUnmatched(.slack, "U1", source: "slack", at: Self.day(1))
    let seen = try store.unmatchedIdentities()
    #expect(seen.map(\.count) == [3, 1] && seen[0].first == Self.day(1) && seen[0].last == Self.day(3))
    let link = try store.linkIdentity(.gitHub, "anag", to: ana.account, at: Self.day(4))
    #expect(link.rule == .hand && link.since == Instant(milliseconds: 0))
    #expect(try store.unmatchedIdentities().map(\.kind) == [.slack])
    #expect(try store.linkIdentity(.gitHub, "ANAG", to: ana.account, at: Self.day(5)) == link)
    #expect(throws: DirectoryError.taken(.identity, "AnaG")) {
      try store.linkIdentity(.gitHub, "AnaG", to: bo.account, at: Self.day(5))
    }
    try store.unlinkIdentity(.gitHub, "anag", at: Self.day(6))
    try store.linkIdentity(.gitHub, "anag", to: bo.account, since: Self.day(7), at: Self.day(7))
    let owners = try [0, 5, 6, 7].map { try store.account(of: .gitHub, "anaG", at: Self.day($0)) }
    #expect(owners == [ana.account, ana.account, nil, bo.account])
    // Of some kinds the case counts.
    try store.linkIdentity(.slack, "U1", to: ana.account, at: Self.day(8))
    #expect(try store.account(of: .slack, "u1", at: Self.day(8)) == nil)
    for wrong in ["", " ", "a\nb", String(repeating: "x", count: 400)] {
      #expect(throws: DirectoryError.self) {
        try store.linkIdentity(.gitHub, wrong, to: ana.account, at: Self.day(8))
      }
      try store.noteUnmatched(.gitHub, wrong, source: "x", at: Self.day(8))
      #expect(try store.account(of: .gitHub, wrong, at: Self.day(8)) == nil)
    }
    #expect(try store.unmatchedIdentities().isEmpty)
  }

  @Test("A git author with a work mail’s address is found, and that is written down")
  func equalMail() throws {
    let ana = try person("ana@x.y", day: 1)
    #expect(try store.account(of: .gitAuthor, "ANA@x.y", at: Self.day(0)) == nil)
    #expect(try store.account(of: .gitAuthor, "ANA@x.y", at: Self.day(2)) == ana.account)
    let found = try #require(store.identities(of: ana.account).first { $0.kind == .gitAuthor })
    #expect(found.rule == .equalMail && found.since == Self.day(1) && found.value == "ANA@x.y")
    #expect(try store.account(of: .gitHub, "ana@x.y", at: Self.day(2)) == nil)
    // A person who comes resolves what was noted before.
    try store.noteUnmatched(.gitCommitter, "bo@x.y", source: "git", at: Self.day(2))
    _ = try person("bo@x.y", day: 3)
    #expect(try store.unmatchedIdentities().isEmpty)
    try store.removePerson(ana.id, at: Self.day(4))
    #expect(try store.account(of: .gitAuthor, "ana@x.y", at: Self.day(3)) == ana.account)
    #expect(try store.account(of: .gitAuthor, "ana@x.y", at: Self.day(4)) == nil)
  }

  @Test("Unmatched values go after their time, and are never too many")
  func unmatched() throws {
    try store.noteUnmatched(.gitAuthor, "old@x.y", source: "git", at: Self.day(0))
    try store.noteUnmatched(.gitAuthor, "new@x.y", source: "git", at: Self.day(1))
    #expect(try store.expireUnmatched(at: Self.day(91)) == 1)
    #expect(try store.unmatchedIdentities().map(\.value) == ["new@x.y"])
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO unmatched SELECT 'slack', i, 's', 1, i, 1, 5, 5 FROM n
          """, arguments: [UnmatchedIdentity.most])
    }
    try store.noteUnmatched(.slack, "U1", source: "s", at: Self.day(2))
    let count = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM unmatched") }
    #expect(count == UnmatchedIdentity.most)
    #expect(try store.unmatchedIdentities(limit: .max).contains { $0.value == "new@x.y" })
  }

  @Test("Two entries that are one person are joined without a record being touched")
  func merging() throws {
    let team = try store.addTeam(name: "t", at: Self.day(0))
    let ana = try store.addPerson(name: "Ana", mail: "ana@x.y", team: team.id, at: Self.day(0))
    let old = try person("old@x.y")
    let cy = try person("cy@x.y")
    try store.setManager(of: cy.id, to: old.id, at: Self.day(0))
    let agent = try store.addAgent(name: "bot", owner: old.id, at: Self.day(0))
    let (_, secret) = try store.createKey(KeyRequest(holder: .person(old.id)), at: Self.day(0))
    try store.linkIdentity(.gitHub, "olda", to: old.account, at: Self.day(0))
    try store.merge(person: old.id, into: ana.id, since: Self.day(2), at: Self.day(5))
    let snapshot = try store.snapshot()
    #expect(snapshot.person(of: old.account, at: Self.day(1)) == old.id)
    #expect(
      snapshot.person(of: old.account, at: Self.day(2)) == ana.id
        && snapshot.team(of: old.account, at: Self.day(3)) == team.id)
    #expect(snapshot.person(of: agent.account, at: Self.day(6)) == ana.id)
    #expect(try snapshot.holder(of: secret.revealed, at: Self.day(6)).get().scopes.person == ana.id)
    #expect(try store.account(of: .gitHub, "olda", at: Self.day(6)) == old.account)
    #expect(try store.peopleReading().manager(of: cy.id, at: Self.day(6)) == ana.id)
    #expect(snapshot.contents.people.first { $0.id == old.id }?.ended == Self.day(5))
    #expect(throws: DirectoryError.self) { try store.merge(person: old.id, into: ana.id, at: Self.day(6)) }
    #expect(throws: DirectoryError.self) { try store.merge(person: ana.id, into: ana.id, at: Self.day(6)) }
    try store.removePerson(ana.id, at: Self.day(7))
    #expect(try store.account(of: .gitHub, "olda", at: Self.day(8)) == nil)
    let check = try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(check.isEmpty)
  }

  @Test("What a directory service knows goes along with a merge, and two of its people are not joined")
  func mergingProvisioned() throws {
    let ana = try person("ana@x.y")
    let user = try store.createUser(UserDraft(userName: "agomez"), at: Self.day(0))
    let group = try store.createGroup(
      GroupDraft(name: "G", members: [GroupMember(.user, user.id)]), at: Self.day(0))
    try store.merge(person: user.person, into: ana.id, at: Self.day(1))
    #expect(
      try store.user(user.id).person == ana.id && store.group(group.id).draft.members.map(\.id) == [user.id])
    let other = try store.createUser(UserDraft(userName: "bo"), at: Self.day(2))
    #expect(throws: DirectoryError.bothProvisioned) {
      try store.merge(person: other.person, into: ana.id, at: Self.day(3))
    }
    let check = try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
    #expect(check.isEmpty)
  }
}
