package import Ledger

/// What the generator knows to be so of what it wrote: the truth that readers and attribution are held to.
package struct GroundTruth: Sendable, Hashable, Codable {
  package var sessions: [Session]
  package var repositories: [Repository]
  /// Every row of Cursor's export; it has no sessions.
  package var cursor: Totals
  /// Files, relative to the home, whose last line is broken on purpose.
  package var brokenFiles: [String]

  package struct Session: Sendable, Hashable, Codable {
    package var tool: Tool
    /// The tool's own name for it.
    package var name: String
    /// `nil` outside any repository.
    package var project: String?
    package var directory: String
    package var behaviour: Behaviour
    package var model: String
    package var started: Instant
    package var ended: Instant
    /// The name of the session that this one repeats the history of.
    package var parent: String?
    /// The state that most of the session's output tokens are in.
    package var state: OutcomeState
    package var turns: [Turn]
    /// Calls that the records itemise, subagents' too, without those copied from the parent.
    package var itemised: Totals
    /// Billed according to the records' own totals only.
    package var unitemised: Totals
    /// The records hold no totals although the tool writes them (it was killed): for Copilot CLI only the
    /// output is known.
    package var totalsMissing: Bool
    /// Messages that the client made up and errors, which cost nothing.
    package var notBilled: Int
  }

  package struct Turn: Sendable, Hashable, Codable {
    package var started: Instant
    package var trigger: TurnTrigger
    package var state: OutcomeState
    /// Whether the design leaves no other reading of the turn's state.
    package var isFirm: Bool
    /// Full shas on the trunk (or the open branch), oldest first.
    package var commits: [String]
    package var itemised: Totals
  }

  package struct Repository: Sendable, Hashable, Codable {
    package var name: String
    package var path: String
    package var commits: [Commit]
    /// Unmerged branches.
    package var branches: [String]
  }

  package struct Commit: Sendable, Hashable, Codable {
    package var sha: String
    package var kind: CommitKind
    /// Whether a branch leads to it.
    package var isReachable: Bool
    /// Names of the sessions whose lines it brought, sorted.
    package var sessions: [String]
  }

  /// Calls and their tokens.
  package struct Totals: Sendable, Hashable, Codable {
    package var calls: Int
    package var counts: TokenCounts

    package init(calls: Int = 0, counts: TokenCounts = TokenCounts()) {
      self.calls = calls
      self.counts = counts
    }

    package static func + (a: Totals, b: Totals) -> Totals {
      Totals(calls: a.calls + b.calls, counts: a.counts + b.counts)
    }
  }

  /// Everything that was billed, by tool: itemised and unitemised calls.
  package var totals: [Tool: Totals] {
    var totals: [Tool: Totals] = [:]
    for session in sessions {
      totals[session.tool, default: Totals()] =
        totals[session.tool, default: Totals()] + session.itemised + session.unitemised
    }
    if cursor.calls > 0 { totals[.cursor] = cursor }
    return totals
  }
}

/// How a commit came about.
package enum CommitKind: String, Sendable, Codable, Hashable {
  /// A person's own work, without any session.
  case person
  /// Holds lines that sessions wrote.
  case session
  /// Undoes another commit.
  case revert
  /// A person's rewriting of lines that a session wrote.
  case rework
}
