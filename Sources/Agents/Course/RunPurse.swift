import Journal
import Ledger
import ModelClient
import Synchronization

/// What a run may spend on its model. The journal is the agent's own purse; whose tokens they are the gateway writes into
/// the ledger.
final class RunPurse: Sendable {
  private let journal: any JournalStore
  private let claim: Claim
  private let budgets: [SpendBudget]
  private let tokenLimits: [TokenLimit]
  private let pricer: Mutex<Pricer>
  private let now: @Sendable () -> Instant

  init(
    _ journal: any JournalStore, _ claim: Claim, budgets: [SpendBudget], tokenLimits: [TokenLimit],
    prices: PriceCatalogue, now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.claim = claim
    self.budgets = budgets
    self.tokenLimits = tokenLimits
    self.now = now
    pricer = Mutex(Pricer(prices))
  }

  /// Holds what an attempt costs at most.
  func hold(_ plan: PlannedAttempt) throws(ModelError) -> Reservation { try hold([plan]).0 }

  /// Holds what the first of these attempts cost at most: of all of them, or of the fewer the less there is left.
  ///
  /// - Returns: And of how many; one at least.
  func hold(_ plans: [PlannedAttempt]) throws(ModelError) -> (Reservation, count: Int) {
    var count = plans.count
    while true {
      let (amount, tokens) = try bound(of: plans.prefix(count))
      do throws(JournalError) {
        let held = try journal.reserve(
          amount, tokens: tokens, within: budgets, limits: tokenLimits, of: claim)
        return (held, count)
      } catch {
        switch error {
        case .overBudget where count > 1, .overTokens where count > 1: count /= 2
        case .stopped: throw ModelError(.stopped, "\(error)")
        default: throw ModelError(.notAllowed, "\(error)")
        }
      }
    }
  }

  func cost(of counts: TokenCounts, model: String) -> NanoDollars? {
    let record = UsageRecord(
      id: Key128(high: 0, low: 0), session: Key128(high: 0, low: 0), ownerRank: .stated, at: now(),
      tool: .assayAgent, model: model, counts: counts)
    return pricer.withLock { pricer in
      if case .priced(let cost) = pricer.cost(of: record) { cost } else { nil }
    }
  }

  private func bound(of plans: some Sequence<PlannedAttempt>) throws(ModelError) -> (
    NanoDollars, tokens: Int64
  ) {
    var (amount, tokens) = (NanoDollars.zero, Int64(0))
    for plan in plans {
      var worst = TokenCounts(output: plan.maxOutputTokens)
      // Every token of the prompt could be written to the dearest cache.
      worst.cacheWrite1h = plan.inputTokenBound
      guard let cost = cost(of: worst, model: plan.model) else {
        throw ModelError(
          .notAllowed,
          "\(plan.model) has no price, so that no budget can be kept with it; give its price in a file of your own (--prices)."
        )
      }
      amount += cost
      tokens += plan.inputTokenBound + plan.maxOutputTokens
    }
    return (amount, tokens)
  }
}
