package import Effects
package import Ledger

/// One sitting of one agent, for one person: from what began it to what came of it.
package struct Run: Hashable, Sendable {
  package var id: RunID
  /// The person whose run it is, and whom its tokens are charged to.
  package var account: AccountID
  /// The agent's folder, by its name.
  package var agent: String
  /// The hash of all that was in the folder when it began: a run never goes on under other instructions.
  package var folder: String
  package var status: RunStatus
  /// What it was begun for, in the person's or the trigger's words. Content: it is gone some time after the end.
  package var purpose: Kept<Passage>
  /// The run that began this one: of which it is a part, or whose effect it undoes.
  package var parent: RunID?
  /// What set it off, once and never again: a schedule's moment, a delivery's number.
  package var occurrence: String?
  /// Grows with each claim. Whoever writes under an older one is turned away.
  package var epoch: Int64
  /// How often in a row it was taken over from an executor that was gone, with nothing done in between.
  package var takeovers: Int
  /// Which process has it now.
  package var executor: String?
  package var begun: Instant
  package var ended: Instant?
  /// Of a run that waits: when to look at it again, if nobody sees to it before.
  package var wake: Instant?
  /// Why it waits or ended, in a sentence without content.
  package var reason: String?

  package init(
    id: RunID, account: AccountID, agent: String, folder: String, status: RunStatus, purpose: Kept<Passage>,
    parent: RunID? = nil, occurrence: String? = nil, epoch: Int64 = 0, takeovers: Int = 0,
    executor: String? = nil, begun: Instant, ended: Instant? = nil, wake: Instant? = nil,
    reason: String? = nil
  ) {
    self.id = id
    self.account = account
    self.agent = agent
    self.folder = folder
    self.status = status
    self.purpose = purpose
    self.parent = parent
    self.occurrence = occurrence
    self.epoch = epoch
    self.takeovers = takeovers
    self.executor = executor
    self.begun = begun
    self.ended = ended
    self.wake = wake
    self.reason = reason
  }
}

/// queued → running ⇄ waiting → one of the last four, which are for good.
package enum RunStatus: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nobody has it yet, or what it waited for has come.
  case queued
  case running
  /// For an approval, a person's word on an uncertain effect, or a time.
  case waiting
  case done
  case failed
  case stopped
  /// Given up: its executors died again and again, or it did not do again what it had done.
  case dead

  package var isOver: Bool {
    switch self {
    case .queued, .running, .waiting: false
    case .done, .failed, .stopped, .dead: true
    }
  }
}

/// What a run is begun with.
package struct RunRequest: Hashable, Sendable {
  package var account: AccountID
  package var agent: String
  package var folder: String
  package var purpose: Passage
  package var parent: RunID?
  /// Unique for the agent: a second request with the same gets the run that there is.
  package var occurrence: String?

  package init(
    account: AccountID, agent: String, folder: String, purpose: Passage, parent: RunID? = nil,
    occurrence: String? = nil
  ) {
    self.account = account
    self.agent = agent
    self.folder = folder
    self.purpose = purpose
    self.parent = parent
    self.occurrence = occurrence
  }
}

/// That an executor has a run, until another takes it: what every write of a run's is made under.
package struct Claim: Hashable, Sendable {
  package var run: RunID
  package var epoch: Int64
  package var executor: String
  /// Whether it was taken from an executor that is gone, so that steps may lie about as intents.
  package var isTakeover: Bool

  package init(run: RunID, epoch: Int64, executor: String, isTakeover: Bool) {
    self.run = run
    self.epoch = epoch
    self.executor = executor
    self.isTakeover = isTakeover
  }
}

/// How a run ends.
package enum RunEnding: String, Hashable, Sendable, Codable {
  case done, failed, stopped, dead

  package var status: RunStatus {
    switch self {
    case .done: .done
    case .failed: .failed
    case .stopped: .stopped
    case .dead: .dead
    }
  }
}
