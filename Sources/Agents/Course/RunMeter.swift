import Journal
import Ledger
import ModelClient
import Synchronization

/// Holds money back before a model is asked, and keeps what each attempt used until it is written down with what the
/// model said. The journal is the agent's own purse; whose tokens they are the gateway writes into the ledger.
final class RunMeter: AttemptMeter {
  private let journal: any JournalStore
  private let claim: Claim
  private let budgets: [SpendBudget]
  private let tokenLimits: [TokenLimit]
  private let pricer: Mutex<Pricer>
  private let now: @Sendable () -> Instant
  private let state = Mutex(State())

  private struct State {
    var held: [Reservation] = []
    var used: [ModelUse] = []
  }

  init(
    _ journal: any JournalStore, _ claim: Claim, budgets: [SpendBudget], tokenLimits: [TokenLimit],
    prices: PriceCatalogue,
    now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.claim = claim
    self.budgets = budgets
    self.tokenLimits = tokenLimits
    self.now = now
    pricer = Mutex(Pricer(prices))
  }

  func willAsk(_ plan: PlannedAttempt) async throws(ModelError) {
    var worst = TokenCounts(output: plan.maxOutputTokens)
    // Every token of the prompt could be written to the dearest cache.
    worst.cacheWrite1h = plan.inputTokenBound
    guard let amount = cost(of: worst, model: plan.model) else {
      throw ModelError(
        .notAllowed,
        "\(plan.model) has no price, so that no budget can be kept with it; give its price in a file of your own (--prices)."
      )
    }
    do throws(JournalError) {
      if let stop = try journal.stop(of: claim.run) {
        throw JournalError.stopped(stop.scope, reason: stop.reason)
      }
      let reservation = try journal.reserve(
        amount, tokens: plan.inputTokenBound + plan.maxOutputTokens, within: budgets, limits: tokenLimits,
        of: claim)
      state.withLock { $0.held.append(reservation) }
    } catch {
      let kind: ModelError.Kind = if case .stopped = error { .stopped } else { .notAllowed }
      throw ModelError(kind, "\(error)")
    }
  }

  func didAsk(_ attempt: ModelAttempt) async {
    guard attempt.usage.source != .none || attempt.usage.isEstimated else { return }
    let model = attempt.servedModel ?? attempt.plan.model
    let counts = attempt.usage.best
    let use = ModelUse(
      model: model, counts: counts, cost: cost(of: counts, model: model),
      isEstimated: attempt.usage.isEstimated)
    state.withLock { $0.used.append(use) }
  }

  /// What is to be written down with the answer: what was used, and what was held for it.
  func take() -> (used: [ModelUse], held: [Reservation]) {
    state.withLock { state in
      defer { state = State() }
      return (state.used, state.held)
    }
  }

  private func cost(of counts: TokenCounts, model: String) -> NanoDollars? {
    let record = UsageRecord(
      id: Key128(high: 0, low: 0), session: Key128(high: 0, low: 0), ownerRank: .stated, at: now(),
      tool: .assayAgent, model: model, counts: counts)
    return pricer.withLock { pricer in
      if case .priced(let cost) = pricer.cost(of: record) { cost } else { nil }
    }
  }
}
