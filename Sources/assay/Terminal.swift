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
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EPIPE { return }
      guard count > 0 else {
        let cause = count < 0 ? String(cString: strerror(errno)) : "nothing more is taken"
        throw CommandFailure(
          "Standard output cannot be written: \(cause). What was printed is not whole; make room or print elsewhere.")
      }
      bytes = bytes.dropFirst(count)
    }
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
