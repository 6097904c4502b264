import Foundation
import Glibc

/// Standard output, written to in one piece; a reader that has gone away (`| head`) ends the program quietly.
package enum StandardOutput {
  /// - Throws: ``CommandFailure`` if not all of it could be written, as on a full disk.
  package static func write(_ text: String) throws {
    guard let error = text.write(to: STDOUT_FILENO), error != EPIPE else { return }
    throw CommandFailure(
      "Standard output cannot be written: \(String(cString: strerror(error))). What was printed is not whole; make room or print elsewhere."
    )
  }
}

extension String {
  /// Writes all of it.
  ///
  /// - Returns: The system's error number; `nil` if all was written.
  package func write(to descriptor: Int32) -> Int32? {
    var bytes = Array(utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : EIO }
      bytes = bytes.dropFirst(count)
    }
    return nil
  }
}

/// A failure that the user can do something about.
package struct CommandFailure: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
