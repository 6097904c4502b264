import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Export, erase, backup and restore, as commands") struct KeepingTests {
  private let assay: Command
  private var data: String { assay.home + "/.local/share/assay" }
  private let now = Instant(Date())

  init() throws {
    var command = try Command()
    command.isServer = true
    assay = command
  }

  /// A person with so many sessions, and another with one.
  private func fill(sessions: Int) throws -> Person {
    let control = try ControlStore(path: data + "/control.sqlite")
    let ada = try control.addPerson(name: "Ada Lovelace", mail: "ada@example.org", at: now)
    let bob = try control.addPerson(name: "Bob Babbage", mail: "bob@example.org", at: now)
    _ = try control.createKey(KeyRequest(name: "countess", holder: .person(ada.id)), at: now)
    let ledger = try SQLiteLedger(path: data + "/ledger.sqlite")
    try ledger.append(
      (0..<sessions).map { batch("lovelace \($0)", of: ada) } + [batch("babbage", of: bob)], surviving: .crash
    )
    return ada
  }

  private func batch(_ name: String, of person: Person) -> FactBatch {
    var batch = FactBatch()
    batch.account = person.account
    batch.sessions = [SessionFact(id: .ofCodex(name), tool: .codex, name: name, started: now, ended: now)]
    batch.usage = (0..<10).map { number in
      UsageRecord(
        id: EventID(space: "test/usage", "\(name) \(number)"), session: .ofCodex(name), ownerRank: .stated,
        at: now,
        tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 1, output: 1))
    }
    return batch
  }

  private func find(_ word: String) -> [String] {
    ["ledger.sqlite", "ledger.sqlite-wal", "control.sqlite", "control.sqlite-wal"].filter { name in
      FileManager.default.contents(atPath: "\(data)/\(name)")?.range(of: Data(word.utf8)) != nil
    }
  }

  @Test("A person's data is written down for them")
  func export() throws {
    _ = try fill(sessions: 3)
    let result = try assay.shell(
      "cd '\(assay.home)' && assay export ada@example.org --output out && ls out && cat out/README.txt")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for word in ["usage.json", "keys.json", "README.txt", "until you are erased"] {
      #expect(result.output.contains(word), "\(word)")
    }
    let again = try assay.shell("cd '\(assay.home)' && assay export ada@example.org --output out")
    #expect(again.status == 1 && again.errors.contains("nothing was replaced"))
    let nobody = try assay.shell("assay export nobody@example.org")
    #expect(nobody.status == 1 && nobody.errors.contains("Nobody is or was known as"))
  }

  @Test("Nobody is erased unless that is confirmed, and what would go is shown")
  func asks() throws {
    _ = try fill(sessions: 3)
    let result = try assay("erase", "ada@example.org")
    #expect(result.status != 0 && result.errors.contains("--yes"))
    #expect(result.output.contains("30\tusage\n") && result.output.contains("3\tsessions\n"))
    #expect(!find("lovelace").isEmpty)
  }

  @Test("Killed at any moment while a server runs, erasing is gone on with, and leaves nothing in the files")
  func erase() async throws {
    let ada = try fill(sessions: 1500)
    let server = try ChildProcess(
      "/usr/bin/env",
      ["-i", "HOME=\(assay.home)", "PATH=/usr/bin:/bin", "TZ=UTC"]
        + [ChildProcess.built("assay-server"), "serve", "--without-gateway", "--listen", "127.0.0.1:0"])
    defer {
      server.kill()
      _ = try? server.wait()
    }
    for _ in 0..<600 where !server.errors.contains("pages on") && !server.output.contains("pages on") {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(server.isRunning, "\(server.errors)")
    var generator = SeededGenerator(seed: 11)
    var kills = 0
    for attempt in 0..<10 {
      let child = try ChildProcess(
        "/usr/bin/env",
        ["-i", "HOME=\(assay.home)", "PATH=/usr/bin:/bin"]
          + [ChildProcess.built("assay-server"), "erase", "ada@example.org", "--yes"])
      let pause = Int.random(in: 10...40, using: &generator) * (attempt + 1)
      if try Self.kill(child, afterMilliseconds: pause) { kills += 1 }
    }
    #expect(kills > 0)
    let result = try assay("erase", "ada@example.org", "--yes")
    #expect(result.status == 0, "\(result.errors)")
    #expect(server.isRunning)
    for word in ["lovelace", "Lovelace", "ada@example.org", "countess"] {
      #expect(find(word).isEmpty, "\(word)")
    }
    let ledger = try SQLiteLedger(path: data + "/ledger.sqlite")
    #expect(try ledger.sessions().map(\.name) == ["babbage"])
    #expect(try ledger.integrityProblems().isEmpty)
    #expect(try ledger.append([batch("late", of: ada)], surviving: .crash).erased == 11)
    let unfinished = try assay("erase", "--unfinished")
    #expect(unfinished.output == "Nothing was left unfinished.\n")
  }

  /// Waits on the thread itself: a task that sleeps is woken only when one of the few threads is free, and then it may
  /// be too late.
  ///
  /// - Returns: Whether it was killed, and had not ended by itself.
  private static func kill(_ child: ChildProcess, afterMilliseconds pause: Int) throws -> Bool {
    Thread.sleep(forTimeInterval: Double(pause) / 1000)
    child.kill()
    return try child.wait().status == nil
  }

  @Test("What was backed up comes back, but for whoever was erased; not while a server runs")
  func restore() async throws {
    _ = try fill(sessions: 5)
    let backup = assay.directory.path("backup")
    #expect(try assay("backup", "--into", backup).status == 0)
    #expect(try assay("erase", "ada@example.org", "--yes").status == 0)
    #expect(try assay("person", "remove", "bob@example.org").status == 0)
    do {
      let open = try ControlStore(path: data + "/control.sqlite")
      let refused = try assay("restore", backup)
      #expect(refused.status == 1 && refused.errors.contains("is in use"), "\(refused.errors)")
      #expect(try open.snapshot().contents.people.allSatisfy { $0.ended != nil })
    }
    let restored = try assay("restore", backup)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(restored.output.contains("erased after the backup: 1"))
    let control = try ControlStore(path: data + "/control.sqlite")
    #expect(
      try control.snapshot().contents.people.filter { $0.ended == nil }.map(\.mail) == ["bob@example.org"])
    #expect(try SQLiteLedger(path: data + "/ledger.sqlite").sessions().map(\.name) == ["babbage"])
    #expect(find("ovelace").isEmpty)
  }
}
