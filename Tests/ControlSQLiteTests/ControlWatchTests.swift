import ControlSQLite
import Directory
import Foundation
import GRDB
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("A control database that others use too")
struct ControlWatchTests {
  private let directory: TemporaryDirectory
  private let path: String
  private let store: ControlStore
  private static let now = Instant(milliseconds: 1_780_000_000_000)

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("control.sqlite")
    store = try ControlStore(path: path)
  }

  private func sqlite(_ sql: String) throws {
    let result = try ChildProcess.run("/usr/bin/env", ["sqlite3", path, sql])
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("Every change counts at once, whoever makes it; notices and reading do not")
  func version() throws {
    let other = try ControlStore(path: path)
    var last = try store.version()
    #expect(try other.version() == last)
    func changed(_ isChanged: Bool = true, _ body: () throws -> Void) throws {
      try body()
      let version = try store.version()
      #expect((version > last) == isChanged)
      #expect(try other.version() == version && store.snapshot().version == version)
      last = version
    }
    var (ana, team) = (Int64(0), Int64(0))
    try changed { ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.now).id }
    try changed { team = try other.addTeam(name: "t", at: Self.now).id }
    try changed { try other.movePerson(ana, toTeam: team, at: Self.now) }
    try changed { try other.setLimit(.requests(1), per: .day, on: .organisation, at: Self.now) }
    var key = Int64(0)
    try changed { key = try other.createKey(KeyRequest(holder: .person(ana)), at: Self.now).key.id }
    try changed { try sqlite("UPDATE virtual_key SET expires = 5 WHERE id = \(key)") }
    try changed { try sqlite("DELETE FROM spend_limit") }
    try changed { try store.revokeKey(key, at: Self.now) }
    try changed(false) { try other.append(Notice(at: Self.now, kind: .limit, text: "x")) }
    try changed(false) { _ = try other.snapshot() }
    try changed(false) { #expect(throws: DirectoryError.self) { try other.revokeKey(key, at: Self.now) } }
    try changed(false) { #expect(throws: DirectoryError.self) { try other.addTeam(name: "T", at: Self.now) } }
  }

  @Test("A key that another process revokes is refused at the very next look")
  func live() throws {
    let live = try LiveDirectory(store)
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.now)
    for round in 0..<20 {
      let (key, secret) = try ControlStore(path: path).createKey(
        KeyRequest(holder: .person(ana.id)), at: Self.now)
      let found = try live.current().holder(of: secret.revealed, at: Self.now)
      #expect((try? found.get())?.key == key)
      if round == 0 {
        try sqlite("UPDATE virtual_key SET revoked = \(Self.now.milliseconds) WHERE id = \(key.id)")
      } else {
        try ControlStore(path: path).revokeKey(key.id, at: Self.now)
      }
      let refused = try live.current().holder(of: secret.revealed, at: Self.now)
      guard case .failure(.revoked(key.id, at: Self.now)) = refused else {
        Issue.record("still open in round \(round)")
        return
      }
    }
    #expect(try live.lastKnown.version == live.current().version)
  }

  @Test("Many writers at once lose nothing and make nothing twice", .timeLimit(.minutes(2)))
  func writers() async throws {
    let path = path
    let ana = try store.addPerson(name: "Ana", mail: "ana@x.y", at: Self.now)
    try await withThrowingTaskGroup { group in
      for writer in 0..<4 {
        group.addTask {
          let store = try ControlStore(path: path)
          for number in 0..<12 {
            try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.now)
            try store.addTeam(name: "team \(writer) \(number)", at: Self.now)
            // Of four who add it, one does.
            _ = try? store.addProject(name: "project \(number)", at: Self.now)
            _ = try store.version()
          }
        }
      }
      try await group.waitForAll()
    }
    let contents = try store.snapshot().contents
    #expect(contents.keys.count == 48 && Set(contents.keys.map(\.name)).count == 48)
    #expect(contents.teams.count == 48 && contents.projects.count == 12)
  }

  @Test("Of several that make a new database at once, all can use it")
  func openedAtOnce() async throws {
    for round in 0..<5 {
      let path = directory.path("new \(round)/control.sqlite")
      try await withThrowingTaskGroup { group in
        for number in 0..<6 {
          group.addTask { try ControlStore(path: path).addTeam(name: "\(number)", at: Self.now) }
        }
        try await group.waitForAll()
      }
      #expect(try ControlStore(path: path).snapshot().contents.teams.count == 6)
    }
  }

  @Test("What cannot be used says so: a newer database, another file, another database, a directory")
  func errors() throws {
    func error(_ path: String) -> ControlError? {
      #expect(throws: ControlError.self) { try ControlStore(path: path) }
    }
    try sqlite("INSERT INTO grdb_migrations VALUES ('99: from the future')")
    #expect(error(path)?.reason == .newerVersion)
    #expect(error(path)?.description.contains("Update Assay") == true)
    let noise = try directory.write(Array(repeating: UInt8(ascii: "x"), count: 9000), to: "noise")
    #expect(error(noise)?.reason == .cannotOpen)
    let ledger = directory.path("ledger.sqlite")
    _ = try SQLiteLedger(path: ledger)
    #expect(error(ledger)?.reason == .cannotOpen)
    #expect(error(ledger)?.description.contains("--control FILE") == true)
    let foreign = directory.path("foreign.sqlite")
    try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE mine (a)") }
    #expect(error(foreign)?.reason == .cannotOpen)
    let tables = try DatabaseQueue(path: foreign).read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master")
    }
    #expect(tables == ["mine"], "nothing is put into another's database")
    #expect(error(directory.url.path)?.reason == .cannotCreate)
    #expect(error("/dev/null/control.sqlite")?.reason == .cannotCreate)
  }

  @Test("A row that makes no sense stops nothing else, but a limit that makes none stops everything")
  func damaged() throws {
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.now)
    let good = try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.now)
    let bad = try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.now)
    let bot = try store.addAgent(name: "bot", owner: ana.id, at: Self.now)
    let orphan = try store.createKey(KeyRequest(holder: .agent(bot.id)), at: Self.now)
    try store.setLimit(.requests(1), per: .day, on: .organisation, at: Self.now)
    try sqlite("UPDATE virtual_key SET models = 'not json' WHERE id = \(bad.key.id)")
    try sqlite("DELETE FROM ownership")
    let snapshot = try store.snapshot()
    #expect((try? snapshot.holder(of: good.secret.revealed, at: Self.now).get()) != nil)
    #expect((try? snapshot.holder(of: bad.secret.revealed, at: Self.now).get()) == nil)
    #expect((try? snapshot.holder(of: orphan.secret.revealed, at: Self.now).get()) == nil)
    try sqlite("UPDATE spend_limit SET window = 'fortnight'")
    #expect(throws: ControlError.self) { try store.snapshot() }
  }
}
