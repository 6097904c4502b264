import Ledger
import Outcomes

/// Finds the working directories of sessions that name theirs by its hash only, among directories that are known from
/// elsewhere. A hash cannot be undone, but a guess at what it is of can be checked.
struct HashedDirectories {
  private let known: [String: String]

  /// - Parameters:
  ///   - sessions: Those that say where they ran; what lies above it is tried as well, since a tool started at the
  ///     root of a project may have been started below it another time.
  ///   - directories: Others, such as those that the tool has a list of.
  ///   - given: Where the user said that repositories are; those below are tried.
  init(sessions: [SessionFact], directories: [String], given: [String]) {
    var known: [String: String] = [:]
    guard sessions.contains(where: { $0.directory == nil && $0.directoryHash != nil }) else {
      self.known = known
      return
    }
    var tried: Set<Substring> = []
    func attempt(_ directory: String) {
      var path = directory[...]
      while path.count > 1, path.hasSuffix("/") { path.removeLast() }
      // What lies above was tried with it.
      while path.hasPrefix("/"), tried.count < Self.limit, tried.insert(path).inserted {
        known[SHA256.hex(String(path))] = String(path)
        guard let slash = path.lastIndex(of: "/") else { return }
        path = path[..<slash]
      }
    }
    for directory in directories + given { attempt(directory) }
    for directory in given {
      for repository in (try? RepositoryLocation.under(directory)) ?? [] {
        let path = repository.gitDirectory
        attempt(path.hasSuffix("/.git") ? String(path.dropLast(5)) : path)
      }
    }
    for session in sessions { if let directory = session.directory { attempt(directory) } }
    self.known = known
  }

  /// So many directories are tried at most, a few microseconds each.
  private static let limit = 100_000

  /// The session with its directory, if that was found.
  func resolved(_ session: SessionFact) -> SessionFact {
    guard session.directory == nil, let hash = session.directoryHash, let directory = known[hash] else {
      return session
    }
    var session = session
    session.directory = directory
    return session
  }
}
