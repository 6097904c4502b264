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

/// The exit status of a command that did its work, with something left to say.
enum ExitStatus {
  /// Some source could not be read.
  static let incomplete = ExitCode(2)
}
