import ControlSQLite
import Directory
import Synchronization

/// The directory as it is at this moment: asked at every call, since a revoked key stops at the next.
final class DirectoryWatch: Sendable {
  private let control: ControlStore
  private let current: Mutex<DirectorySnapshot>

  init(_ control: ControlStore) throws(ControlError) {
    self.control = control
    current = Mutex(try control.snapshot())
  }

  /// - Throws: ``ControlError`` if the directory cannot be read any more: nobody is let in on what it once said.
  func snapshot() throws(ControlError) -> DirectorySnapshot {
    let version = try control.version()
    let known = current.withLock { $0 }
    if known.version == version { return known }
    let fresh = try control.snapshot()
    current.withLock { if $0.version < fresh.version { $0 = fresh } }
    return fresh
  }
}
