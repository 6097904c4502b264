/// Why git did not do it: for the agent and for people.
package enum GitProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case notInstalled
  /// No name of a branch or commit that is passed on.
  case name(String)
  /// Another repository inside the worktree: git would believe its configuration.
  case nested(String)
  case tooMuch(limit: Int)
  case cancelled
  /// What git said; its first line.
  case failed(String)

  package var description: String {
    switch self {
    case .notInstalled: "git is not installed here."
    case .name(let what):
      "\(what) has to be letters, digits, and . _ / - between them, and begins with a letter or digit."
    case .nested(let path): "\(path) is a repository of its own; take it out of the worktree first."
    case .tooMuch(let limit): "git printed more than \(limit) bytes; ask for less."
    case .cancelled: "git was stopped."
    case .failed(let line): "git failed: \(line)"
    }
  }
}
