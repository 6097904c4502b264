import Foundation
import GRDB
package import Ledger

/// The embedded store: one SQLite file in WAL mode. Several processes may use it at once; writers take turns.
package struct SQLiteLedger: LedgerStore {
  let pool: DatabasePool
  package let hashKey: SipHash24.Key
  package let path: String

  /// Opens the ledger at `path`, making it, its directory and its key if they do not exist.
  ///
  /// - Throws: ``LedgerError`` if the directory or file cannot be made, is not a ledger, or belongs to a newer
  ///   version of Assay.
  package init(path: String) throws(LedgerError) {
    self.path = path
    let directory = URL(filePath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw LedgerError(.cannotCreate, path: path, underlying: error)
    }
    // Made before SQLite does, which would make it and the files beside it readable by others. Only if it is new: to
    // close a database file drops the locks that this process holds on it elsewhere (sqlite.org/howtocorrupt.html).
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
    do {
      var configuration = Configuration()
      configuration.label = "ledger"
      configuration.busyMode = .timeout(60)
      configuration.maximumReaderCount = 2
      configuration.prepareDatabase { db in
        // WAL with NORMAL survives kill -9 of the process; power loss may cost the last transactions, which
        // the next run reads again from the logs.
        //
        // Keys are hashes, so what is written lands on pages all over the file: without room for most of them
        // (here 32 MiB) they go out to the log and come back many times a transaction, and as many frames are
        // copied at each checkpoint. What is read is read once.
        try db.execute(
          sql: """
            PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;
            PRAGMA cache_size = \(db.configuration.readonly ? -4096 : -32768)
            """)
      }
      pool = try DatabasePool(path: path, configuration: configuration)
      if try pool.read({ try !Schema.migrator.hasCompletedMigrations($0) }) {
        if try pool.read({ try Schema.migrator.hasBeenSuperseded($0) }) {
          throw LedgerError(.newerVersion, path: path)
        }
        try Self.migrate(pool)
      } else if try pool.read({ try Schema.migrator.hasBeenSuperseded($0) }) {
        throw LedgerError(.newerVersion, path: path)
      }
      hashKey = try Self.hashKey(pool)
    } catch let error as LedgerError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      throw LedgerError(.cannotCreate, path: path, underlying: error)
    } catch let error as DatabaseError where Self.isOfTheSystem(error) {
      throw LedgerError(.cannotWrite, path: path, underlying: error)
    } catch {
      throw LedgerError(.cannotOpen, path: path, underlying: error)
    }
  }

  /// Whether the disk, a lock or a permission is in the way, rather than the file being none of ours.
  private static func isOfTheSystem(_ error: DatabaseError) -> Bool {
    [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_BUSY].contains(error.resultCode)
  }

  /// Of several processes that open a new or an older ledger at once, each finds made what another was quicker to
  /// make: it looks again at what is left to do.
  private static func migrate(_ pool: DatabasePool) throws {
    let migrator = Schema.migrator
    for attempt in 0...migrator.migrations.count {
      do { return try migrator.migrate(pool) } catch {
        if try pool.read({ try migrator.hasCompletedMigrations($0) }) { return }
        if attempt == migrator.migrations.count { throw error }
      }
    }
  }

  /// - Throws: ``LedgerError`` if the file is damaged or cannot be read.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try pool.read(body)
    } catch let error as DatabaseError {
      throw LedgerError(Self.isOfTheSystem(error) ? .cannotWrite : .cannotOpen, path: path, underlying: error)
    }
  }

  /// Runs one transaction, whole or not at all.
  ///
  /// - Throws: ``LedgerError`` if the system will not have it written: a full disk, no permission, a lock that
  ///   is not given up.
  func write(
    surviving survival: Survival = .crash, _ body: (Database) throws -> Database.TransactionCompletion
  ) throws {
    do {
      try pool.writeWithoutTransaction { db in
        // The write-ahead log is synchronised behind the transaction, and with it all that came before.
        if survival == .powerLoss { try db.execute(sql: "PRAGMA synchronous = FULL") }
        defer {
          if survival == .powerLoss { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
        }
        try db.inTransaction(.immediate) { try body(db) }
      }
    } catch let error as DatabaseError {
      throw LedgerError(Self.isOfTheSystem(error) ? .cannotWrite : .cannotOpen, path: path, underlying: error)
    }
  }

  private static func hashKey(_ pool: DatabasePool) throws -> SipHash24.Key {
    func stored(_ db: Database) throws -> SipHash24.Key? {
      guard let data = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'hash_key'") else {
        return nil
      }
      return try JSONDecoder().decode(SipHash24.Key.self, from: data)
    }
    if let key = try pool.read(stored) { return key }
    return try pool.write { db in
      // Another process may have made it in between.
      if let key = try stored(db) { return key }
      var random = SystemRandomNumberGenerator()
      let key = SipHash24.Key(k0: random.next(), k1: random.next())
      try db.execute(
        sql: "INSERT INTO setting (name, value) VALUES ('hash_key', ?)",
        arguments: [JSONEncoder().encode(key)])
      return key
    }
  }
}

/// Why a ledger cannot be used.
package struct LedgerError: Error, CustomStringConvertible {
  package enum Reason: Sendable, Hashable { case cannotCreate, cannotOpen, cannotWrite, newerVersion }

  package var reason: Reason
  package var path: String
  package var underlying: String?

  init(_ reason: Reason, path: String, underlying: (any Error)? = nil) {
    self.reason = reason
    self.path = path
    self.underlying = underlying.map { error in
      if let message = (error as? DatabaseError)?.message { return message }
      // Foundation's sentences end with a full stop, and say less than the system does.
      let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
      return system.map { String(cString: strerror($0.code.rawValue)) }
        ?? String(
          (error as NSError).localizedDescription.trimmingPrefix { $0 == " " }.reversed().drop { $0 == "." }
            .reversed())
    }
  }

  package var description: String {
    let cause = underlying.map { ": \($0)" } ?? ""
    return switch reason {
    case .cannotCreate:
      "The ledger \(path) cannot be opened or made\(cause). Check that its directory exists and can be written, or choose another place with --ledger FILE."
    case .cannotOpen:
      "The ledger \(path) cannot be opened\(cause). If it is a damaged ledger, move it away: it is rebuilt from the logs that are still there. If it is another file, choose another place with --ledger FILE."
    case .cannotWrite:
      "The ledger \(path) cannot be written\(cause). Nothing is lost: run again once that is put right, or choose another place with --ledger FILE."
    case .newerVersion:
      "The ledger \(path) was written by a newer version of Assay. Update Assay, or choose another with --ledger FILE."
    }
  }
}
