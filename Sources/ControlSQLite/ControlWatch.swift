import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Tells whether anything has been changed, by this process or another. SQLite says in `PRAGMA data_version` whether
/// anything was committed over another connection, and this one commits nothing; only then are the versions read.
///
/// The connection is made when it is first asked: a command that never asks leaves the database closed behind it.
final class ControlWatch: Sendable {
  private struct State: Sendable {
    var queue: DatabaseQueue?
    var dataVersion: Int64?
    var versions = ControlVersions()
  }

  private let path: String
  private let state = Mutex(State())

  init(path: String) { self.path = path }

  func versions() throws -> ControlVersions {
    try state.withLock { state in
      let queue = try state.queue ?? Self.open(path)
      state.queue = queue
      // Without a transaction of GRDB's: each statement then sees what is committed as it begins.
      return try queue.unsafeRead { db in
        let dataVersion = try Self.dataVersion(db)
        if state.dataVersion != dataVersion {
          state.versions = try ControlVersions.read(db)
          // What is committed between the two is read now, and asked for once more.
          state.dataVersion = dataVersion
        }
        return state.versions
      }
    }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "control watch"
    // Not read-only as SQLite has it: the last to close a database takes its log in, and may be this one.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Stepped by hand, at every call of a gateway: GRDB's own way takes several times as long.
  private static func dataVersion(_ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "PRAGMA data_version")
    defer { sqlite3_reset(statement.sqliteStatement) }
    let code = sqlite3_step(statement.sqliteStatement)
    guard code == SQLITE_ROW else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
    return sqlite3_column_int64(statement.sqliteStatement, 0)
  }
}
