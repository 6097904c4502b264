package import Directory
import Foundation
import GRDB
import Ledger
import Synchronization

/// The control database: who there is, with which keys and under which limits. One SQLite file in WAL mode, small
/// and precious; several processes may use it at once, and writers take turns.
package struct ControlStore: Sendable {
  let pool: DatabasePool
  private let watch: ControlWatch
  let memory = ControlMemory()
  package let path: String

  /// Opens the control database at `path`, making it and its directory if they do not exist. Only the owner of
  /// the file can read it.
  ///
  /// - Throws: ``ControlError`` if the directory or file cannot be made, is no control database, or belongs to a
  ///   newer version of Assay.
  package init(path: String) throws(ControlError) {
    self.path = path
    try Self.makeFile(path)
    do {
      var configuration = Configuration()
      configuration.label = "control"
      configuration.busyMode = .timeout(60)
      configuration.maximumReaderCount = 2
      configuration.prepareDatabase { db in
        // Changes are few, and a revoked key must not come back with the power: FULL.
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
      }
      pool = try DatabasePool(path: path, configuration: configuration)
      let migrator = ControlSchema.migrator
      guard try pool.read(Self.isOurs) else {
        throw ControlError(
          .cannotOpen, path: path, underlying: "it is another database of Assay or another program")
      }
      if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
        throw ControlError(.newerVersion, path: path)
      }
      if try pool.read({ try !migrator.hasCompletedMigrations($0) }) {
        try Self.migrate(pool)
      }
      watch = ControlWatch(path: path)
    } catch let error as ControlError {
      throw error
    } catch let error as DatabaseError {
      throw ControlError(error, path: path)
    } catch {
      throw ControlError(.cannotOpen, path: path, underlying: error.localizedDescription)
    }
  }

  /// Of several processes that open a new or an older database at once, each finds made what another was quicker to
  /// make: it looks again at what is left to do.
  private static func migrate(_ pool: DatabasePool) throws {
    let migrator = ControlSchema.migrator
    for attempt in 0...migrator.migrations.count {
      do { return try migrator.migrate(pool) } catch {
        if try pool.read({ try migrator.hasCompletedMigrations($0) }) { return }
        if attempt == migrator.migrations.count { throw error }
      }
    }
  }

  /// Whether the database is empty, or has had our tables from its first migration on.
  private static func isOurs(_ db: Database) throws -> Bool {
    let tables = try String.fetchSet(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    // A migrator that was stopped before its first migration leaves its own table.
    return tables.subtracting(["grdb_migrations", "sqlite_sequence"]).isEmpty
      || tables.contains("virtual_key")
  }

  private static func makeFile(_ path: String) throws(ControlError) {
    let directory = URL(filePath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
      throw ControlError(
        .cannotCreate, path: path, underlying: system.map { String(cString: strerror($0.code.rawValue)) })
    }
    making.withLock { _ in
      var status = stat()
      if stat(path, &status) == 0 {
        let isLoose = status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o077 != 0
        if isLoose && status.st_uid == geteuid() { chmod(path, 0o600) }
        return
      }
      // Made before SQLite does, which would make it readable by others; the files beside it get its mode. Only
      // if it is new: to close a database file drops the locks that this process holds on it elsewhere, and then
      // another process clears the log away from under it (https://sqlite.org/howtocorrupt.html, 2.2).
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 { close(descriptor) }
    }
  }

  /// Held while a file is made, lest one that another thread has opened meanwhile is closed.
  private static let making = Mutex(())

  /// How often the directory has been changed, by whatever process; the same number in all of them. Takes a few
  /// microseconds, so that it can be asked for at every call. Notices do not count.
  ///
  /// - Throws: ``ControlError`` if the file cannot be read any more.
  package func version() throws(ControlError) -> Int64 { try versions().directory }

  /// The same of all that is counted.
  ///
  /// - Throws: ``ControlError`` if the file cannot be read any more.
  package func versions() throws(ControlError) -> ControlVersions {
    do {
      return try watch.versions()
    } catch let error as DatabaseError {
      throw ControlError(error, path: path)
    } catch {
      throw ControlError(.cannotOpen, path: path, underlying: "\(error)")
    }
  }

  /// The directory as of now, with the version that it is of.
  ///
  /// - Throws: ``ControlError`` if the file is damaged or cannot be read.
  package func snapshot() throws(ControlError) -> DirectorySnapshot {
    try memory.snapshot(at: versions()) { () throws(ControlError) in try read(ControlRows.snapshot) }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(ControlError) -> Value {
    do {
      return try pool.read(body)
    } catch let error as DatabaseError {
      throw ControlError(error, path: path)
    } catch {
      throw ControlError(.cannotOpen, path: path, underlying: "\(error)")
    }
  }

  /// Runs one transaction, whole or not at all, that no other writer comes between.
  ///
  /// - Throws: ``DirectoryError`` if `body` refuses the change; ``ControlError`` if the system will not have it
  ///   written.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      var value: Value?
      try pool.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          value = try body(db)
          return .commit
        }
      }
      guard let value else { throw ControlError(.cannotWrite, path: path) }
      return value
    } catch let error as DatabaseError {
      throw ControlError(error, path: path)
    }
  }
}
