import ArgumentParser
import Foundation
import Glibc

/// What standard output is connected to.
struct Terminal {
  var width: Int
  var usesColour: Bool

  static var current: Terminal {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var width = 80
    var size = winsize()
    if isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      width = Int(size.ws_col)
    } else if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 {
      width = columns
    }
    let wantsColour = environment["NO_COLOR"].map(\.isEmpty) ?? true
    return Terminal(
      width: min(max(width, 60), 200), usesColour: isTerminal && wantsColour && environment["TERM"] != "dumb")
  }
}

/// Standard output, written to in one piece; a reader that has gone away (`| head`) ends the program quietly.
enum StandardOutput {
  /// - Throws: ``CommandFailure`` if not all of it could be written, as on a full disk.
  static func write(_ text: String) throws {
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
  func write(to descriptor: Int32) -> Int32? {
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

/// The exit status of a command that did its work, with something left to say.
enum ExitStatus {
  /// Some source could not be read.
  static let incomplete = ExitCode(2)
}

/// A failure that the user can do something about.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
