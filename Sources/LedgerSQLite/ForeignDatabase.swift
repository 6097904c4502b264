import Foundation
import GRDB

/// Another program's SQLite database, opened so that nothing in it can change.
package struct ForeignDatabase: Sendable {
  private let queue: DatabaseQueue

  /// - Throws: ``ForeignDatabaseError`` if there is no database at `path` or it cannot be opened.
  package init(path: String) throws(ForeignDatabaseError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "foreign"
    configuration.busyMode = .timeout(5)
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw ForeignDatabaseError(error)
    }
  }

  /// Reads as of one moment, however long it takes and whatever is written meanwhile.
  package func read<Value>(_ body: (Snapshot) throws -> Value) throws -> Value {
    do {
      return try queue.read { try body(Snapshot(db: $0)) }
    } catch let error as DatabaseError {
      throw ForeignDatabaseError(error)
    }
  }

  /// The database as of one moment.
  package struct Snapshot {
    fileprivate let db: Database

    package func tables() throws -> Set<String> {
      try Set(String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'"))
    }

    /// Runs a query of two columns and hands over each row.
    ///
    /// - Parameter argument: Bound to `?1`, if the query has it.
    package func forEach(
      _ sql: String, argument: String?, _ body: (_ key: String, _ unit: [UInt8]) throws -> Void
    ) throws {
      // Queries run within one another, so that a statement shared between them would be reset.
      let statement = try db.makeStatement(sql: sql)
      let rows = try Row.fetchCursor(statement, arguments: argument.map { [$0] } ?? [])
      while let row = try rows.next() {
        guard let key = row[0] as String?, let unit = row[1] as String? else { continue }
        try body(key, Array(unit.utf8))
      }
    }
  }
}

/// Why another program's database cannot be read.
package struct ForeignDatabaseError: Error, CustomStringConvertible {
  package let description: String

  init(_ error: any Error) {
    description = (error as? DatabaseError)?.message ?? (error as NSError).localizedDescription
  }
}
