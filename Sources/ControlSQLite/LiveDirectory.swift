package import Directory
import Synchronization

/// The directory as it is now: read again whenever anything in it has changed, and at no other time. For what must
/// stop at once, such as a key that was revoked, ask for ``current()`` at every call.
package final class LiveDirectory: Sendable {
  private let store: ControlStore
  private let latest: Mutex<DirectorySnapshot>

  package init(_ store: ControlStore) throws(ControlError) {
    self.store = store
    latest = Mutex(try store.snapshot())
  }

  /// Takes a few microseconds, or as long as reading the directory takes if it has changed.
  ///
  /// - Throws: ``ControlError`` if the database cannot be read any more. What was known before may have been revoked
  ///   meanwhile: whoever goes on with it decides so.
  package func current() throws(ControlError) -> DirectorySnapshot {
    let version = try store.version()
    let known = latest.withLock { $0 }
    guard known.version < version else { return known }
    let read = try store.snapshot()
    latest.withLock { if $0.version < read.version { $0 = read } }
    return read
  }

  /// What was last known, however old.
  package var lastKnown: DirectorySnapshot { latest.withLock { $0 } }
}
