package import Ledger

/// The contract for occurrences that were missed, as a state that is stored with the schedule. It has no clock and starts
/// nothing of itself.
///
/// - An occurrence runs at most once, whatever crashes and however the clock is moved.
/// - Every occurrence since the schedule was declared is accounted for: it ran, ran late, was collapsed into a later one,
///   or was skipped for a reason that is named.
/// - Late means within ``Occurrences/grace(of:)``. Of several that are due only the last can run; the others are collapsed
///   into it. If it is too late for that one, all are skipped.
/// - While the agent is held back (a run of its own still going, stopped by a person, no budget) what comes due waits, and
///   runs late if the hold ends in time.
/// - A clock put forward collapses or skips what lies between. Put back, what ran does not run again; what had not run
///   is open again.
///
/// How to use it: `poll`; store the state; begin the run that was handed out, under a name made of schedule and occurrence;
/// `settle`; store again. After a restart `recover` first. Store the accounts that each call returns in the transaction
/// that stores the state.
package struct MissedOccurrences: Hashable, Sendable, Codable {
  /// Every occurrence up to here is accounted for, but for the claim's.
  package internal(set) var accountedThrough: Instant
  /// Handed out and not yet settled.
  package internal(set) var claim: Claim?
  /// Those that ran, were refused or lost, in order, so that they do not come again if the clock is put back. At most
  /// ``memory``.
  var settled: [Instant] = []
  /// No occurrence up to here comes any more, whatever the clock says: which of them ran is forgotten.
  var floor: Instant?
  /// The last poll that found something due and was told to hold it.
  var held: Held?

  package struct Claim: Hashable, Sendable, Codable {
    package var occurrence: Instant
    package var late: Duration
    /// Whether it was handed out before, and lost in a crash.
    package var isSecond: Bool
    /// Earlier ones, for which its run stands as well.
    package var earlier: Accounted.Row?
  }

  struct Held: Hashable, Sendable, Codable {
    var by: Accounted.Hold
    var at: Instant
  }

  /// What a call found.
  package struct Poll: Hashable, Sendable {
    /// The run to begin now, if any.
    package var claim: Claim?
    /// What became of occurrences; append it to the log.
    package var accounts: [Accounted] = []
    /// When to poll next if nothing else happens; `nil` if nothing comes any more.
    package var wake: Instant?
  }

  /// How many settled occurrences are remembered. A schedule that ran more often than that under a clock that was far ahead
  /// waits until that time comes; declare it anew.
  static let memory = 128
  /// How far a row of occurrences is counted.
  package static let countLimit = 10_000

  /// - Parameter declared: When the schedule was declared: occurrences up to then are not its own.
  package init(declared: Instant) { accountedThrough = declared }
}
