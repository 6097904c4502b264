package import ControlSQLite
package import Inventory
package import Ledger

/// For how long facts on persons are kept.
package enum Retention: Hashable, Sendable {
  case never
  /// From a session's last activity on.
  case days(Int64)

  /// What an organisation has that says nothing of it.
  package static let standard = Retention.days(90)
  /// Budgets of a month are made of the calls themselves.
  package static let callsAtLeast = Duration.days(32)

  /// Before when facts are not kept; `nil` if they always are.
  package func cutoff(at now: Instant) -> Instant? {
    if case .days(let days) = self { now - .days(days) } else { nil }
  }

  /// As in “kept …”.
  package func words(for lifetime: KeptLifetime) -> String {
    switch (lifetime, self) {
    case (.facts, .days(let days)): "for \(days) days after the session's last activity"
    case (.calls, .days(let days)): "for \(max(days, 32)) days"
    case (.facts, .never), (.calls, .never): "until you are erased; your organisation has set no end"
    case (.directory, _): "until you are erased"
    case (.signIn, _): "until you sign out, for twelve hours at most"
    case (.log, _): "for good; see docs/keeping.md"
    case (.inbox, _): "until it is handled: seconds, as a rule"
    case (.notices, _): "among the ten thousand latest"
    case (.settling, _): "for five weeks"
    case (.agentContent, _): "for 30 days after the run's end"
    case (.agentMemory, _):
      "what was kept for good until you or the agent takes it away; notes, proposals and what was taken away for 30 days"
    }
  }
}

extension Retention {
  /// As the server that has this database noted it.
  package init(notedIn control: ControlStore) throws {
    self = try control.retentionDays().map { .days($0) } ?? .never
  }

  /// Notes it for commands that say so.
  package func note(in control: ControlStore) throws {
    if case .days(let days) = self {
      try control.noteRetention(days: days)
    } else {
      try control.noteRetention(days: nil)
    }
  }
}
