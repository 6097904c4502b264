import ControlSQLite
import Directory
import Foundation
import GRDB
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("The control database")
struct ControlStoreTests {
  private let directory: TemporaryDirectory
  private let path: String
  private let store: ControlStore
  private static func day(_ number: Int64) -> Instant {
    Instant(milliseconds: 1_780_000_000_000) + .days(number)
  }

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path("data/control.sqlite")
    store = try ControlStore(path: path)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("Only its owner can read it, whatever the umask and whatever it was before")
  func permissions() throws {
    try store.addTeam(name: "t", at: Self.day(0))
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600, "\(suffix)") }
    #expect(try mode(directory.path("data")) == 0o700)
    let loose = try directory.write([], to: "loose.sqlite")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: loose)
    let tightened = try ControlStore(path: loose)
    try tightened.addTeam(name: "t", at: Self.day(0))
    for suffix in ["", "-wal", "-shm"] { #expect(try mode(loose + suffix) == 0o600, "\(suffix)") }
    #expect(try tightened.snapshot().contents.teams.count == 1)
  }

  @Test("All that is set comes back after it is opened again")
  func everything() throws {
    let team = try store.addTeam(name: "Payments", at: Self.day(0))
    let project = try store.addProject(name: "Ledger", at: Self.day(0))
    let ana = try store.addPerson(name: "Ana", mail: "ana@example.com", team: team.id, at: Self.day(0))
    let agent = try store.addAgent(name: "triage", owner: ana.id, at: Self.day(1))
    let (key, secret) = try store.createKey(
      KeyRequest(
        name: "laptop", holder: .person(ana.id), team: team.id, project: project.id, expires: Self.day(90),
        models: [ModelPattern("claude-*"), ModelPattern("\"quoted\"")], upstreams: ["anthropic"],
        allowsSubscription: true),
      at: Self.day(2))
    let (agentKey, _) = try store.createKey(KeyRequest(holder: .agent(agent.id)), at: Self.day(2))
    let money = try store.setLimit(.money(NanoDollars(5)), per: .week, on: .person(ana.id), at: Self.day(3))
    let limits = [
      money, try store.setLimit(.tokens(.max), per: .month, on: .organisation, at: Self.day(3)),
      try store.setLimit(.requests(60), per: .minute, on: .key(key.id), at: Self.day(3)),
      try store.setLimit(.concurrency(4), per: .month, on: .agent(agent.id), at: Self.day(3)),
    ]
    let snapshot = try ControlStore(path: path).snapshot()
    let contents = snapshot.contents
    #expect(contents.people == [ana] && contents.teams == [team] && contents.projects == [project])
    #expect(contents.agents == [agent] && contents.keys == [key, agentKey] && contents.limits == limits)
    #expect(contents.memberships == [Tenure(member: ana.id, of: team.id, since: Self.day(0))])
    #expect(contents.ownerships == [Tenure(member: agent.id, of: ana.id, since: Self.day(1))])
    #expect(key.models.count == 2 && key.expires == Self.day(90) && key.allowsSubscription)
    #expect(agentKey.name == "triage")
    let holder = try snapshot.holder(of: secret.revealed, at: Self.day(4)).get()
    #expect(holder.scopes == ChargeScopes(key: key.id, person: ana.id, team: team.id, project: project.id))
    #expect(holder.limits.map(\.id) == limits[0...2].map(\.id))
    #expect(try snapshot.version == store.version())
  }

  @Test("Accounts begin with 2, and none is given twice")
  func accounts() throws {
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.day(0))
    let agent = try store.addAgent(name: "bot", owner: ana.id, at: Self.day(0))
    #expect(ana.account.rawValue == 2 && agent.account.rawValue == 3)
    try store.removePerson(ana.id, at: Self.day(1))
    let again = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.day(2))
    #expect(again.account.rawValue == 4 && again.id != ana.id)
    #expect(throws: DirectoryError.taken(.person, "A@X.Y")) {
      try store.addPerson(name: "Other", mail: "A@X.Y", at: Self.day(2))
    }
    // A refused change leaves no account behind.
    #expect(try store.addPerson(name: "Bo", mail: "b@x.y", at: Self.day(2)).account.rawValue == 5)
  }

  @Test("Names are unique among the living, whatever their case")
  func unique() throws {
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.day(0))
    let team = try store.addTeam(name: "Été", at: Self.day(0))
    #expect(throws: DirectoryError.self) { try store.addTeam(name: " E\u{301}TE\u{301}", at: Self.day(0)) }
    try store.removeTeam(team.id, at: Self.day(1))
    try store.addTeam(name: "été", at: Self.day(2))
    try store.addProject(name: "été", at: Self.day(2))
    try store.addAgent(name: "bot", owner: ana.id, at: Self.day(0))
    #expect(throws: DirectoryError.taken(.agent, "BOT")) {
      try store.addAgent(name: "BOT", owner: ana.id, at: Self.day(0))
    }
    let names = try (0..<3).map { _ in
      try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.day(0)).key.name
    }
    #expect(names == ["a", "a-2", "a-3"])
    #expect(throws: DirectoryError.taken(.key, "A-2")) {
      try store.createKey(KeyRequest(name: "A-2", holder: .person(ana.id)), at: Self.day(0))
    }
    #expect(throws: DirectoryError.self) { try store.addTeam(name: "", at: Self.day(0)) }
    #expect(throws: DirectoryError.self) { try store.addProject(name: "a\nb", at: Self.day(0)) }
    #expect(throws: DirectoryError.self) { try store.addPerson(name: "A", mail: "no", at: Self.day(0)) }
  }

  @Test("A person who leaves takes keys, limits and agents along; what was spent stays theirs")
  func removal() throws {
    let team = try store.addTeam(name: "t", at: Self.day(0))
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", team: team.id, at: Self.day(0))
    let bo = try store.addPerson(name: "Bo", mail: "b@x.y", team: team.id, at: Self.day(0))
    let kept = try store.addAgent(name: "kept", owner: ana.id, at: Self.day(0))
    let lost = try store.addAgent(name: "lost", owner: ana.id, at: Self.day(0))
    let secrets = try [
      VirtualKey.Holder.person(ana.id), .agent(kept.id), .agent(lost.id), .person(bo.id),
    ].map { try store.createKey(KeyRequest(holder: $0), at: Self.day(0)) }
    try store.setLimit(.requests(1), per: .day, on: .person(ana.id), at: Self.day(0))
    try store.setLimit(.requests(1), per: .day, on: .key(secrets[0].key.id), at: Self.day(0))
    try store.setLimit(.requests(1), per: .day, on: .agent(lost.id), at: Self.day(0))
    let staying = try store.setLimit(.requests(1), per: .day, on: .team(team.id), at: Self.day(0))
    try store.handOver(agent: kept.id, to: bo.id, at: Self.day(1))

    let removal = try store.removePerson(ana.id, at: Self.day(2))
    #expect(Set(removal.keys) == ["a", "lost"] && removal.agents == ["lost"] && removal.limits == 3)
    let snapshot = try store.snapshot()
    let opens = secrets.map { (try? snapshot.holder(of: $0.secret.revealed, at: Self.day(3)).get()) != nil }
    #expect(opens == [false, true, false, true])
    guard
      case .failure(.revoked(_, at: Self.day(2))) = snapshot.holder(
        of: secrets[0].secret.revealed, at: Self.day(3))
    else {
      Issue.record("not said to be revoked")
      return
    }
    #expect(snapshot.contents.limits == [staying])
    #expect(snapshot.contents.people.first { $0.id == ana.id }?.ended == Self.day(2))
    #expect(snapshot.team(of: ana.account, at: Self.day(1)) == team.id)
    #expect(snapshot.team(of: ana.account, at: Self.day(2)) == nil)
    #expect(snapshot.person(of: kept.account, at: Self.day(0)) == ana.id)
    #expect(snapshot.person(of: kept.account, at: Self.day(2)) == bo.id)
    #expect(snapshot.person(of: lost.account, at: Self.day(1)) == ana.id)
    #expect(throws: DirectoryError.notFound(.person, "\(ana.id)")) {
      try store.removePerson(ana.id, at: Self.day(3))
    }
    for holder in [VirtualKey.Holder.person(ana.id), .agent(lost.id), .person(999)] {
      #expect(throws: DirectoryError.self) {
        try store.createKey(KeyRequest(holder: holder), at: Self.day(3))
      }
    }
    #expect(throws: DirectoryError.self) { try store.addAgent(name: "x", owner: ana.id, at: Self.day(3)) }
    #expect(throws: DirectoryError.self) {
      try store.setLimit(.requests(1), per: .day, on: .person(ana.id), at: Self.day(3))
    }
    try dangling()
  }

  @Test("A team or project that ends leaves its people, and revokes the keys that name it")
  func removedTeam() throws {
    let team = try store.addTeam(name: "t", at: Self.day(0))
    let project = try store.addProject(name: "p", at: Self.day(0))
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", team: team.id, at: Self.day(0))
    let plain = try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.day(0))
    let named = try store.createKey(KeyRequest(holder: .person(ana.id), team: team.id), at: Self.day(0))
    let ofProject = try store.createKey(
      KeyRequest(holder: .person(ana.id), project: project.id), at: Self.day(0))
    let removal = try store.removeTeam(team.id, at: Self.day(1))
    #expect(removal.members == 1 && removal.keys == [named.key.name])
    #expect(try store.removeProject(project.id, at: Self.day(1)).keys == [ofProject.key.name])
    let snapshot = try store.snapshot()
    #expect(try snapshot.holder(of: plain.secret.revealed, at: Self.day(2)).get().scopes.team == nil)
    #expect(snapshot.team(of: ana.account, at: Self.day(0)) == team.id)
    #expect(throws: DirectoryError.self) { try store.movePerson(ana.id, toTeam: team.id, at: Self.day(2)) }
    #expect(throws: DirectoryError.self) {
      try store.createKey(KeyRequest(holder: .person(ana.id), team: team.id), at: Self.day(2))
    }
    try dangling()
  }

  /// No living row names one that has ended, and no row one that is not there.
  private func dangling() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.read { (db) throws -> Void in
      #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
      let living = """
        SELECT count(*) FROM virtual_key k WHERE revoked IS NULL AND (
          person_id IN (SELECT id FROM person WHERE ended IS NOT NULL)
          OR agent_id IN (SELECT id FROM agent WHERE ended IS NOT NULL)
          OR team_id IN (SELECT id FROM team WHERE ended IS NOT NULL)
          OR project_id IN (SELECT id FROM project WHERE ended IS NOT NULL))
        """
      #expect(try Int.fetchOne(db, sql: living) == 0)
      for (table, whole) in [("membership", "team"), ("ownership", "person")] {
        let open =
          "SELECT count(*) FROM \(table) JOIN \(whole) ON id = of_id WHERE until IS NULL AND ended IS NOT NULL"
        #expect(try Int.fetchOne(db, sql: open) == 0)
      }
    }
  }

  @Test("A limit replaces the one of the same scope, measure and window, and no other")
  func limits() throws {
    let first = try store.setLimit(.requests(1), per: .minute, on: .organisation, at: Self.day(0))
    let tokens = try store.setLimit(.tokens(1), per: .minute, on: .organisation, at: Self.day(0))
    let daily = try store.setLimit(.requests(9), per: .day, on: .organisation, at: Self.day(0))
    let second = try store.setLimit(.requests(2), per: .minute, on: .organisation, at: Self.day(1))
    let calls = try store.setLimit(.concurrency(2), per: .day, on: .organisation, at: Self.day(1))
    #expect(calls.window == .minute)
    let fewer = try store.setLimit(.concurrency(1), per: .week, on: .organisation, at: Self.day(1))
    #expect(try store.snapshot().contents.limits == [tokens, daily, second, fewer])
    #expect(throws: DirectoryError.notFound(.limit, "\(first.id)")) {
      try store.removeLimit(first.id, at: Self.day(2))
    }
    try store.removeLimit(second.id, at: Self.day(2))
    #expect(try store.snapshot().contents.limits == [tokens, daily, fewer])
    #expect(throws: (any Error).self) {
      try store.setLimit(.tokens(0), per: .day, on: .organisation, at: Self.day(2))
    }
  }

  @Test("Notices come back newest first; the oldest make room, and none holds a control character")
  func notices() throws {
    for number in 0..<5 {
      try store.append(
        Notice(
          at: Self.day(Int64(number)), kind: number == 3 ? .breaker : .limit, key: 1,
          person: number % 2 == 0 ? 7 : 8,
          limit: 3, text: "notice \(number)\u{1B}[2J\n"))
    }
    let all = try store.notices()
    #expect(all.map(\.id) == [5, 4, 3, 2, 1] && all[1].kind == .breaker && all[0].limit == 3)
    #expect(all.allSatisfy { !$0.text.contains("\u{1B}") && !$0.text.contains("\n") })
    #expect(try store.notices(person: 8).map(\.id) == [4, 2])
    #expect(try store.notices(since: Self.day(3)).map(\.id) == [5, 4])
    #expect(try store.notices(limit: 1).map(\.id) == [5])
    try DatabaseQueue(path: path).write {
      try $0.execute(
        sql: "UPDATE sqlite_sequence SET seq = \(ControlStore.mostNotices + 2) WHERE name = 'notice'")
    }
    try store.append(Notice(at: Self.day(9), kind: .limit, text: String(repeating: "x", count: 9000)))
    #expect(try store.notices().map(\.id) == [Int64(ControlStore.mostNotices) + 3, 5, 4])
    #expect(try store.notices()[0].text.unicodeScalars.count == ControlStore.longestNotice + 1)
  }

  @Test("Nothing of a secret is in any of its files but the few characters that are shown")
  func secretsStayOut() throws {
    let ana = try store.addPerson(name: "Ana", mail: "a@x.y", at: Self.day(0))
    let secrets = try (0..<20).map { _ in
      try store.createKey(KeyRequest(holder: .person(ana.id)), at: Self.day(0)).secret
    }
    func search() throws -> Int {
      // By another process: to close a database file in this one would drop its locks.
      let files = ["", "-wal", "-shm"].map { path + $0 }.filter(FileManager.default.fileExists)
      let text = try ChildProcess.run("/bin/cat", files).output
      #expect(secrets.contains { text.contains($0.prefix) }, "the search finds what is there")
      return secrets.count { text.contains($0.revealed.dropFirst(10).prefix(8)) }
    }
    #expect(try search() == 0)
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
    #expect(try search() == 0)
    var dumped = ""
    dump(try store.snapshot(), to: &dumped)
    #expect(secrets.allSatisfy { !dumped.contains($0.revealed.dropFirst(10).prefix(8)) })
  }
}
