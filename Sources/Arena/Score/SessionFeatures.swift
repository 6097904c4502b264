package import Ledger

/// What a detector without this product's evidence would look at: one row of `--features`, for other programs.
package struct SessionFeatures: Sendable, Hashable, Codable {
  package var person: String
  package var kind: PersonKind
  package var isBurner: Bool
  package var session: String
  package var started: Instant
  package var isPerformed: Bool
  package var performedTokens: Int64
  package var tokens: Int64
  package var output: Int64
  package var turns: Int
  package var calls: Int
  package var reads: Int
  package var edits: Int
  package var commands: Int
  package var failures: Int
  /// Reads of something that the session had read before, and commands that failed again.
  package var repetitions: Int
  package var minutes: Double
  /// Between an answer and the next message, seconds; 0 with fewer than two turns.
  package var meanPause: Double
  package var pauseVariation: Double
  /// UTC.
  package var hour: Int
  package var promptBytes: Int64
  package var answerBytes: Int64
  /// Commits in its repository between its start and ten minutes after its end.
  package var commitsMeanwhile: Int

  package init(
    person: String, kind: PersonKind, session: String, started: Instant, isPerformed: Bool,
    performedTokens: Int64, tokens: Int64, output: Int64, turns: Int, calls: Int, reads: Int, edits: Int,
    commands: Int, failures: Int, repetitions: Int, minutes: Double, meanPause: Double,
    pauseVariation: Double, hour: Int, promptBytes: Int64, answerBytes: Int64, commitsMeanwhile: Int
  ) {
    self.person = person
    self.kind = kind
    isBurner = kind.isBurner
    self.session = session
    self.started = started
    self.isPerformed = isPerformed
    self.performedTokens = performedTokens
    self.tokens = tokens
    self.output = output
    self.turns = turns
    self.calls = calls
    self.reads = reads
    self.edits = edits
    self.commands = commands
    self.failures = failures
    self.repetitions = repetitions
    self.minutes = minutes
    self.meanPause = meanPause
    self.pauseVariation = pauseVariation
    self.hour = hour
    self.promptBytes = promptBytes
    self.answerBytes = answerBytes
    self.commitsMeanwhile = commitsMeanwhile
  }
}

/// What others look at, for comparison: each gives a session a score, and its line is drawn where findings of the honest
/// are as rare as they have to be for the judge.
package enum Baseline: String, CaseIterable, Sendable, Codable {
  /// The more tokens, the worse.
  case volume
  /// No commit in the session's window of time, as codeburn's `yield` has it.
  case timeWindow = "time-window"
  /// The share of calls that read again or fail again, as tokenhabit scores habits.
  case waste

  package var title: String {
    switch self {
    case .volume: "volume threshold"
    case .timeWindow: "time window (as codeburn)"
    case .waste: "waste score (as tokenhabit)"
    }
  }

  package func score(_ features: SessionFeatures) -> Double {
    switch self {
    case .volume: Double(features.tokens)
    case .timeWindow: features.commitsMeanwhile > 0 ? 0 : 1
    case .waste: Double(features.repetitions) / Double(max(1, features.calls + features.turns))
    }
  }
}
