import Foundation
import Glibc
import Surroundings

/// A file that a command was asked to write.
enum OutputFile {
  /// Writes `text` whole or not at all: beside the file first, then in its place. What is there and is not a plain
  /// file (a device, a pipe, a link) is written through, not replaced.
  ///
  /// - Throws: ``CommandFailure`` with the cause as the system words it.
  static func write(_ text: String, to path: String) throws {
    let file = GivenPath.absolute(path)
    var status = stat()
    let isThere = lstat(file, &status) == 0
    let isPlain = !isThere || status.st_mode & S_IFMT == S_IFREG
    let target = isPlain ? "\(file).\(getpid()).part" : file
    if let error = put(text, into: target) ?? (isPlain && rename(target, file) != 0 ? errno : nil) {
      if isPlain { unlink(target) }
      throw CommandFailure(
        "\(path) cannot be written: \(String(cString: strerror(error))). Name another file.")
    }
  }

  /// - Returns: The system's error number; `nil` if all went well.
  private static func put(_ text: String, into path: String) -> Int32? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return errno }
    let error = text.write(to: descriptor)
    return close(descriptor) == 0 || error != nil ? error : errno
  }
}
