package import Effects
import GRDB
package import Journal
package import Ledger

extension SQLiteJournal {
  package func recordAnswers(
    _ answers: [Answer], settling reservation: Reservation?, withholding secrets: Set<String>,
    of claim: Claim
  ) throws(JournalError) {
    try write { transaction -> Result<Void, JournalError> in
      let run = try transaction.hold(claim)
      let withholding = Withholding(of: secrets, in: claim.run)
      let known = try transaction.stepKinds(from: answers.map(\.step).min() ?? 1, of: claim.run)
      for answer in answers {
        if let kind = known[answer.step] {
          guard kind == "answer" else {
            return .failure(try transaction.giveUp(claim.run, at: answer.step))
          }
          continue
        }
        try transaction.insert(
          JournalTransaction.NewStep(number: answer.step, kind: "answer", name: answer.model, state: .done),
          of: claim)
        let kept = withholding.json(answer.content).canonical
        let content = try transaction.keep(
          .answer, Int64(answer.step), of: claim.run, kept, isWithheld: kept != answer.content.canonical)
        for use in answer.usage { try transaction.add(use, step: answer.step, of: run) }
        try transaction.note(
          .answered, run: claim.run, step: answer.step,
          ["model": answer.model, "calls": String(answer.usage.count)].merging(content) { $1 })
      }
      if let reservation {
        let isKnown = answers.allSatisfy { $0.usage.allSatisfy { $0.cost != nil } }
        try transaction.settle(reservation, of: claim.run, as: isKnown ? "settled" : "kept")
      }
      return .success(())
    }
  }

  package func intend(
    _ intention: Intention, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) -> Intended {
    try write { transaction in
      _ = try transaction.hold(claim)
      let call = intention.call(of: claim.run)
      if let known = try transaction.knownStep(intention.step, of: claim.run) {
        guard known.effect == call.effect else {
          return .failure(try transaction.giveUp(claim.run, at: intention.step))
        }
        return .success(.known(known))
      }
      if let stop = try transaction.stop(of: claim.run) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      switch intention.authority {
      case .harmless:
        guard intention.declaration.effect == nil else {
          return .failure(.noAuthority(tool: intention.declaration.name))
        }
      case .grant: break
      case .approval(let id):
        if let refusal = try transaction.consume(id, for: intention, of: claim) { return .failure(refusal) }
      }
      try transaction.insert(intention, state: .intent, because: nil, withholding: secrets, of: claim)
      return .success(.begun(call))
    }
  }

  package func retry(_ step: Int, atMost: Int, of claim: Claim) throws(JournalError) -> ToolCall {
    try write { transaction in
      _ = try transaction.hold(claim)
      let known = try transaction.step(step, of: claim.run)
      guard known.state == .intent, case .effect(_, let effectClass) = known.kind, effectClass != .blind
      else { return .failure(.wrongState(claim.run, step: step, known.state)) }
      if let stop = try transaction.stop(of: claim.run) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      guard known.attempts < atMost else {
        return .failure(.attemptsUsedUp(claim.run, step: step, attempts: known.attempts))
      }
      guard var call = known.call else { return .failure(.notWhole(claim.run, step: step)) }
      call.attempt = known.attempts + 1
      try transaction.db.executeKept(
        "UPDATE agent_step SET attempts = attempts + 1, epoch = ? WHERE run_id = ? AND number = ?",
        [claim.epoch, claim.run.rawValue, step])
      try transaction.note(
        .retried, run: claim.run, step: step, ["attempt": String(known.attempts + 1)])
      return .success(call)
    }
  }

  package func conclude(
    _ step: Int, as conclusion: Conclusion, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) {
    try write { transaction -> Result<Void, JournalError> in
      let run = try transaction.hold(claim)
      let state = try transaction.state(of: step, in: claim.run)
      guard state == .intent else { return .failure(.wrongState(claim.run, step: step, state)) }
      let withholding = Withholding(of: secrets, in: claim.run)
      var details: [String: String?] = ["epoch": String(claim.epoch)]
      switch conclusion {
      case .done(let result):
        let kept = withholding.result(result)
        let content = try transaction.keep(
          .result, Int64(step), of: claim.run, JournalRows.text(kept), isWithheld: kept != result)
        details.merge(content) { $1 }
        details["state"] = Step.State.done.rawValue
        try transaction.set(step, of: claim.run, to: .done, because: nil)
        try transaction.note(.concluded, run: claim.run, step: step, details)
        for followed in result.follows {
          try transaction.open(followed, subject: withholding.text(followed.subject), step: step, of: run)
        }
      case .failed(let reason), .uncertain(let reason):
        let state: Step.State = if case .failed = conclusion { .failed } else { .uncertain }
        details["state"] = state.rawValue
        try transaction.set(step, of: claim.run, to: state, because: withholding.text(reason))
        try transaction.note(.concluded, run: claim.run, step: step, details)
      }
      // It got on: whoever died over it before did not die of it.
      try transaction.db.executeKept(
        "UPDATE agent_run SET takeovers = 0 WHERE id = ?", [claim.run.rawValue])
      return .success(())
    }
  }

  package func skip(
    _ intention: Intention, because reason: String, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) {
    try write { transaction -> Result<Void, JournalError> in
      _ = try transaction.hold(claim)
      if let known = try transaction.knownStep(intention.step, of: claim.run) {
        guard known.effect == intention.call(of: claim.run).effect else {
          return .failure(try transaction.giveUp(claim.run, at: intention.step))
        }
        return .success(())
      }
      try transaction.insert(
        intention, state: .skipped, because: reason, withholding: secrets, of: claim)
      return .success(())
    }
  }

  package func resolve(
    _ step: Int, in run: RunID, as resolution: Resolution, by account: AccountID, via: Approval.Channel
  ) throws(JournalError) -> Step {
    try write { transaction in
      let known = try transaction.step(step, of: run)
      guard known.state == .uncertain else {
        return .failure(.wrongState(run, step: step, known.state))
      }
      switch resolution {
      case .happened:
        try transaction.set(step, of: run, to: .done, because: "A person says that it happened.")
      case .didNotHappen:
        try transaction.set(step, of: run, to: .skipped, because: "A person says that it did not happen.")
      }
      try transaction.note(
        .resolved, run: run, step: step,
        ["as": resolution.rawValue, "by": String(account.rawValue), "via": via.rawValue])
      if try !transaction.hasUncertain(run) { try transaction.queue(run) }
      return .success(try transaction.step(step, of: run))
    }
  }

  package func steps(of run: RunID) throws(JournalError) -> [Step] {
    try read { transaction in
      _ = try transaction.runRow(run)
      return try transaction.steps(of: run, from: 1)
    }
  }

  package func steps(of run: RunID, from first: Int) throws(JournalError) -> [Step] {
    try read { transaction in try transaction.steps(of: run, from: first) }
  }

  package func progress(
    of run: RunID, from first: Int
  ) throws(JournalError) -> (stop: Stop?, steps: [Step]) {
    try read { transaction in
      (try transaction.stop(of: run), try transaction.steps(of: run, from: first))
    }
  }

  package func step(_ number: Int, of run: RunID) throws(JournalError) -> Step {
    try read { transaction in try transaction.step(number, of: run) }
  }

  package func uncertain() throws(JournalError) -> [Step] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db,
        sql: "SELECT * FROM agent_step WHERE state = 'uncertain' ORDER BY run_id, number"
      ).map { try JournalRows.step($0, transaction.db) }
    }
  }
}
