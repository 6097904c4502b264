import Effects
import Gate
import Journal
import Ledger
import Mail

extension RunExecutor {
  /// Takes a triage as far as it goes now.
  func triage(_ run: Run, _ claim: Claim, _ agent: AgentAtWork, _ triage: TriageWork)
    async throws(JournalError) -> Left
  {
    let work = Work(
      journal: journal, model: model, prices: prices, recovery: recovery, now: now, claim: claim,
      agent: agent,
      isRemedy: false)
    let seen = triage.seen + [run.purpose.shown].compactMap(\.self)
    var course = TriageCourse(triage, instructions: agent.instructions, limits: agent.limits)
    while true {
      let (stop, steps) = try journal.progress(of: claim.run, from: course.told)
      if let stop { throw .stopped(stop.scope, reason: stop.reason) }
      if let left = try leavesOff(claim) { return left }
      let next = course.next(after: steps)
      if case .settle = next {
      } else if run.folder != agent.folder {
        return try changed(claim)
      }
      switch next {
      case .finish(let ending, let reason):
        if ending == .done { try conclude(course, run, triage) }
        try journal.finish(claim, as: ending, because: reason)
        return .ended(ending)
      case .awaitPerson(let step): return try waits(for: step, claim)
      case .ask(_, _, let instant?) where now() < instant:
        try journal.release(
          claim, awaiting: .until(instant), because: "The model did not answer; it is asked again later.")
        return .waiting
      case .ask(let conversations, let step, _): try await work.ask(conversations, from: step)
      case .say(_, _, let instant?) where now() < instant:
        try journal.release(
          claim, awaiting: .until(instant), because: "The mailbox did not answer; it is tried again.")
        return .waiting
      case .say(let call, let step, _):
        // Before it is on its way: however the run ends, and whoever puts the messages back, no later run files them again.
        if let cursor = course.cursor(handling: call) { try keep(triage) { cursor.following($0) } }
        try work.say(call, step: step)
      case .settle(let step): try await work.settle(step)
      case .consider(let call, let step):
        if try await work.consider(
          call, step: step, seen: seen, done: EffectsSoFar(course.effects),
          rule: "The person’s own rules say so; no message decides it.") == .waits
        {
          return .waiting
        }
      }
    }
  }

  /// Everything is done about what was read: the next look goes on behind it, and what the person is to be asked is begun.
  private func conclude(_ course: TriageCourse, _ run: Run, _ triage: TriageWork) throws(JournalError) {
    for (occurrence, call) in course.asides(at: now()) {
      do throws(JournalError) {
        _ = try journal.begin(
          RunRequest(
            account: run.account, agent: run.agent, folder: run.folder,
            purpose: Passage("A rule says that a mailing list could be left.", from: .system("mail")),
            parent: run.id, occurrence: occurrence, planned: PlannedCourse([call]).journalled))
      } catch {
        // Stopped meanwhile: nothing begins, and what was done is told all the same.
        guard case .stopped = error else { throw error }
      }
    }
    if let listing = course.listing {
      try keep(triage) { listing.cursor(leaving: course.left, after: $0) }
    }
  }

  private func keep(
    _ triage: TriageWork, _ change: (MailListing.Cursor?) -> MailListing.Cursor
  ) throws(JournalError) {
    do { try triage.keep(change) } catch { throw .storage("\(error)") }
  }
}
