package import Ledger

/// An order that nothing more is to happen. It is in force for every process from the moment it is written: the journal
/// lets no intent through after it.
package struct Stop: Hashable, Sendable {
  package var id: Int64
  package var scope: Scope
  package var by: AccountID
  package var at: Instant
  package var reason: String
  /// New runs are let in again from then on. Those that were under way stay stopped.
  package var lifted: Instant?

  package init(
    id: Int64, scope: Scope, by: AccountID, at: Instant, reason: String, lifted: Instant? = nil
  ) {
    self.id = id
    self.scope = scope
    self.by = by
    self.at = at
    self.reason = reason
    self.lifted = lifted
  }

  package enum Scope: Hashable, Sendable, CustomStringConvertible {
    case run(RunID)
    case agent(String)
    case everything

    package var description: String {
      switch self {
      case .run(let run): "run \(run)"
      case .agent(let name): "the agent \(name)"
      case .everything: "all agents"
      }
    }
  }
}
