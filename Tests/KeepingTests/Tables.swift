import ControlSQLite
import Foundation
import GRDB
import Inventory
import LedgerSQLite

/// All rows of all tables of a database, as they are.
struct Tables: Equatable {
  /// By table: how often each row is there.
  var rows: [String: [String: Int]] = [:]

  init() {}

  init(_ path: String) throws {
    self = try DatabaseQueue(path: path).read { db in
      var tables = Tables()
      let names = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      for name in names { tables.rows[name] = try Self.rows(db, name, where: "true") }
      return tables
    }
  }

  /// Those rows that the inventory says go with a person.
  init(goingFrom path: String, _ inventory: [KeptTable], _ scope: PersonScope) throws {
    self = try DatabaseQueue(path: path).read { db in
      var tables = Tables()
      for table in inventory {
        // A row may be a person's in two ways.
        let conditions = table.parts.filter { $0.erasure == .deleted }.map { "(\(scope.filled($0.rows)))" }
        guard !conditions.isEmpty else { continue }
        tables.rows[table.name] = try Self.rows(db, table.name, where: conditions.joined(separator: " OR "))
      }
      return tables
    }
  }

  private static func rows(_ db: Database, _ table: String, where condition: String) throws -> [String: Int] {
    let columns = try db.columns(in: table).map { "quote(\($0.name))" }.joined(separator: " || '|' || ")
    let rows = try String.fetchAll(db, sql: "SELECT \(columns) FROM \(table) WHERE \(condition)")
    return Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +)
  }

  /// Without these rows.
  func without(_ gone: Tables) -> Tables {
    var rest = self
    for (table, rows) in gone.rows {
      for (row, count) in rows { rest.rows[table]?[row, default: 0] -= count }
      rest.rows[table] = rest.rows[table]?.filter { $0.value != 0 }
    }
    return rest
  }

  func ignoring(_ tables: Set<String>) -> Tables {
    var rest = self
    rest.rows = rows.filter { !tables.contains($0.key) }
    return rest
  }

  /// What differs, in a few lines.
  func difference(from other: Tables) -> [String] {
    Set(rows.keys).union(other.rows.keys).sorted().flatMap { table -> [String] in
      let (a, b) = (rows[table] ?? [:], other.rows[table] ?? [:])
      guard a != b else { return [] }
      let only = a.filter { b[$0.key] != $0.value }.keys.sorted().prefix(2).map {
        "\(table): only before: \($0.prefix(200))"
      }
      let more = b.filter { a[$0.key] != $0.value }.keys.sorted().prefix(2).map {
        "\(table): only after: \($0.prefix(200))"
      }
      return only + more
    }
  }
}

/// The bytes of a database and of what lies beside it.
func bytes(of path: String) -> Data {
  ["", "-wal"].reduce(into: Data()) { all, suffix in
    all += FileManager.default.contents(atPath: path + suffix) ?? Data()
  }
}
