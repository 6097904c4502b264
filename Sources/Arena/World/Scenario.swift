package import Ledger

/// Simulated people and what they do between two instants: everything that ``write(home:repositories:)`` needs.
///
/// Equal scenarios write equal bytes and equal commits wherever they are written to the same paths.
package struct Scenario: Sendable {
  package var seed: UInt64
  package var start: Instant
  /// What the world takes for now: hold windows, grace and open work are judged as of it.
  package var end: Instant
  package var people: [Person]
  package var projects: [Project]
  package var jobs: [Job]
  /// Rows of Cursor's export, which has no sessions.
  package var cursorRows: Int
  /// Sessions do what they do with few and short calls, for organisations of thousands of them.
  package var isLean = false
  /// Features that people write by hand, beside those that follow from jobs.
  package var handwork: [Handwork] = []

  package struct Handwork: Sendable, Hashable {
    /// Indices into the scenario's people and projects.
    package var person: Int
    package var project: Int
    package var at: Instant

    package init(person: Int, project: Int, at: Instant) {
      self.person = person
      self.project = project
      self.at = at
    }
  }

  package init(
    seed: UInt64, start: Instant, end: Instant, people: [Person], projects: [Project], jobs: [Job],
    cursorRows: Int = 0
  ) {
    self.seed = seed
    self.start = start
    self.end = end
    self.people = people
    self.projects = projects
    self.jobs = jobs
    self.cursorRows = cursorRows
  }
}

/// Somebody who works with AI tools and commits under this name.
package struct Person: Sendable, Hashable, Codable {
  package var name: String
  package var email: String

  package init(name: String, email: String) {
    self.name = name
    self.email = email
  }
}

/// A repository that people work in.
package struct Project: Sendable, Hashable {
  package var name: String
  package var language: Language

  package init(name: String, language: Language) {
    self.name = name
    self.language = language
  }

  /// Where the remote would be; nothing is ever sent there.
  package var remote: String { "https://git.example.org/harbour/\(name).git" }
}

/// How one piece of work goes, and so what its tokens bought.
package enum Behaviour: String, CaseIterable, Sendable, Codable {
  /// Committed on the trunk, by the agent or soon after by the person.
  case committed
  /// Commits on a branch become one commit on the trunk; the branch is deleted.
  case squashed
  /// Commits on a branch are written anew on top of the trunk, with other shas.
  case rebased
  /// Committed, and reverted within the hold window.
  case reverted
  /// Committed; days later a person rewrites some of the lines, which is not a revert.
  case reworked
  /// Committed on a branch that nobody has merged.
  case openBranch
  /// Edited within grace and not yet committed.
  case uncommitted
  /// Edited and thrown away, longer ago than grace.
  case discarded
  /// Questions, answers and follow-ups after a plausible reading time; no edit.
  case explored
  /// First questions about one file, then an edit of another that is committed.
  case exploredThenCommitted
  /// Large reads and long answers for near-duplicate prompts at machine-regular times; nothing is kept.
  case burning
  /// Work in a directory that is in no repository.
  case outside
}

/// One piece of work of one person with one tool: usually one session.
package struct Job: Sendable {
  /// What else happens in the session's records.
  package struct Incidents: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Part of the work is done by a subagent with a file of its own.
    package static let subagent = Incidents(rawValue: 1 << 0)
    /// The session is forked; the fork's file repeats the history.
    package static let fork = Incidents(rawValue: 1 << 1)
    /// The context is compacted; that call is only in the session's totals.
    package static let compaction = Incidents(rawValue: 1 << 2)
    /// The provider is overloaded (529); the call succeeds when retried.
    package static let overload = Incidents(rawValue: 1 << 3)
    /// A stream is cut and retried; what was billed of it is only in the session's totals.
    package static let cutStream = Incidents(rawValue: 1 << 4)
    /// The client makes up a message for a request that the provider refused.
    package static let refusedRequest = Incidents(rawValue: 1 << 5)
    /// The file ends in the middle of a line.
    package static let brokenLastLine = Incidents(rawValue: 1 << 6)
    /// The model is one that no price list knows.
    package static let unknownModel = Incidents(rawValue: 1 << 7)
    /// The person stops an answer.
    package static let interruption = Incidents(rawValue: 1 << 8)
    /// The tool was killed: its records have no totals.
    package static let killed = Incidents(rawValue: 1 << 9)
    /// A second session works on the same branch.
    package static let pair = Incidents(rawValue: 1 << 10)
    /// A program starts the tool, as continuous integration does.
    package static let scripted = Incidents(rawValue: 1 << 11)
    /// No more than one short question, typed by the person; of ``Behaviour/burning`` alone.
    package static let brief = Incidents(rawValue: 1 << 12)
  }

  package var behaviour: Behaviour
  package var tool: Tool
  /// Of the tool; it decides the shape of the records.
  package var version: String
  /// Indices into the scenario's people and projects.
  package var person: Int
  package var project: Int
  package var start: Instant
  package var incidents: Incidents

  package init(
    _ behaviour: Behaviour, tool: Tool, version: String, person: Int = 0, project: Int, start: Instant,
    incidents: Incidents = []
  ) {
    self.behaviour = behaviour
    self.tool = tool
    self.version = version
    self.person = person
    self.project = project
    self.start = start
    self.incidents = incidents
  }
}
