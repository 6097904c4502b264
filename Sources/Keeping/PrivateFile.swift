import Foundation

/// A new file that only its owner can read, written piece by piece.
enum PrivateFile {
  /// - Throws: ``KeepingError`` if it exists or cannot be written; what is there of it is taken away then.
  static func write(_ path: String, _ body: (@escaping (String) throws -> Void) throws -> Void) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw errno == EEXIST ? KeepingError.exists(path) : KeepingError.cannotWrite(path)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try body { text in
        do { try file.write(contentsOf: Data(text.utf8)) } catch { throw KeepingError.cannotWrite(path) }
      }
      try file.synchronize()
      try file.close()
    } catch {
      unlink(path)
      throw error
    }
  }
}
