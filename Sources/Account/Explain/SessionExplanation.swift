package import Attribution
package import Ledger

/// Everything that decided what the account says of one session, in order, so that a person can check it.
package struct SessionExplanation: Hashable, Sendable {
  package var session: AccountSession
  package var totals: Totals
  /// All that the session is in; others may be left out.
  package var states: [StateTotals]
  /// In order of time.
  package var turns: [TurnExplanation]
  /// What it led to, in order of time.
  package var outcomes: [OutcomeExplanation]
  /// How its landed lines fared; `nil` if none landed.
  package var lines: LineSurvival?
  /// What could not be seen and what that means, in sentences.
  package var notes: [String]
  /// How often a finding on a session's purpose is wrong; `nil` where nothing was judged.
  package var howOftenWrong: String?

  package init(
    session: AccountSession, totals: Totals, states: [StateTotals], turns: [TurnExplanation] = [],
    outcomes: [OutcomeExplanation] = [], lines: LineSurvival? = nil, notes: [String] = []
  ) {
    self.session = session
    self.totals = totals
    self.states = states
    self.turns = turns
    self.outcomes = outcomes
    self.lines = lines
    self.notes = notes
  }

  /// The state that cost most.
  package var state: OutcomeState { states.filter { !$0.totals.isEmpty }.costliest ?? session.state }
}

/// One message, what the tool did until the next, and what that became.
package struct TurnExplanation: Hashable, Sendable {
  /// From 1, in the session.
  package var number: Int
  package var started: Instant
  package var ended: Instant
  package var trigger: TurnTrigger
  package var totals: Totals
  package var toolCalls: Int
  /// Edits that were applied, and their lines.
  package var edits: Int
  package var linesAdded: Int
  package var linesRemoved: Int
  /// Only those that something of the turn is in, with their tiers.
  package var states: [StateTotals]
  /// How the turn was linked to its commits; `nil` where nothing was.
  package var link: AttributionTier?
  package var commits: [String]
  /// Why it is in its state, a sentence each, as attribution gives them.
  package var reasons: [String]

  package init(
    number: Int, started: Instant, ended: Instant, trigger: TurnTrigger, totals: Totals, toolCalls: Int = 0,
    edits: Int = 0, linesAdded: Int = 0, linesRemoved: Int = 0, states: [StateTotals] = [],
    link: AttributionTier? = nil, commits: [String] = [], reasons: [String] = []
  ) {
    self.number = number
    self.started = started
    self.ended = ended
    self.trigger = trigger
    self.totals = totals
    self.toolCalls = toolCalls
    self.edits = edits
    self.linesAdded = linesAdded
    self.linesRemoved = linesRemoved
    self.states = states
    self.link = link
    self.commits = commits
    self.reasons = reasons
  }
}

/// One commit that the session reached.
package struct OutcomeExplanation: Hashable, Sendable {
  /// Full hexadecimal.
  package var commit: String
  /// Its repository's name.
  package var repository: String?
  package var committed: Instant?
  package var state: OutcomeState
  package var tier: OutcomeTier?
  package var link: AttributionTier
  /// Lines of the session's edits that the commit added, of all that it added; `nil` where not counted.
  package var matchedLines: Int?
  package var addedLines: Int?
  /// Of the matched lines, how many are still there.
  package var survivingLines: Int?
  package var reasons: [String]

  package init(
    commit: String, repository: String? = nil, committed: Instant? = nil, state: OutcomeState,
    tier: OutcomeTier? = nil, link: AttributionTier, matchedLines: Int? = nil, addedLines: Int? = nil,
    survivingLines: Int? = nil, reasons: [String] = []
  ) {
    self.commit = commit
    self.repository = repository
    self.committed = committed
    self.state = state
    self.tier = tier
    self.link = link
    self.matchedLines = matchedLines
    self.addedLines = addedLines
    self.survivingLines = survivingLines
    self.reasons = reasons
  }
}

extension AttributionTier {
  /// How the link was made, after `by` or alone.
  package var words: String {
    switch self {
    case .exact: "named in the session's own records"
    case .record: "an authorship record names the session"
    case .content: "the session's lines are in the commit"
    case .trailer: "the commit's trailer names the tool"
    }
  }
}

extension TurnTrigger {
  /// Who began the turn.
  package var words: String {
    switch self {
    case .person: "person"
    case .script: "script"
    case .hook: "hook"
    case .schedule: "schedule"
    case .agent: "agent"
    case .unknown: "unknown"
    }
  }
}
