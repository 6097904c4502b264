package import Ledger

// Who there is. Nothing here is ever deleted: what ends keeps its row with the instant of its end, so that what was
// spent long ago can still be said to be whose it was.

/// A human being who spends, or answers for agents that do.
package struct Person: Hashable, Sendable, Identifiable {
  package var id: Int64
  /// Under which this person's use stands in the ledger.
  package var account: AccountID
  package var name: String
  /// By which the person is known; compared without regard to case. An address, or the user name that the
  /// organisation's directory gives one who has none.
  package var mail: String
  /// The team now; ``DirectorySnapshot/team(of:at:)`` knows the team as of another day.
  package var team: Int64?
  package var created: Instant
  package var ended: Instant?

  package init(
    id: Int64, account: AccountID, name: String, mail: String, team: Int64?, created: Instant,
    ended: Instant? = nil
  ) {
    self.id = id
    self.account = account
    self.name = name
    self.mail = mail
    self.team = team
    self.created = created
    self.ended = ended
  }
}

package struct Team: Hashable, Sendable, Identifiable {
  package var id: Int64
  package var name: String
  package var created: Instant
  package var ended: Instant?

  package init(id: Int64, name: String, created: Instant, ended: Instant? = nil) {
    self.id = id
    self.name = name
    self.created = created
    self.ended = ended
  }
}

/// What work is done for, across teams: an application, with its repositories.
package struct Project: Hashable, Sendable, Identifiable {
  package var id: Int64
  package var name: String
  /// What it is used for, in the organisation's own words, such as “support”.
  package var useCase: String?
  package var created: Instant
  package var ended: Instant?

  package init(
    id: Int64, name: String, useCase: String? = nil, created: Instant, ended: Instant? = nil
  ) {
    self.id = id
    self.name = name
    self.useCase = useCase
    self.created = created
    self.ended = ended
  }
}

/// A program that spends on its own, for which a person answers.
package struct Agent: Hashable, Sendable, Identifiable {
  package var id: Int64
  /// Under which this agent's use stands in the ledger; not its owner's.
  package var account: AccountID
  package var name: String
  /// The person who answers for it now; an agent whose owner leaves ends, unless it is handed over before.
  package var owner: Int64
  /// What it is used for, in the organisation's own words, such as “support”.
  package var useCase: String?
  package var created: Instant
  package var ended: Instant?

  package init(
    id: Int64, account: AccountID, name: String, owner: Int64, useCase: String? = nil, created: Instant,
    ended: Instant? = nil
  ) {
    self.id = id
    self.account = account
    self.name = name
    self.owner = owner
    self.useCase = useCase
    self.created = created
    self.ended = ended
  }
}

/// That somebody belonged to something for a time: a person to a team, a manager or a cost centre, an agent to its
/// owner, an account to a person.
package struct Tenure: Hashable, Sendable {
  /// The person, the agent, or the account's number.
  package var member: Int64
  /// The team, the manager, the cost centre, the owner, or the person.
  package var of: Int64
  package var since: Instant
  /// When it ended; `nil` while it lasts.
  package var until: Instant?

  package init(member: Int64, of: Int64, since: Instant, until: Instant? = nil) {
    self.member = member
    self.of = of
    self.since = since
    self.until = until
  }

  package func holds(at instant: Instant) -> Bool {
    since <= instant && until.map { instant < $0 } ?? true
  }
}
