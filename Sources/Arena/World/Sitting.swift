import Ledger

/// What happens in one session, before any tool's format.
struct Sitting: Sendable {
  /// The tool's name for the session.
  var name: String
  /// Seeds the identifiers that the tool draws for it.
  var label: String
  var job: Job
  var model: String
  /// Absolute.
  var directory: String
  var branch: String?
  var head: CommitMark?
  var project: Project?
  /// Started by a program with the prompt as argument, not typed.
  var isScripted = false
  /// The sitting whose history this one repeats (index).
  var forkOf: Int?
  var turns: [Turn] = []
  /// Billed calls that no line of the records itemises.
  var unitemised: [TokenCounts] = []

  struct Turn: Sendable {
    var started: Instant
    var trigger: TurnTrigger
    var prompt: String
    var steps: [Step] = []
    /// Which piece of work decides the turn's state; `nil` where `state` does.
    var work: Int?
    var state: OutcomeState
    /// Whether the design leaves no other reading of the turn.
    var isFirm = true
    var isInterrupted = false
    /// Whether it was begun for the metric: the label of its tokens.
    var isPerformed = false
  }

  /// One model call and what the tool did on its behalf.
  struct Step: Sendable {
    var started: Instant
    var answered: Instant
    var thinking: String?
    var text: String?
    var actions: [Action] = []
    var counts: TokenCounts
    var incident: Incident?

    enum Incident: Sendable { case overload, cutStream, compaction, refusedRequest }
  }

  struct Action: Sendable {
    var kind: Kind
    var finished: Instant

    enum Kind: Sendable {
      case read(path: String, lines: [String])
      case search(pattern: String, hits: [Hit])
      case edit(FileEdit)
      case run(Command)
      case delegate(Errand)
    }
  }

  struct Hit: Sendable {
    var path: String
    var line: Int
    var text: String
  }

  struct Command: Sendable {
    var line: String
    var purpose: String
    var output: String
    var exit: Int64 = 0
    /// The commit that the command made; its abbreviated sha takes the place of `%h` in `output`.
    var commit: CommitMark?
  }

  /// What a subagent was sent to do.
  struct Errand: Sendable {
    var description: String
    var prompt: String
    var started: Instant
    var steps: [Step]
    var report: String
  }

  /// Every call, those of subagents too.
  var steps: [Step] { turns.flatMap { $0.steps.flatMap(\.withErrands) } }
}

extension Sitting.Step {
  /// The step and those of the subagents it started.
  var withErrands: [Sitting.Step] {
    [self]
      + actions.flatMap { action -> [Sitting.Step] in
        if case .delegate(let errand) = action.kind { errand.steps } else { [] }
      }
  }
}

/// A commit before its sha is known.
struct CommitMark: Sendable, Hashable {
  var rawValue: Int
}

/// A piece of work: what it was to become and the commits in which it landed.
struct Work: Sendable {
  var state: OutcomeState
  var commits: [CommitMark] = []
}
