import Foundation
import GRDB
import Surroundings

/// A database of ours as a file: what can be said of it, and done to it, whatever is in it.
package struct DatabaseFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Whether it begins as every database of SQLite's does.
  package var isDatabase: Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
  }

  /// Of migrations called `4: …`, the highest number.
  package static func version(of migrations: [String]) -> Int {
    migrations.compactMap { Int($0.prefix { $0.isNumber }) }.max() ?? 0
  }

  /// The version of its tables; 0 if it has none of ours.
  package func version() throws -> Int {
    try reading { db in
      guard try db.tableExists("grdb_migrations") else { return 0 }
      return Self.version(of: try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations"))
    }
  }

  /// What SQLite finds wrong with it: pages, indexes, references.
  package func problems() throws -> [String] {
    try reading { db in
      let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
      let loose = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map {
        "a row of \($0["table"] ?? "?") refers to one that is not there"
      }
      return damage + loose
    }
  }

  /// Copies it as it is at one moment, while others may be using it.
  ///
  /// - Throws: ``WholeFileError`` rather than replace anything.
  package func copy(to copy: String) throws {
    let source = try DatabaseQueue(path: path, configuration: Self.configuration)
    try WholeFile.make(at: copy) { partial in
      let target = try DatabaseQueue(path: partial)
      try source.backup(to: target)
      try target.close()
    }
    try source.close()
  }

  /// Rewrites the file without the room of what was deleted, and empties the log beside it: what was deleted is in
  /// neither any more. Others may go on using it; writers wait meanwhile.
  ///
  /// - Returns: `false` if somebody was reading all the while, so that the log could not be emptied.
  package func scrub() throws -> Bool {
    let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
    defer { try? queue.close() }
    return try queue.inDatabase { db in
      // A copy is made on the way, which need not fit into memory.
      try db.execute(sql: "PRAGMA temp_store = FILE; PRAGMA secure_delete = ON; VACUUM")
      for attempt in 0..<50 {
        if attempt > 0 { usleep(100_000) }
        if try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0 { return true }
      }
      return false
    }
  }

  /// Makes it one file, with nothing beside it.
  ///
  /// - Returns: `false` if it is in use.
  package func settle() throws -> Bool {
    var configuration = Self.configuration
    configuration.busyMode = .timeout(1)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    do {
      return try queue.inDatabase { db in
        try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete"
      }
    } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
      return false
    }
  }

  private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
    defer { try? queue.close() }
    return try queue.read(body)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "database file"
    configuration.busyMode = .timeout(60)
    return configuration
  }
}
