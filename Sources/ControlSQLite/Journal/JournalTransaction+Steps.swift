import Effects
import GRDB
import Journal
import Ledger

extension JournalTransaction {
  struct NewStep {
    var number: Int
    var kind: String
    var name: String
    var state: Step.State
    var effectClass: EffectClass?
    var effect: EffectID?
    var authority: Authority?
    var reason: String?
  }

  func insert(_ step: NewStep, of claim: Claim) throws {
    guard step.number > 0 else { throw JournalError.noStep(claim.run, step.number) }
    try db.executeKept(
      """
      INSERT INTO agent_step (run_id, number, kind, name, effect_class, effect_id, state, epoch, attempts,
        authority, begun, concluded, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
      """,
      [
        claim.run.rawValue, step.number, step.kind, step.name, step.effectClass?.rawValue,
        step.effect?.rawValue, step.state.rawValue, claim.epoch,
        try step.authority.map { try JournalRows.text($0) },
        now.milliseconds, step.state == .intent ? nil : now.milliseconds, step.reason,
      ])
  }

  /// Writes down a call: that it is about to be made, or that it was not.
  func insert(
    _ intention: Intention, state: Step.State, because reason: String?, withholding secrets: Set<String>,
    of claim: Claim
  ) throws {
    let call = intention.call(of: claim.run)
    let withholding = Withholding(of: secrets, in: claim.run)
    let reason = reason.map(withholding.text)
    try insert(
      NewStep(
        number: intention.step, kind: "effect", name: call.tool, state: state,
        effectClass: intention.effectClass, effect: call.effect,
        authority: state == .intent ? intention.authority : nil, reason: reason), of: claim)
    let kept = withholding.json(intention.arguments, labels: intention.labels)
    let content = try keep(
      .arguments, Int64(intention.step), of: claim.run, kept.canonical,
      isWithheld: kept != intention.arguments)
    try note(
      state == .intent ? .intended : .skipped, run: claim.run, step: intention.step,
      [
        "tool": call.tool, "effect": call.effect.rawValue, "class": intention.effectClass.rawValue,
        "fingerprint": intention.fingerprint.rawValue, "epoch": String(claim.epoch),
        "authority": state == .intent ? try JournalRows.text(intention.authority) : nil,
      ].merging(content) { $1 })
  }

  func step(_ number: Int, of run: RunID) throws -> Step {
    guard let step = try knownStep(number, of: run) else { throw JournalError.noStep(run, number) }
    return step
  }

  func steps(of run: RunID, from first: Int) throws -> [Step] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM agent_step WHERE run_id = ? AND number >= ? ORDER BY number"),
      arguments: [run.rawValue, first]
    ).map { try JournalRows.step($0, db) }
  }

  /// Of each step from one on that there is: whether it is an `answer` or an `effect`.
  func stepKinds(from first: Int, of run: RunID) throws -> [Int: String] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT number, kind FROM agent_step WHERE run_id = ? AND number >= ?"),
      arguments: [run.rawValue, first])
    return Dictionary(rows.map { ($0["number"], $0["kind"]) }) { first, _ in first }
  }

  /// Without what is kept of it.
  func state(of number: Int, in run: RunID) throws -> Step.State {
    let state = try String.fetchOne(
      db.cachedStatement(sql: "SELECT state FROM agent_step WHERE run_id = ? AND number = ?"),
      arguments: [run.rawValue, number])
    guard let state else { throw JournalError.noStep(run, number) }
    guard let state = Step.State(rawValue: state) else {
      throw JournalRows.Damaged(what: "step \(number) of run \(run)")
    }
    return state
  }

  func knownStep(_ number: Int, of run: RunID) throws -> Step? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM agent_step WHERE run_id = ? AND number = ?"),
      arguments: [run.rawValue, number]
    ).map { try JournalRows.step($0, db) }
  }

  func hasUncertain(_ run: RunID) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT true FROM agent_step WHERE run_id = ? AND state = 'uncertain'"),
      arguments: [run.rawValue]) ?? false
  }

  func set(_ number: Int, of run: RunID, to state: Step.State, because reason: String?) throws {
    try db.executeKept(
      "UPDATE agent_step SET state = ?, concluded = ?, reason = ? WHERE run_id = ? AND number = ?",
      [state.rawValue, now.milliseconds, reason, run.rawValue, number])
  }

  /// The run has not done again what it had done.
  func giveUp(_ run: RunID, at step: Int) throws -> JournalError {
    try end(run, as: .dead, because: "After a crash, step \(step) was another call than before.")
    return .otherThanBefore(run, step: step)
  }
}
