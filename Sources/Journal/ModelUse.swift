package import Ledger

/// What one call of a model used. Kept for good; a correction is a row of its own.
package struct ModelUse: Hashable, Sendable {
  package var model: String
  package var counts: TokenCounts
  /// Of list price; `nil` where the model has none.
  package var cost: NanoDollars?
  /// Whether the provider did not say and it is what was reserved, or counted here.
  package var isEstimated: Bool

  package init(model: String, counts: TokenCounts, cost: NanoDollars?, isEstimated: Bool = false) {
    self.model = model
    self.counts = counts
    self.cost = cost
    self.isEstimated = isEstimated
  }
}

/// What may be spent by whom since when. A reservation is checked against it and written down in one transaction, so that
/// no number of agents at once exceeds it.
package struct SpendBudget: Hashable, Sendable {
  package var scope: Scope
  package var since: Instant
  package var amount: NanoDollars

  package init(_ scope: Scope, since: Instant, amount: NanoDollars) {
    self.scope = scope
    self.since = since
    self.amount = amount
  }

  package enum Scope: Hashable, Sendable, CustomStringConvertible {
    case run(RunID)
    case agent(String)
    case account(AccountID)
    case everything

    package var description: String {
      switch self {
      case .run: "this run"
      case .agent(let name): "the agent \(name)"
      case .account: "this person's agents"
      case .everything: "all agents"
      }
    }
  }
}

/// The most tokens of all classes that may be used since when; reserved and checked like money.
package struct TokenLimit: Hashable, Sendable {
  package var scope: SpendBudget.Scope
  package var since: Instant
  package var tokens: Int64

  package init(_ scope: SpendBudget.Scope, since: Instant, tokens: Int64) {
    self.scope = scope
    self.since = since
    self.tokens = tokens
  }
}

/// Money held for a call of a model that is about to be made.
package struct Reservation: Hashable, Sendable {
  package var id: Int64
  package var amount: NanoDollars

  package init(id: Int64, amount: NanoDollars) {
    self.id = id
    self.amount = amount
  }
}

/// What a run, or several, used: by model, and what is not known of it.
package struct RunSpend: Hashable, Sendable {
  package var byModel: [String: TokenCounts] = [:]
  package var cost: NanoDollars = .zero
  package var calls = 0
  /// Calls that have no price, and that are in no sum.
  package var unpriced = 0
  /// Calls of which only an estimate is known; they are in the sums.
  package var estimated = 0

  package init() {}
}
