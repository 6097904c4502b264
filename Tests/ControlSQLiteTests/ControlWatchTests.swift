import Directory
import Foundation
import GRDB
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@testable import ControlSQLite

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
  func live() async throws {
    let live = try LiveDirectory(store)
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.now)
    for round in 0..<20 {
      let (key, secret) = try ControlStore(path: path).createKey(
        KeyRequest(holder: .person(ana.id)), at: Self.now)
      let found = try live.holder(of: secret.revealed, at: Self.now)
      #expect((try? found.get())?.key == key)
      if round == 0 {
        try sqlite("UPDATE virtual_key SET revoked = \(Self.now.milliseconds) WHERE id = \(key.id)")
      } else {
        try ControlStore(path: path).revokeKey(key.id, at: Self.now)
      }
      let refused = try live.holder(of: secret.revealed, at: Self.now)
      guard case .failure(.revoked(key.id, at: Self.now)) = refused else {
        Issue.record("still open in round \(round)")
        return
      }
    }
    // What changed is read as a whole meanwhile, without anybody waiting.
    try await untilRead(live)
    #expect(live.lastKnown.contents.keys.count == 20)
  }

  @Test("While a large directory is being read, every look finds what is so now")
  func large() async throws {
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.now)
    let (key, secret) = try store.createKey(KeyRequest(name: "laptop", holder: .person(ana.id)), at: Self.now)
    try fill(5000, holder: ana.id)
    let live = try LiveDirectory(store)
    var sawOld = false
    for round in 1...50 {
      let limit = try store.setLimit(.requests(Int64(round)), per: .day, on: .key(key.id), at: Self.now)
      #expect(try live.holder(of: secret.revealed, at: Self.now).get().limits == [limit])
      #expect(try live.name(of: .key(key.id)) == "laptop")
      if try live.lastKnown.version < store.version() { sawOld = true }
    }
    #expect(sawOld, "nobody waited for the whole to be read")
    try store.revokeKey(key.id, at: Self.now)
    guard case .failure(.revoked) = try live.holder(of: secret.revealed, at: Self.now) else {
      Issue.record("still open")
      return
    }
    #expect(throws: KeyRefusal.unknown) {
      try live.holder(of: KeySecret().revealed, at: Self.now).get()
    }
    #expect(throws: KeyRefusal.malformed) { try live.holder(of: "asy_", at: Self.now).get() }
    try await untilRead(live)
    #expect(live.lastKnown.contents.keys.count == 5001)
  }

  @Test("A part of the directory says of its key what the whole says")
  func parts() throws {
    let (one, two) = try (store.addTeam(name: "One", at: Self.now), store.addTeam(name: "Two", at: Self.now))
    let project = try store.addProject(name: "Web", at: Self.now)
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", team: one.id, at: Self.now)
    let bo = try store.addPerson(name: "Bo", mail: "b@x.y", at: Self.now)
    let bot = try store.addAgent(name: "Bot", owner: ana.id, at: Self.now)
    var secrets: [KeySecret] = []
    for holder in [VirtualKey.Holder.person(ana.id), .person(bo.id), .agent(bot.id)] {
      for (team, project) in [(nil, nil), (two.id, nil), (nil, project.id), (two.id, project.id)] {
        let request = KeyRequest(
          holder: holder, team: team, project: project, expires: Self.now + .days(1),
          models: ["a*", "b"].map { ModelPattern($0) },
          allowsSubscription: true)
        secrets.append(try store.createKey(request, at: Self.now).secret)
      }
    }
    let keys = try store.snapshot().contents.keys
    let scopes: [Limit.Scope] =
      [.organisation, .project(project.id), .agent(bot.id)] + [one, two].map { .team($0.id) }
      + [ana, bo].map { .person($0.id) } + keys.map { .key($0.id) }
    for scope in scopes {
      for window in [Limit.Window.month, .day] {
        try store.setLimit(.tokens(1000), per: window, on: scope, at: Self.now)
      }
    }
    try store.movePerson(ana.id, toTeam: two.id, at: Self.now)
    try store.handOver(agent: bot.id, to: bo.id, at: Self.now)
    try store.removeTeam(one.id, at: Self.now)
    try store.revokeKey(keys[3].id, at: Self.now)
    let whole = try store.snapshot()
    for secret in secrets {
      let part = try store.part(holding: secret.hash)
      #expect(part.version == whole.version)
      switch (
        part.holder(of: secret.revealed, at: Self.now), whole.holder(of: secret.revealed, at: Self.now)
      ) {
      case (.success(let one), .success(let other)):
        #expect(one.key == other.key && one.account == other.account && one.name == other.name)
        #expect(one.scopes == other.scopes && one.limits == other.limits && one.limits.count >= 6)
      case (.failure(let one), .failure(let other)): #expect(one == other)
      default: Issue.record("\(secret) opens by the one and not by the other")
      }
    }
    for scope in scopes {
      #expect(try store.name(of: scope) == whole.name(of: scope))
      #expect((whole.name(of: scope) == nil) == (scope == .organisation))
    }
    #expect(whole.name(of: .key(99)) == nil && whole.name(of: .team(-1)) == nil)
  }

  /// Each look sees to it that what is not read yet is read.
  private func untilRead(_ live: LiveDirectory) async throws {
    while try live.lastKnown.version < store.version() {
      _ = try live.name(of: .organisation)
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  /// Further keys of somebody's, as an organisation's import makes them.
  private func fill(_ count: Int, holder: Int64) throws {
    try sqlite(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
      INSERT INTO virtual_key
        (name, folded, person_id, hash, prefix, created, models, upstreams, allows_subscription)
      SELECT 'key ' || i, 'key ' || i, \(holder), randomblob(32), 'asy_' || i, 0, '[]', '[]', 0 FROM n
      """)
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
