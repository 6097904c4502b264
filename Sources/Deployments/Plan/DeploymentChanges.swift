package import Ledger

/// What lies between two states of a repository.
package struct DeploymentChanges: Hashable, Sendable, Codable {
  package var course: Course
  /// The newest first; no more than ``most``.
  package var commits: [DeployedCommit]
  /// How many there are; `nil` where nobody says.
  package var count: Int?

  /// Commits that are listed in a plan. Of more only the number is told.
  package static let most = 250

  package init(_ course: Course, commits: [DeployedCommit] = [], count: Int? = nil) {
    self.course = course
    self.commits = commits
    self.count = count
  }

  /// How the later state stands to the earlier one.
  package enum Course: String, Hashable, Sendable, Codable {
    /// Nothing was deployed before.
    case first
    case same
    /// It contains it, and more.
    case forward
    /// It is contained in it: going there is going back.
    case backward
    /// Each has what the other has not.
    case diverged
  }
}

/// A commit that a deployment brings.
package struct DeployedCommit: Hashable, Sendable, Codable {
  /// 40 or 64 lower-case hexadecimal digits.
  package var sha: String
  /// When it was committed.
  package var at: Instant?
  /// The first line of its message: anybody's text.
  package var subject: String

  package init(sha: String, at: Instant?, subject: String) {
    self.sha = sha
    self.at = at
    self.subject = subject
  }
}

/// What was said of a state of the repository, by whom.
package struct DeploymentCheck: Hashable, Sendable, Codable, Comparable {
  package var name: String
  package var state: State
  /// Who says so: the app, the user or the runner.
  package var by: String

  package init(_ name: String, _ state: State, by: String) {
    self.name = name
    self.state = state
    self.by = by
  }

  package enum State: String, Hashable, Sendable, Codable {
    case passed, failed, running
    /// It was left out, or says neither.
    case neutral
  }

  package static func < (a: DeploymentCheck, b: DeploymentCheck) -> Bool {
    (a.name, a.by, a.state.rawValue) < (b.name, b.by, b.state.rawValue)
  }
}
