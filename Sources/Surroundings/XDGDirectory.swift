import Foundation

/// Where Assay keeps what is a person's own: the directories of the XDG Base Directory Specification.
package enum XDGDirectory {
  /// `$HOME`, as POSIX has it, and what the user database says only where that is not set. (Foundation asks the user
  /// database first.)
  package static var home: String {
    let stated = ProcessInfo.processInfo.environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return stated ?? FileManager.default.homeDirectoryForCurrentUser.path
  }

  /// For ledgers and what else has to last.
  package static var data: String {
    let stated = ProcessInfo.processInfo.environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (stated ?? home + "/.local/share") + "/assay"
  }

  /// For what can be made again.
  package static var cache: String {
    let stated = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap {
      $0.hasPrefix("/") ? $0 : nil
    }
    return (stated ?? home + "/.cache") + "/assay"
  }
}
