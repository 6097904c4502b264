import GRDB
package import Inventory
package import Ledger

extension SQLiteLedger: KeptStore {
  package func forEachRow(
    of part: KeptPart, in table: KeptTable, of scope: PersonScope, _ body: (String) throws -> Void
  ) throws {
    try read { db in
      let rows = try Select(db, sql: table.query(part, of: scope))
      while let row = try rows.next() { try body(row[0]) }
    }
  }

  package func countRows(of part: KeptPart, in table: KeptTable, of scope: PersonScope) throws -> Int {
    try read { db in
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table.name) WHERE \(scope.filled(part.rows))") ?? 0
    }
  }

  /// What came in and was not taken, since ever.
  package func keptOut() throws -> KeptOut {
    try read { db in
      var sum = KeptOut()
      let rows = try Select(db, sql: "SELECT reason, SUM(facts) FROM kept_out GROUP BY reason")
      while let row = try rows.next() {
        if row[0] == "older" { sum.older = row[1] } else { sum.erased = row[1] }
      }
      return sum
    }
  }

  /// The version of the tables that this program makes.
  package static var newestVersion: Int { DatabaseFile.version(of: Schema.migrator.migrations) }
}
