package import Ledger

/// What became of a row of occurrences: one line of the log that accounts for every one.
package struct Accounted: Hashable, Sendable, Codable {
  package var row: Row
  package var fate: Fate

  /// Occurrences of one schedule, from the first to the last. One that was settled before does not count, though it may
  /// lie between.
  package struct Row: Hashable, Sendable, Codable {
    package var first: Instant
    package var last: Instant
    /// `nil`: more than ``MissedOccurrences/countLimit``.
    package var count: Int?
  }

  package enum Fate: Hashable, Sendable, Codable {
    /// A run began for it, so much later than it was due.
    case ran(late: Duration)
    /// The run that began for the later occurrence named stands for these.
    case collapsed(into: Instant)
    case skipped(SkipReason)
    /// The clock was put back to before these. What was said of them no longer holds: they did not run, and come again.
    case reopened
  }

  package enum SkipReason: Hashable, Sendable, Codable {
    /// Nobody looked in time: Assay or the machine was down, or the clock was put forward.
    case notLooking
    /// It was held back until its grace was over.
    case held(Hold)
    /// It was handed out, but no run had begun when Assay stopped: twice, or until it was too late.
    case lost
    /// Its run was refused, in words.
    case refused(String)
    /// The schedule was changed or taken away.
    case replaced
  }

  /// Why nothing may begin just now.
  package enum Hold: String, Hashable, Sendable, Codable {
    /// The run before has not ended.
    case busy
    /// A person stopped or paused the agent.
    case stopped
    /// Its budget, or the person's, is spent.
    case budget
  }
}
