import ControlSQLite
import Directory
import Foundation
import GRDB
import Ledger
import TestCorpus
import Testing
import Visibility

@testable import Keeping
@testable import LedgerSQLite

@Suite("Restoring a backup") struct RestoreTests {
  private struct Killed: Error {}

  private let place: TemporaryDirectory
  private let places: Restore.Places
  private let backup: String
  private let now = Instant(Date())

  init() throws {
    place = try TemporaryDirectory()
    places = Restore.Places(ledger: place.path("ledger.sqlite"), control: place.path("control.sqlite"))
    backup = place.path("backup")
    try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
  }

  private func batch(_ name: String, of account: AccountID = .local) -> FactBatch {
    var batch = FactBatch()
    batch.account = account
    batch.sessions = [SessionFact(id: .ofCodex(name), tool: .codex, name: name, started: now)]
    batch.usage = [
      UsageRecord(
        id: EventID(space: "test/usage", name), session: .ofCodex(name), ownerRank: .stated, at: now,
        tool: .codex, model: "gpt-5.1", counts: TokenCounts(input: 1, output: 1))
    ]
    return batch
  }

  /// Something before the backup and something after it; nobody has the databases open any more.
  private func fill() throws -> Organisation {
    let control = try ControlStore(path: places.control)
    let organisation = try Organisation(control, at: now)
    let ledger = try SQLiteLedger(path: places.ledger)
    try ledger.append(
      [batch("before", of: organisation.ada.account), batch("bob's", of: organisation.bob.account)],
      surviving: .crash)
    try ledger.backUp(to: backup + "/ledger.sqlite")
    try control.backUp(to: backup + "/control.sqlite")
    try ledger.append([batch("after", of: organisation.bob.account)], surviving: .crash)
    _ = try control.addTeam(name: "after", at: now)
    return organisation
  }

  /// What is there, opened as every command opens it.
  private func state() throws -> (sessions: Set<String>, teams: Set<String>) {
    try Restore.finishPending(control: places.control)
    return (
      Set(try SQLiteLedger(path: places.ledger).sessions().map(\.name)),
      Set(try ControlStore(path: places.control).snapshot().contents.teams.map(\.name))
    )
  }

