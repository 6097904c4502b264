import Foundation
import GRDB
package import Ledger

/// What a machine has collected for a server and the server has not taken yet, with how far each source has been
/// read: stored together, so that nothing is lost or left out whenever either stops.
package struct SQLiteOutbox: CollectionStore {
  private let pool: DatabasePool
  package let hashKey: SipHash24.Key
  private let shipment: @Sendable (SourceUpdate) -> FactShipment?

  /// - Parameters:
  ///   - key: The organisation's. If it is another than before, what was collected under the old one is of no use
  ///     there: everything is forgotten, and read anew.
  ///   - shipment: What of an update is sent; `nil` for nothing.
  package init(
    path: String, key: SipHash24.Key, shipment: @escaping @Sendable (SourceUpdate) -> FactShipment?
  ) throws {
    hashKey = key
    self.shipment = shipment
    try FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
    var configuration = Configuration()
    configuration.label = "outbox"
    configuration.busyMode = .timeout(60)
    pool = try DatabasePool(path: path, configuration: configuration)
    try Self.migrator.migrate(pool)
    try pool.write { db in
      let coded = try JSONEncoder().encode(key)
      let known = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'hash_key'")
      if let known, try JSONDecoder().decode(SipHash24.Key.self, from: known) == key { return }
      for table in ["diagnostic", "source", "outbox"] { try db.execute(sql: "DELETE FROM \(table)") }
      try db.execute(
        sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('hash_key', ?)", arguments: [coded])
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: sources and what is to be sent") { db in
      try db.execute(
        sql: """
          CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
          \(Schema.sources)
          CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL) STRICT;
          """)
    }
    return migrator
  }

  package func knownSources() throws -> [KnownSource] { try pool.read(SourceRows.all) }

  package func checkpoint(ofSource path: String) throws -> [UInt8]? {
    try pool.read { db in try SourceRows.checkpoint(db, of: path) }
  }

  @discardableResult
  package func append(_ updates: [SourceUpdate]) throws -> KeptOut {
    guard !updates.isEmpty else { return KeptOut() }
    let bodies = try updates.map { update in try shipment(update).map { try JSONEncoder().encode($0) } }
    try pool.write { db in
      for (update, body) in zip(updates, bodies) {
        try SourceWriter(db).write(update)
        guard let body else { continue }
        try db.execute(sql: "INSERT INTO outbox (body) VALUES (?)", arguments: [body])
      }
    }
    return KeptOut()
  }

  /// What is to be sent, oldest first: coded shipments, of so many bytes together, or a single larger one.
  package func pending(bytes limit: Int) throws -> (bodies: [[UInt8]], through: Int64)? {
    try pool.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT id, body FROM outbox ORDER BY id")
      var bodies: [[UInt8]] = []
      var size = 0
      var through: Int64 = 0
      while let row = try rows.next() {
        let body: Data = row[1]
        guard bodies.isEmpty || size + body.count <= limit else { break }
        bodies.append(Array(body))
        size += body.count
        through = row[0]
      }
      return bodies.isEmpty ? nil : (bodies, through)
    }
  }

  /// Forgets what the server has taken.
  package func forget(through id: Int64) throws {
    try pool.write { db in try db.execute(sql: "DELETE FROM outbox WHERE id <= ?", arguments: [id]) }
  }

  package func pendingCount() throws -> Int {
    try pool.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM outbox") ?? 0 }
  }
}
