package import Directory
import GRDB
package import Inventory
import Ledger

extension ControlStore: KeptStore {
  package func forEachRow(
    of part: KeptPart, in table: KeptTable, of scope: PersonScope, _ body: (String) throws -> Void
  ) throws {
    do {
      try pool.read { db in
        let rows = try String.fetchCursor(db, sql: table.query(part, of: scope))
        while let row = try rows.next() { try body(row) }
      }
    } catch let error as DatabaseError {
      throw ControlError(error, path: path)
    }
  }

  package func countRows(of part: KeptPart, in table: KeptTable, of scope: PersonScope) throws -> Int {
    try read { db in
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(table.name) WHERE \(scope.filled(part.rows))") ?? 0
    }
  }

  /// By which numbers a person is found: their own, and those of whoever was merged into them.
  ///
  /// - Throws: ``DirectoryError`` if there is no such person; ``ErasureError`` if they were merged into another.
  package func scope(of person: Int64) throws -> PersonScope {
    let found = try read { db in Result { try Self.scope(db, of: person) } }
    return try found.get()
  }

  static func scope(_ db: Database, of person: Int64) throws -> PersonScope {
    guard
      let own = try Int64.fetchOne(db, sql: "SELECT account_id FROM person WHERE id = ?", arguments: [person])
    else { throw DirectoryError.notFound(.person, String(person)) }
    let held = "SELECT of_id FROM holding WHERE member_id = ? AND until IS NULL AND of_id <> ?"
    if let other = try Int64.fetchOne(db, sql: held, arguments: [own, person]) {
      throw ErasureError.mergedInto(other)
    }
    let accounts = try Set(
      [own]
        + Int64.fetchAll(
          db, sql: "SELECT member_id FROM holding WHERE of_id = ? AND until IS NULL", arguments: [person]))
    let list = PersonScope.list(accounts.sorted())
    let people = try Int64.fetchAll(
      db, sql: "SELECT id FROM person WHERE account_id IN (\(list)) ORDER BY id")
    let owners = PersonScope.list(people)
    return PersonScope(
      people: people, accounts: accounts.sorted(),
      keys: try Int64.fetchAll(
        db, sql: "SELECT id FROM virtual_key WHERE person_id IN (\(owners)) ORDER BY id"),
      tokens: try Int64.fetchAll(
        db, sql: "SELECT id FROM api_token WHERE person_id IN (\(owners)) ORDER BY id"))
  }

  /// The people who are or were known by a mail address, the living first.
  package func people(mail: String) throws(ControlError) -> [Person] {
    try read { db in
      let all = try ControlRows.people(db, where: "folded = ?", [DirectoryText.folded(mail)])
      return all.filter { $0.ended == nil } + all.filter { $0.ended != nil }
    }
  }

  /// The version of the tables that this program makes.
  package static var newestVersion: Int {
    ControlSchema.migrator.migrations.compactMap { Int($0.prefix { $0.isNumber }) }.max() ?? 0
  }
}
