import Directory
import Foundation
import GRDB
import Ledger
import TestCorpus
import Testing

@testable import ControlSQLite
@testable import Keeping
@testable import LedgerSQLite

@Suite("Upgrading databases of versions before") struct UpgradeTests {
  /// A database as it was at an earlier version, with what of today's rows there was room for then.
  private static func make(
    _ path: String, upTo migration: String, _ migrator: DatabaseMigrator, from filled: String
  )
    throws
  {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try migrator.migrate(queue, upTo: migration)
    try queue.inDatabase { db in
      try db.execute(sql: "ATTACH DATABASE ? AS filled", arguments: [filled])
      // Settings are the database's own.
      for table in try tables(db) where table != "setting" {
        let columns = try db.columns(in: table).map(\.name).joined(separator: ", ")
        try db.execute(
          sql:
            "DELETE FROM \(table); INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM filled.\(table)")
      }
      try db.execute(sql: "DETACH DATABASE filled; PRAGMA journal_mode = WAL")
    }
    try queue.close()
  }

  private static func tables(_ db: Database) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT name FROM sqlite_master
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
        """)
  }

  /// The rows of those columns that were there already.
  private static func rows(_ path: String, columnsOf old: String) throws -> [String: [String]] {
    let columns = try DatabaseQueue(path: old).read { db in
      try Dictionary(uniqueKeysWithValues: tables(db).map { ($0, try db.columns(in: $0).map(\.name)) })
    }
    return try DatabaseQueue(path: path).read { db in
      try Dictionary(
        uniqueKeysWithValues: columns.map { table, columns in
          let list = columns.map { "quote(\($0))" }.joined(separator: " || '|' || ")
          return (table, try String.fetchAll(db, sql: "SELECT \(list) FROM \(table)").sorted())
        })
    }
  }

  @Test("Every version before is brought up to date with all that is in it, and can be gone back to")
  func everyVersion() async throws {
    let people = try await TwoPeople()
    let place = people.place
    for (filled, migrator, isLedger) in [
      (people.ledger.path, Schema.migrator, true), (people.control.path, ControlSchema.migrator, false),
    ] {
      let newest = isLedger ? SQLiteLedger.newestVersion : ControlStore.newestVersion
      #expect(newest >= migrator.migrations.count)
      for migration in migrator.migrations.dropLast() {
        let name = "\(isLedger ? "ledger" : "control")-\(migration.prefix { $0 != ":" }).sqlite"
        let path = place.path(name)
        try Self.make(path, upTo: migration, migrator, from: filled)
        let before = try Self.rows(path, columnsOf: path)
        #expect(before.values.count { !$0.isEmpty } >= 7)
        let made = isLedger ? try CopyBeforeUpgrade.ofLedger(path) : try CopyBeforeUpgrade.ofControl(path)
        let copy = try #require(made)
        #expect(copy == "\(path).before-\(newest)")
        if isLedger {
          let ledger = try SQLiteLedger(path: path)
          #expect(try ledger.sessions().count == people.ledger.sessions().count)
          #expect(try ledger.integrityProblems().isEmpty)
        } else {
          let control = try ControlStore(path: path)
          #expect(try control.snapshot().contents.people == people.control.snapshot().contents.people)
        }
        #expect(try DatabaseFile(path: path).version() == newest)
        var after = try Self.rows(path, columnsOf: copy)
        var expected = before
        // Each address becomes an identity, as do those that are there.
        for table in ["setting", "identity"] {
          after[table] = nil
          expected[table] = nil
        }
        for table in expected.keys { #expect(after[table] == expected[table], "\(name): \(table)") }
        // The copy is what was there, and is not made again.
        #expect(try Self.rows(copy, columnsOf: copy) == before)
        let again = isLedger ? try CopyBeforeUpgrade.ofLedger(path) : try CopyBeforeUpgrade.ofControl(path)
        #expect(again == nil)
        #expect(try DatabaseFile(path: copy).version() == Int(migration.prefix { $0 != ":" }))
      }
    }
  }

  @Test("A database of a newer program is not touched, and both versions are named")
  func newer() throws {
    let place = try TemporaryDirectory()
    let path = place.path("ledger.sqlite")
    _ = try SQLiteLedger(path: path)
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('77: later')")
    }
    do {
      try CopyBeforeUpgrade.ofLedger(path)
      Issue.record("was taken for ours")
    } catch let error as KeepingError {
      #expect(
        "\(error)".contains("version 77") && "\(error)".contains("version \(SQLiteLedger.newestVersion)"))
    }
  }
}
