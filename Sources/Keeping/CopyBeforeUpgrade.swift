import Foundation
import LedgerSQLite
import ControlSQLite

/// Keeps a copy of a database before its tables are brought up to date, by which the version before can go on.
package enum CopyBeforeUpgrade {
  /// - Returns: Where the copy is; `nil` if there is nothing to upgrade.
  /// - Throws: ``KeepingError/newer(_:version:known:)`` for a database of a newer program.
  @discardableResult
  package static func ofLedger(_ path: String) throws -> String? {
    try make(of: DatabaseFile(path: path), newest: SQLiteLedger.newestVersion)
  }

  @discardableResult
  package static func ofControl(_ path: String) throws -> String? {
    try make(of: DatabaseFile(path: path), newest: ControlStore.newestVersion)
  }

  private static func make(of file: DatabaseFile, newest: Int) throws -> String? {
    // What cannot be read is for whoever opens it to say.
    guard file.exists, let version = try? file.version(), version > 0, version != newest else { return nil }
    guard version < newest else {
      throw KeepingError.newerDatabase(file.path, version: version, known: newest)
    }
    let copy = "\(file.path).before-\(newest)"
    // An upgrade that was stopped is begun again; the first copy is of before.
    guard !FileManager.default.fileExists(atPath: copy) else { return copy }
    try file.copy(to: copy)
    return copy
  }
}
