import Foundation
import GRDB

/// Why a control database cannot be used.
package struct ControlError: Error, CustomStringConvertible {
  package enum Reason: Sendable, Hashable { case cannotCreate, cannotOpen, cannotWrite, newerVersion }

  package var reason: Reason
  package var path: String
  package var underlying: String?

  init(_ reason: Reason, path: String, underlying: String? = nil) {
    self.reason = reason
    self.path = path
    self.underlying = underlying
  }

  init(_ error: DatabaseError, path: String) {
    let reason: Reason =
      switch error.resultCode {
      case .SQLITE_CANTOPEN: .cannotCreate
      // The disk, a lock or a permission is in the way; the file is not to blame.
      case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_BUSY: .cannotWrite
      default: .cannotOpen
      }
    self.init(reason, path: path, underlying: error.message)
  }

  package var description: String {
    let cause = underlying.map { ": \($0)" } ?? ""
    return switch reason {
    case .cannotCreate:
      "The control database \(path) cannot be opened or made\(cause). Check that its directory exists and can be written, or choose another place with --control FILE."
    case .cannotOpen:
      "The control database \(path) cannot be opened\(cause). If it is damaged, restore it from a backup: keys and limits are kept nowhere else. If it is another file, choose another place with --control FILE."
    case .cannotWrite:
      "The control database \(path) cannot be written\(cause). Nothing has changed: run again once that is put right, or choose another place with --control FILE."
    case .newerVersion:
      "The control database \(path) was written by a newer version of Assay. Update Assay, or choose another with --control FILE."
    }
  }
}
