import ControlSQLite
import GRDB
import Journal

/// Every row of every table of agents', as it lies in the file.
struct Contents: Equatable {
  var rows: [String: [String]] = [:]

  init(_ path: String) throws {
    rows = try DatabaseQueue(path: path).read { db in
      var rows: [String: [String]] = [:]
      for table in try Self.tables(db) {
        let list = try db.columns(in: table).map { "quote(\($0.name))" }.joined(separator: " || '|' || ")
        rows[table] = try String.fetchAll(db, sql: "SELECT \(list) FROM \(table)").sorted()
      }
      return rows
    }
  }

  static func tables(_ db: Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'agent\\_%' ESCAPE '\\'")
  }
}

/// As another process has it open.
struct Opened {
  var journal: SQLiteJournal

  init(_ path: String) throws { journal = SQLiteJournal(try ControlStore(path: path)) }
}
