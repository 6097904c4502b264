/// Why a repository cannot answer, in full or in part. Each leads to the state `unknown` for the turns that
/// depend on it, with ``reason`` as what the user reads.
package enum RepositoryProblem: Error, Hashable, Sendable, Codable {
  /// No file or directory at the path.
  case missing(path: String)
  /// The path exists, but neither it nor a directory above it is a git repository.
  case notARepository(path: String)
  /// The operating system does not let this user read it.
  case permissionDenied(path: String)
  /// Git refuses because another user owns it (`safe.directory`).
  case ownedByAnother(path: String)
  /// Git itself is not installed, or not on the `PATH`.
  case gitNotInstalled
  /// The clone has no history before some commit.
  case shallow(path: String)
  /// Objects are missing: a partial clone, or a damaged one.
  case objectsMissing(path: String, commits: Int)
  /// The organisation has not registered it with its server.
  case notRegistered(remote: String)
  /// Git failed otherwise; `message` is the first line that it said.
  case gitFailed(path: String, message: String)

  /// One sentence: what is wrong, where, and what to do.
  package var reason: String {
    switch self {
    case .missing(let path): "\(path) does not exist on this machine; pass its clone with --repos"
    case .notARepository(let path): "\(path) is not in a git repository"
    case .permissionDenied(let path): "no permission to read \(path)"
    case .ownedByAnother(let path):
      "\(path) belongs to another user; allow it with: git config --global --add safe.directory \(path)"
    case .gitNotInstalled: "git is not installed or not on the PATH; install git"
    case .shallow(let path): "\(path) is a shallow clone; complete it with: git fetch --unshallow"
    case .objectsMissing(let path, let commits):
      "\(path) lacks the contents of \(commits) commits; complete it with: git fetch --refetch"
    case .notRegistered(let remote): "\(remote) is not registered with the server"
    case .gitFailed(let path, let message): "git failed in \(path): \(message)"
    }
  }

  /// Whether the history can still be read in part, so that what is found counts and only what is not found
  /// is unknown.
  package var isPartial: Bool {
    switch self {
    case .shallow, .objectsMissing: true
    default: false
    }
  }
}
