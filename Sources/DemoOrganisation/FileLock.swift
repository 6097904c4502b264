import Foundation

/// A lock on a file that ends with the process that holds it, however that ends (flock(2)).
final class FileLock: Sendable {
  enum Mode: Sendable { case shared, exclusive }

  private let descriptor: Int32
  private let path: String

  /// - Throws: ``DemoError`` if another process holds it otherwise, or the file cannot be made.
  init(_ file: URL, _ mode: Mode) throws {
    path = file.path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw DemoError.cannotWrite(path, why: String(cString: strerror(errno)))
    }
    // A shared one waits out whoever clears away for a moment; an exclusive one takes what nobody uses, or nothing.
    guard flock(descriptor, mode == .shared ? LOCK_SH : LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      throw DemoError.cannotWrite(path, why: String(cString: strerror(reason)))
    }
  }

  deinit { close(descriptor) }

  func remove() { unlink(path) }
}
