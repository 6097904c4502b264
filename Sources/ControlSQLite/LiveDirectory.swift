package import Directory
package import Ledger
import Synchronization

/// The directory as it is now: read again whenever anything in it has changed, and at no other time. What must stop
/// at once, such as a key that was revoked, stops at the next call.
///
/// A large directory takes long to read, and whoever asks here may be an event loop. So nobody waits for that:
/// while it is read elsewhere, what is asked for is looked up in the database by itself.
package final class LiveDirectory: Sendable {
  private struct State: Sendable {
    var snapshot: DirectorySnapshot
    /// Whether it is being read.
    var isReading = false
  }

  private let store: ControlStore
  private let state: Mutex<State>

  /// Reads the whole directory.
  package init(_ store: ControlStore) throws(ControlError) {
    self.store = store
    state = Mutex(State(snapshot: try store.read(ControlRows.snapshot)))
  }

  /// Whose secret this is, if it opens anything at `now`, by the directory as it is at this moment. Takes a few
  /// microseconds, or a few statements of SQL while a change is being read.
  ///
  /// - Throws: ``ControlError`` if the database cannot be read any more. What was known before may have been revoked
  ///   meanwhile: whoever goes on with it decides so.
  package func holder(
    of secretText: String, at now: Instant
  ) throws(ControlError) -> Result<KeyHolder, KeyRefusal> {
    if let snapshot = try upToDate() { return snapshot.holder(of: secretText, at: now) }
    guard let secret = KeySecret(secretText) else { return .failure(.malformed) }
    return try store.part(holding: secret.hash).holder(of: secretText, at: now)
  }

  /// What people call a scope; `nil` for the organisation, and for what is not in the directory.
  package func name(of scope: Limit.Scope) throws(ControlError) -> String? {
    if let snapshot = try upToDate() { return snapshot.name(of: scope) }
    return try store.name(of: scope)
  }

  /// What was last read whole, however old.
  package var lastKnown: DirectorySnapshot { state.withLock { $0.snapshot } }

  /// - Returns: `nil` if there have been changes that are not read yet; they are being read then.
  private func upToDate() throws(ControlError) -> DirectorySnapshot? {
    let version = try store.version()
    let (known, mustRead) = state.withLock { state -> (DirectorySnapshot?, Bool) in
      if state.snapshot.version >= version { return (state.snapshot, false) }
      defer { state.isReading = true }
      return (nil, !state.isReading)
    }
    if mustRead { store.readSnapshot(then: finish) }
    return known
  }

  private func finish(_ read: DirectorySnapshot?) {
    // What is replaced goes away here, and not under the lock: there may be much of it.
    let replaced = state.withLock { state -> DirectorySnapshot? in
      state.isReading = false
      // If it could not be read, it is tried again when it is next asked for.
      guard let read, read.version > state.snapshot.version else { return nil }
      defer { state.snapshot = read }
      return state.snapshot
    }
    withExtendedLifetime(replaced) {}
  }
}
