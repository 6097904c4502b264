import Agents
import Journal
import Ledger

/// What an agent's runs cost one person and what came of them.
struct AgentRecord {
  var runs = 0
  var cost = NanoDollars.zero
  /// Calls of models without a price; they are not in the sum.
  var unpriced = 0
  private var outcomes: [Outcome.State: Int] = [:]

  init(of agent: String, account: AccountID, in journal: any JournalStore) throws(JournalError) {
    for run in try journal.runs(of: RunFilter(account: account, agent: agent), limit: 10_000) {
      runs += 1
      let spend = try journal.spend(.run(run.id), since: nil)
      cost += spend.cost
      unpriced += spend.unpriced
      for outcome in try journal.outcomes(of: run.id) where !outcome.isRepair {
        outcomes[outcome.state, default: 0] += 1
      }
    }
  }

  var held: Int { outcomes[.held] ?? 0 }
  var reverted: Int { outcomes[.reverted] ?? 0 }
  var unconfirmed: Int { outcomes[.unconfirmed] ?? 0 }
  var watched: Int { (outcomes[.open] ?? 0) + (outcomes[.holding] ?? 0) }
  /// All that it cost, runs without an outcome included; `nil` while nothing held, or where a price is missing.
  var costPerHeldOutcome: NanoDollars? {
    held > 0 && unpriced == 0 ? NanoDollars(cost.count / Int64(held)) : nil
  }
}
