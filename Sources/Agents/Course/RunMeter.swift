import Journal
import Ledger
import ModelClient
import Synchronization

/// Holds money back before each attempt at a question, and keeps what each used until it is written down with what the model
/// said.
final class RunMeter: AttemptMeter {
  private let purse: RunPurse
  /// Whether what the first attempt may cost is held already.
  private let isHeld: Bool
  private let state = Mutex(State())

  private struct State {
    var held: [Reservation] = []
    var used: [ModelUse] = []
  }

  init(_ purse: RunPurse, isHeld: Bool = false) {
    self.purse = purse
    self.isHeld = isHeld
  }

  func willAsk(_ plan: PlannedAttempt) async throws(ModelError) {
    if isHeld, plan.number == 1 { return }
    let reservation = try purse.hold(plan)
    state.withLock { $0.held.append(reservation) }
  }

  func didAsk(_ attempt: ModelAttempt) async {
    guard attempt.usage.source != .none || attempt.usage.isEstimated else { return }
    let model = attempt.servedModel ?? attempt.plan.model
    let counts = attempt.usage.best
    let use = ModelUse(
      model: model, counts: counts, cost: purse.cost(of: counts, model: model),
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
}
