import GRDB
import Ledger

/// The keys of sessions by the numbers of their rows: all at once where all are asked for, else each as it is.
struct SessionKeys {
  private let db: Database
  private let isWhole: Bool
  private var known: [Int64: SessionID] = [:]

  init(_ db: Database, all isWhole: Bool) throws {
    self.db = db
    self.isWhole = isWhole
    guard isWhole else { return }
    let rows = try Select(db, sql: "SELECT id, key FROM session")
    while let row = try rows.next() { known[row[0]] = row.key(1) }
  }

  /// `nil` if there is no such session.
  mutating func key(of id: Int64) throws -> SessionID? {
    if let key = known[id] { return key }
    guard !isWhole else { return nil }
    let rows = try Select(db, sql: "SELECT key FROM session WHERE id = ?") { $0.add(id) }
    // A row is good for as long as what it is of.
    let key = try withExtendedLifetime(rows) { try rows.next()?.key(0) }
    known[id] = key
    return key
  }
}
