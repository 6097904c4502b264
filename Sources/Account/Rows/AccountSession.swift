package import Judgement
package import Ledger

/// What the account says of one session beside its figures, which come from its cells.
package struct AccountSession: Hashable, Sendable {
  package var id: SessionID
  /// `nil` only where a cell names a session that no source described.
  package var tool: Tool?
  /// The tool's own identifier, as `assay explain` takes it.
  package var name: String
  /// The repository's name, or the last component of the working directory; `nil` if no source says.
  package var project: String?
  /// What tells two projects of one name apart: the root of the repository or the working directory.
  package var projectPath: String?
  package var started: Instant?
  package var ended: Instant?
  package var turns: Int
  /// The state to print where the session has no cells; otherwise the state that cost most is taken from them.
  package var state: OutcomeState
  /// Full hexadecimal, in the order in which they were made.
  package var commits: [String]
  /// Why it is in its state, in a sentence.
  package var reason: String?
  package var flags: SessionFlags
  /// The session that this one was forked from or was started by.
  package var parent: SessionID?
  /// Whether it ran on behalf of its parent (a subagent).
  package var isSidechain: Bool
  /// What is made of its purpose; only where the session's own person asks.
  package var judgement: Judgement?

  package init(
    id: SessionID, tool: Tool?, name: String, project: String? = nil, projectPath: String? = nil,
    started: Instant? = nil, ended: Instant? = nil, turns: Int = 0, state: OutcomeState = .unknown,
    commits: [String] = [], reason: String? = nil, flags: SessionFlags = [], parent: SessionID? = nil,
    isSidechain: Bool = false
  ) {
    self.id = id
    self.tool = tool
    self.name = name
    self.project = project
    self.projectPath = projectPath
    self.started = started
    self.ended = ended
    self.turns = turns
    self.state = state
    self.commits = commits
    self.reason = reason
    self.flags = flags
    self.parent = parent
    self.isSidechain = isSidechain
  }
}
