import Effects
import Gate
package import Journal
package import Ledger
package import ModelClient
import ServiceLifecycle

/// Carries a run out, from wherever it stands, until it ends or has to wait. Everything it knows it reads from the journal;
/// it can be killed at any moment and another goes on.
package struct RunExecutor: Sendable {
  let journal: any JournalStore
  let model: ModelClient
  let prices: PriceCatalogue
  let recovery: Recovery.Settings
  let now: @Sendable () -> Instant

  package init(
    journal: any JournalStore, model: ModelClient, prices: PriceCatalogue,
    recovery: Recovery.Settings = Recovery.Settings(), now: @escaping @Sendable () -> Instant
  ) {
    self.journal = journal
    self.model = model
    self.prices = prices
    self.recovery = recovery
    self.now = now
  }

  /// How a run was left.
  package enum Left: Hashable, Sendable {
    case ended(RunEnding)
    case waiting
    /// Another executor has it.
    case superseded
  }

  /// - Throws: ``JournalError`` if the journal itself cannot be read or written. The run is as it is written down.
  package func carryOut(_ claim: Claim, by agent: AgentAtWork) async throws(JournalError) -> Left {
    do throws(JournalError) {
      return try await proceed(claim, agent)
    } catch {
      switch error {
      case .superseded: return .superseded
      case .stopped(_, let reason):
        try journal.finish(claim, as: .stopped, because: reason)
        return .ended(.stopped)
      case .otherThanBefore, .over:
        return .ended(.dead)
      default: throw error
      }
    }
  }

  private func proceed(_ claim: Claim, _ agent: AgentAtWork) async throws(JournalError) -> Left {
    let run = try journal.run(claim.run)
    guard let purpose = run.purpose.shown else {
      try journal.finish(claim, as: .dead, because: "What the run was begun for is not kept any more.")
      return .ended(.dead)
    }
    let planned = PlannedCourse(journalled: run.planned)
    if planned == nil, let triage = agent.triage { return try await self.triage(run, claim, agent, triage) }
    var opening = Conversation(
      instructions: agent.instructions, tools: agent.tools.map(\.declaration),
      fenceSecret: Conversation.newFenceSecret())
    do { try opening.tell([purpose]) } catch {
      // Nothing waits in a conversation that has only begun.
      throw .storage("\(error)")
    }
    let work = Work(
      journal: journal, model: model, prices: prices, recovery: recovery, now: now, claim: claim,
      agent: agent, isRemedy: planned?.isRemedy ?? false)
    while true {
      let (stop, steps) = try journal.progress(of: claim.run, from: 1)
      if let stop { throw .stopped(stop.scope, reason: stop.reason) }
      if let left = try leavesOff(claim) { return left }
      let course = Course(of: steps, opening: opening, limits: agent.limits)
      // What was sent already is seen to under whatever instructions; and of a planned run nothing hangs on them.
      if case .settle = course.next {
      } else if run.planned == nil, run.folder != agent.folder {
        return try changed(claim)
      }
      switch course.next {
      case .finish(let ending, let reason):
        try journal.finish(claim, as: ending, because: reason)
        return .ended(ending)
      case .awaitPerson(let step): return try waits(for: step, claim)
      case .askLater(_, let instant) where now() < instant:
        try journal.release(
          claim, awaiting: .until(instant), because: "The model did not answer; it is asked again later.")
        return .waiting
      case .ask(let step), .askLater(let step, _):
        guard let planned else {
          try await work.ask(course.conversation, step: step)
          continue
        }
        switch planned.next(after: steps) {
        case .call(let call, let notBefore, _) where notBefore <= now():
          try work.say(call, step: step)
        case .call(_, let notBefore, let reason):
          try journal.release(
            claim, awaiting: .until(notBefore),
            because: "It did not come to be: \(reason). It is tried again.")
          return .waiting
        case .finish(let ending, let reason):
          try journal.finish(claim, as: ending, because: reason)
          return .ended(ending)
        }
      case .settle(let step):
        try await work.settle(step)
      case .consider(let step, let call):
        let done = EffectsSoFar(course.effects)
        if try await work.consider(call, step: step, seen: course.conversation.seen, done: done) == .waits {
          return .waiting
        }
      }
    }
  }

  // MARK: How a run is left

  /// Whether its process is to end, so that another has to go on.
  func leavesOff(_ claim: Claim) throws(JournalError) -> Left? {
    guard Task.isShuttingDownGracefully else { return nil }
    try journal.release(
      claim, awaiting: .until(now()), because: "Its process was asked to end; another goes on with it.")
    return .waiting
  }

  func changed(_ claim: Claim) throws(JournalError) -> Left {
    try journal.finish(
      claim, as: .failed, because: "The agent’s folder has changed since the run began; begin another.")
    return .ended(.failed)
  }

  func waits(for step: Step, _ claim: Claim) throws(JournalError) -> Left {
    try journal.release(
      claim, awaiting: .resolutions,
      because:
        "Somebody has to say whether step \(step.number) happened: \(step.reason ?? "it is not known").")
    return .waiting
  }
}
