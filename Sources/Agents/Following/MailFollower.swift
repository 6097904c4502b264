package import Effects
package import Journal
package import Ledger
package import Mail

/// Looks at what became of messages that were filed and of drafts: whether the person left them as they were put, dealt with
/// them, or put them otherwise. What nobody has looked at when its time is over nobody can say.
package struct MailFollower: OutcomeFollower {
  package let kinds = [MailSubject.kind, MailSubject.draftKind]

  let mailboxes: [String: Mailbox]
  let journal: any JournalStore
  let watch: MailWatch
  let now: @Sendable () -> Instant

  package init(
    _ mailboxes: [String: Mailbox], journal: any JournalStore,
    watch: MailWatch = MailWatch(freshness: .seconds(5)), now: @escaping @Sendable () -> Instant
  ) {
    self.mailboxes = mailboxes
    self.journal = journal
    self.watch = watch
    self.now = now
  }

  package func look(at outcome: Outcome, kept: JSON?) async -> OutcomeLook {
    guard let subject = MailSubject(outcome.subject), let mailbox = mailboxes[subject.mailbox] else {
      return OutcomeLook(seen: (.unconfirmed, "The mailbox is not among the settings any more."), next: nil)
    }
    let fate: MailFate
    do throws(ToolFailure) {
      fate = try await self.fate(of: subject, outcome, in: mailbox)
    } catch {
      return over(outcome)
        ? unconfirmed("It could not be looked at: \(error)")
        : OutcomeLook(kept: kept, next: now() + Self.pause(outcome))
    }
    switch fate {
    case .redone(let what): return OutcomeLook(seen: (.reverted, what), next: nil)
    case .taken(let what): return OutcomeLook(seen: (.held, what), next: nil)
    case .unknown(let why): return unconfirmed(why)
    case .away(let wasSeen):
      return wasSeen || kept == Self.read
        ? OutcomeLook(seen: (.held, "You have looked at it and put it away."), next: nil)
        : unconfirmed("It was only marked, and went before anybody was seen to look at it.")
    case .standing(let isRead):
      guard over(outcome) else {
        return OutcomeLook(
          kept: isRead ? Self.read : kept,
          seen: outcome.state == .open ? (.holding, "It is as it was put.") : nil,
          next: min(now() + Self.pause(outcome), end(outcome)))
      }
      return isRead
        ? OutcomeLook(seen: (.held, "You have looked at it and left it so."), next: nil)
        : unconfirmed("Nobody has looked at it.")
    }
  }

  /// What is kept once the person was seen to have looked at it.
  private static let read: JSON = ["read": true]

  private func unconfirmed(_ why: String) -> OutcomeLook { OutcomeLook(seen: (.unconfirmed, why), next: nil) }
  private func end(_ outcome: Outcome) -> Instant { outcome.opened + outcome.holdFor }
  /// Between two looks: each hour, and where there is less time, oftener.
  private static func pause(_ outcome: Outcome) -> Duration {
    min(.minutes(60), max(.seconds(5), outcome.holdFor / 8))
  }

  private func over(_ outcome: Outcome) -> Bool { now() >= end(outcome) }

  private func fate(
    of subject: MailSubject, _ outcome: Outcome, in mailbox: Mailbox
  ) async throws(ToolFailure) -> MailFate {
    let handle: JSON?
    do throws(JournalError) {
      handle = try journal.step(outcome.step, of: outcome.run).result.shown?.undo
    } catch {
      throw .unavailable("\(error)")
    }
    guard let handle else { return .unknown("What was done is not kept any more.") }
    if outcome.kind == MailSubject.draftKind {
      guard let draft = Draft(handle) else { return .unknown("It is not kept any more which draft it was.") }
      return try await mailbox.fate(of: draft)
    }
    guard let filing = Filing(handle) else {
      return .unknown("It is not kept any more which message it was.")
    }
    return try await mailbox.fate(of: subject, in: filing, by: watch)
  }
}