  @Test("Everything is as it was when the copy was made, and what was replaced is kept")
  func restores() throws {
    _ = try fill()
    let before = try (Tables(backup + "/ledger.sqlite"), Tables(backup + "/control.sqlite"))
    let outcome = try Restore(to: places).run(from: backup, at: now)
    #expect(try Tables(places.ledger) == before.0)
    #expect(try Tables(places.control) == before.1)
    #expect(outcome.kept.count == 2)
    #expect(try SQLiteLedger(path: outcome.kept[0]).sessions().count == 3)
    let files = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
    #expect(files.allSatisfy { !$0.contains("restor") }, "\(files)")
    for path in [places.ledger, places.control] {
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("Where there was nothing, it is restored too")
  func anew() throws {
    _ = try fill()
    let elsewhere = Restore.Places(ledger: place.path("new-l.sqlite"), control: place.path("new-c.sqlite"))
    let outcome = try Restore(to: elsewhere).run(from: backup, at: now)
    #expect(outcome.kept.isEmpty)
    #expect(try SQLiteLedger(path: elsewhere.ledger).sessions().count == 2)
  }

  @Test("Killed at any step, there is all of the old or all of the new, and the next try does it")
  func killed() throws {
    _ = try fill()
    for step in Restore.Step.allCases {
      for occasion in step == .moved ? 1...2 : 1...1 {
        let box = Occasions()
        let restore = Restore(to: places) { reached in
          if reached == step, box.add() == occasion { throw Killed() }
        }
        #expect(throws: Killed.self) { try restore.run(from: backup, at: now) }
        let (sessions, teams) = try state()
        let isNew = [.noted, .moved, .finished].contains(step)
        #expect(sessions.contains("after") == !isNew, "\(step) \(occasion)")
        #expect(teams.contains("after") == !isNew, "\(step) \(occasion)")
        #expect(sessions.isSuperset(of: ["before", "bob's"]))
        // For the next step there is something to be replaced again.
        if isNew {
          try SQLiteLedger(path: places.ledger).append([batch("after")], surviving: .crash)
          _ = try ControlStore(path: places.control).addTeam(name: "after", at: now)
        }
      }
    }
    _ = try Restore(to: places).run(from: backup, at: now)
    let end = try state()
    #expect(end.sessions == ["before", "bob's"] && !end.teams.contains("after"))
  }

  @Test("Whoever was erased since does not come back by it")
  func erased() throws {
    let organisation = try fill()
    _ = try PersonErasure(
      ledger: SQLiteLedger(path: places.ledger), control: ControlStore(path: places.control)
    ).erase(organisation.ada.id, at: now)
    #expect(bytes(of: backup + "/control.sqlite").range(of: Data("Ada Lovelace".utf8)) != nil)
    let outcome = try Restore(to: places).run(from: backup, at: now)
    #expect(outcome.erasedAgain == 1 && outcome.unknownErased == 0)
    let state = try state()
    #expect(state.sessions == ["bob's"])
    for word in Organisation.words {
      #expect(bytes(of: places.control).range(of: Data(word.utf8)) == nil, "\(word)")
      #expect(bytes(of: places.ledger).range(of: Data(word.utf8)) == nil, "\(word)")
    }
    let ledger = try SQLiteLedger(path: places.ledger)
    #expect(try ledger.append([batch("late", of: organisation.ada.account)], surviving: .crash).erased == 2)
    // In another organisation's backup the same number is another person.
    let other = try ControlStore(path: place.path("other/control.sqlite"))
    for name in ["x", "y", "z"] {
      try other.addPerson(name: name, mail: "\(name)@example.com", at: now - .days(5))
    }
    let foreign = place.path("foreign")
    try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: true)
    try other.backUp(to: foreign + "/control.sqlite")
    try SQLiteLedger(path: place.path("other/ledger.sqlite")).backUp(to: foreign + "/ledger.sqlite")
    let third = Restore.Places(ledger: place.path("third-l.sqlite"), control: place.path("third-c.sqlite"))
    try DatabaseFile(path: places.control).copy(to: third.control)
    let strange = try Restore(to: third).run(from: foreign, at: now)
    #expect(strange.erasedAgain == 0 && strange.unknownErased == 1)
    #expect(try ControlStore(path: third.control).snapshot().contents.people.map(\.name) == ["x", "y", "z"])
  }

  @Test("While somebody has a database open nothing is done")
  func inUse() throws {
    _ = try fill()
    let ledger = try SQLiteLedger(path: places.ledger)
    #expect(throws: KeepingError.inUse(places.ledger)) { try Restore(to: places).run(from: backup, at: now) }
    #expect(try ledger.sessions().count == 3)
    try ledger.append([batch("goes on")], surviving: .crash)
  }

  @Test("What is no whole copy of ours is refused, and nothing has changed")
  func refused() throws {
    _ = try fill()
    let copy = backup + "/ledger.sqlite"
    let whole = try Data(contentsOf: URL(filePath: copy))
    func expectRefusal(_ isRight: (KeepingError) -> Bool) throws {
      do {
        _ = try Restore(to: places).run(from: backup, at: now)
        Issue.record("was restored")
      } catch let error as KeepingError { #expect(isRight(error), "\(error)") }
      #expect(try state().sessions.contains("after"))
    }
    // Damaged in the middle, cut off, something else, of a newer program, not there.
    var damaged = whole
    for offset in stride(from: 8192, to: damaged.count, by: 4096) {
      damaged.replaceSubrange(offset..<offset + 64, with: Data(repeating: 0xAB, count: 64))
    }
    try damaged.write(to: URL(filePath: copy))
    try expectRefusal { if case .damaged = $0 { true } else { false } }
    try Data("nothing".utf8).write(to: URL(filePath: copy))
    try expectRefusal { $0 == .notACopy(copy) }
    try whole.write(to: URL(filePath: copy))
    try DatabaseQueue(path: copy).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99: later')")
    }
    try expectRefusal { $0 == .newer(copy, version: 99, known: SQLiteLedger.newestVersion) }
    try FileManager.default.removeItem(atPath: copy)
    try expectRefusal { $0 == .notACopy(copy) }
  }

  @Test("A week that was published since the backup is not published again with other figures")
  func publishedWeeks() throws {
    _ = try fill()
    let week = Week(year: 2026, number: 21)
    let use = WeekOfUse(week: week, contributions: [])
    do {
      let control = try ControlStore(path: places.control)
      try control.freeze(Lattice().close(use).week, madeOf: ClosedUse(use, sessions: []), at: now)
      _ = try control.freezeReconciliation("what was shown", from: "2026-05-18", at: now)
    }
    _ = try Restore(to: places).run(from: backup, at: now)
    let control = try ControlStore(path: places.control)
    #expect(try control.frozenWeeks().map(\.week) == [week])
    #expect(try control.closedUse(of: week)?.use == use)
    #expect(
      try control.freezeReconciliation("something else", from: "2026-05-18", at: now) == "what was shown")
  }
}
