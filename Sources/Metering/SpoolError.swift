#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why calls cannot be written down, and what to do about it.
package struct SpoolError: Error, CustomStringConvertible, Hashable {
  package enum Reason: Hashable, Sendable {
    /// The directory or a file in it cannot be made or read.
    case cannotOpen
    /// Another process has it; its number, if it left one.
    case inUse(by: Int?)
    /// The disk, a quota or a limit on the size of files leaves no room. It may pass.
    case full
    case cannotWrite
    /// The system could not say that what was written survives a power loss.
    case cannotSynchronise
    /// What a crash left behind can be settled only before new calls are written.
    case lanesAreOpen
    /// More is owed than may be held in memory: a call's end was not written down, and will be settled as a crash.
    case owesTooMuch
  }

  package var reason: Reason
  package var path: String
  package var cause: String?

  init(_ reason: Reason, path: String, code: Int32? = nil) {
    self.reason = reason
    self.path = path
    cause = code.map { String(cString: strerror($0)) }
  }

  /// A failure to write, by the system's number for it.
  init(writing path: String, code: Int32) {
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
    self.init(isFull ? .full : .cannotWrite, path: path, code: code)
  }

  package var description: String {
    let cause = cause.map { ": \($0)" } ?? ""
    return switch reason {
    case .cannotOpen:
      "The spool \(path) cannot be opened\(cause). Check that its directory exists and can be written by this user."
    case .inUse(let process):
      "The spool \(path) is in use by \(process.map { "process \($0)" } ?? "another process"). Stop that gateway first, or give this one a spool of its own."
    case .full:
      "The spool \(path) has no room left\(cause). Calls are refused until there is some."
    case .cannotWrite:
      "The spool \(path) cannot be written\(cause). Calls are refused until it can."
    case .cannotSynchronise:
      "The spool \(path) cannot be synchronised with its disk\(cause). What was written last may not survive a power loss."
    case .lanesAreOpen:
      "The spool \(path) is being written to already: what an earlier run left open has to be settled first."
    case .owesTooMuch:
      "The spool \(path) has had no room for so long that the end of a call was not written down. It will be settled as if it had crashed."
    }
  }
}
