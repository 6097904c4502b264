package import Ledger

/// What is known of one session that bears on its purpose: counts, spans and sketches of what was observed. There is
/// nothing of policy in it, no count of tokens, and nothing that anybody wrote.
package struct SessionObservations: Codable, Hashable, Sendable {
  package var session: SessionID
  package var account: AccountID
  package var started: Instant?
  package var ended: Instant?
  package var flags: Flags = []
  /// The session that started it or that it was forked from.
  package var parent: SessionID?

  /// The first ``mostMarks`` turns that were not an agent's, by time.
  package var marks: [TurnMark] = []
  package var turns = TurnCounts()
  package var states = StateCounts()
  package var reading = Reading()
  package var work = Work()
  package var commits = CommitCounts()

  /// Of all messages of the session together, and of all answers; `nil` where no text was recorded.
  package var prompts: Sketch?
  package var answers: Sketch?

  /// So many turns' times are kept of a session, four bytes or so each.
  package static let mostMarks = 64

  /// The first ``mostMessages`` messages, agents' aside, that are long enough to be told from each other.
  package var messages: [MessagePrint] = []
  package static let mostMessages = 24

  package init(
    session: SessionID, account: AccountID = .local, started: Instant? = nil, ended: Instant? = nil
  ) {
    self.session = session
    self.account = account
    self.started = started
    self.ended = ended
  }

  package struct Flags: OptionSet, Codable, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The source holds usage only, nothing of what was done.
    package static let usageOnly = Flags(rawValue: 1 << 0)
    /// An agent's session, or one forked from another.
    package static let hasParent = Flags(rawValue: 1 << 1)
    /// What it used, in all or without what was read from a cache, is at most a twentieth above 1, 2 or 5 times a
    /// power of ten. A fact about the number's shape; how large it is is not kept.
    package static let justPastRound = Flags(rawValue: 1 << 2)
    /// Other calls of the account in this span went through the gateway, and none of this session's did.
    package static let besideGateway = Flags(rawValue: 1 << 3)
  }
}

/// When one turn began, and after how long a pause.
package struct TurnMark: Codable, Hashable, Sendable {
  /// After the session's start.
  package var offsetMilliseconds: Int64
  package var trigger: TurnTrigger
  /// From the end of the answer before; `nil` for a session's first turn, and where it is not recorded.
  package var pauseMilliseconds: Int64?

  package init(offsetMilliseconds: Int64, trigger: TurnTrigger, pauseMilliseconds: Int64? = nil) {
    self.offsetMilliseconds = offsetMilliseconds
    self.trigger = trigger
    self.pauseMilliseconds = pauseMilliseconds
  }
}
