import AgentFolder
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders as they were when they were last read, for whoever looks at all of them again and again. What a run is begun
/// under is read anew.
final class KnownFolders: Sendable {
  typealias Reading = Result<AgentFolder, AgentFolderError>

  private let known = Mutex<[String: (state: [String], reading: Reading)]>([:])

  /// What `read` said of the folder when it was last as it is now.
  func reading(at path: String, _ read: () -> Reading) -> Reading {
    let state = Self.state(of: path)
    if let found = known.withLock({ $0[path] }), found.state == state { return found.reading }
    let reading = read()
    known.withLock { $0[path] = (state, reading) }
    return reading
  }

  /// Forgets all but these.
  func keep(only paths: Set<String>) {
    known.withLock { $0 = $0.filter { paths.contains($0.key) } }
  }

  /// Of every file and folder in it: name, size, when it was changed, and which it is. Writing to a file in place, renaming
  /// another over it and setting its time back each change one of them.
  private static func state(of path: String) -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return names.sorted().map { name in
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { return name }
      #if canImport(Glibc)
        let changed = status.st_ctim
      #else
        let changed = status.st_ctimespec
      #endif
      return "\(name) \(status.st_size) \(changed.tv_sec).\(changed.tv_nsec) \(status.st_ino)"
    }
  }
}
