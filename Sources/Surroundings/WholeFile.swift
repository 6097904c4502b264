import Foundation

/// A file that is there whole or not at all, and that only its owner can read.
package enum WholeFile {
  /// Makes a new file: `write` fills another beside it, which takes the name once it is whole.
  ///
  /// - Throws: ``WholeFileError/exists(path:)`` rather than replace anything, the system's word, or what `write` throws.
  package static func make(at path: String, _ write: (_ partial: String) throws -> Void) throws {
    guard !FileManager.default.fileExists(atPath: path) else { throw WholeFileError.exists(path: path) }
    let partial = path + ".part"
    let descriptor = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw WholeFileError.system(path: path, cause: String(cString: strerror(errno)))
    }
    close(descriptor)
    do {
      try write(partial)
      // link fails where rename would replace a file that somebody made meanwhile.
      guard link(partial, path) == 0 else {
        throw WholeFileError.system(path: path, cause: String(cString: strerror(errno)))
      }
      unlink(partial)
    } catch {
      unlink(partial)
      throw error
    }
  }
}

package enum WholeFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case exists(path: String)
  case system(path: String, cause: String)

  package var description: String {
    switch self {
    case .exists(let path): "\(path) exists already. Choose another name; nothing was replaced."
    case .system(let path, let cause): "\(path) cannot be made: \(cause)."
    }
  }
}
