/// One change that landed on the main line of a registered repository: a commit of its first-parent line, with all that
/// it brought in. A merge, a squash, and a commit that somebody pushed there are one change each.
///
/// Nothing of who made it is in it, and nothing that passes by time alone: whether it holds follows from ``landed``,
/// ``undone`` and an instant.
package struct LandedChange: Hashable, Sendable {
  /// One session's part in a change.
  package struct Part: Hashable, Sendable {
    package var session: SessionID
    /// Lines of the change that are linked to the session; 0 where it is linked by name alone.
    package var lines: Int64
    /// Whether it has the largest share: a change that several sessions have a part in counts for this one only.
    package var isLargest: Bool

    package init(session: SessionID, lines: Int64, isLargest: Bool) {
      self.session = session
      self.lines = lines
      self.isLargest = isLargest
    }
  }

  /// The commit of the main line: 40 or 64 lowercase hexadecimal digits.
  package var commit: String
  package var landed: Instant
  /// When it was undone within the hold window: by a revert commit, or when more than half of its lines had been
  /// deleted without replacement. `nil` as long as it was not.
  package var undone: Instant?
  /// Lines that it added and that say something: not blank ones, brackets, generated or vendored files.
  package var linesAdded: Int64
  /// Of these, those changed or deleted within 14 days of landing, as far as is known.
  package var linesGone14Days: Int64
  package var linesGone30Days: Int64
  /// The sessions linked to it; none where AI had no part that could be found.
  package var parts: [Part]

  package init(
    commit: String, landed: Instant, undone: Instant? = nil, linesAdded: Int64 = 0,
    linesGone14Days: Int64 = 0,
    linesGone30Days: Int64 = 0, parts: [Part] = []
  ) {
    self.commit = commit
    self.landed = landed
    self.undone = undone
    self.linesAdded = linesAdded
    self.linesGone14Days = linesGone14Days
    self.linesGone30Days = linesGone30Days
    self.parts = parts
  }

  /// The session that it counts for; `nil` if none is linked.
  package var session: SessionID? { parts.first(where: \.isLargest)?.session }

  /// Fresh, held or reverted.
  package func state(at now: Instant, holdWindow: Duration) -> OutcomeState {
    if let undone, undone <= now { return .reverted }
    return now < landed + holdWindow ? .fresh : .held
  }
}

/// What landed in one repository.
package struct LandedHistory: Hashable, Sendable {
  /// The repository's git directory, as an absolute path.
  package var directory: String
  /// Keyed hashes of its remotes' addresses (``RemoteName``).
  package var remotes: [UInt64]
  /// In the order of landing.
  package var changes: [LandedChange]

  package init(directory: String, remotes: [UInt64], changes: [LandedChange]) {
    self.directory = directory
    self.remotes = remotes
    self.changes = changes
  }
}
