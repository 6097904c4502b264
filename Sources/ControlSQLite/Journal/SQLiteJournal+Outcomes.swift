import Effects
import GRDB
package import Journal
import Ledger

extension SQLiteJournal {
  package func change(
    _ outcome: OutcomeID, to state: Outcome.State, evidence: String
  ) throws(JournalError) -> Outcome {
    try write { transaction in
      let known = try transaction.outcome(outcome)
      guard state.mayFollow(known.state) else {
        return .failure(.wrongOutcome(outcome, known.state, to: state))
      }
      let until = state == .holding ? transaction.now + known.holdFor : known.holdUntil
      try transaction.db.execute(
        sql: "UPDATE agent_outcome SET state = ?, hold_until = ?, evidence = ?, changed = ? WHERE id = ?",
        arguments: [
          state.rawValue, until?.milliseconds, evidence, transaction.now.milliseconds, outcome.rawValue,
        ])
      try transaction.note(
        .outcomeChanged, run: known.run, step: known.step,
        ["outcome": outcome.description, "state": state.rawValue])
      return .success(try transaction.outcome(outcome))
    }
  }

  package func outcomes(of run: RunID) throws(JournalError) -> [Outcome] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db, sql: "SELECT * FROM agent_outcome WHERE run_id = ? ORDER BY id",
        arguments: [run.rawValue]
      ).map(JournalRows.outcome)
    }
  }

  package func openOutcomes() throws(JournalError) -> [Outcome] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db,
        sql: "SELECT * FROM agent_outcome WHERE state IN ('open', 'holding') ORDER BY id"
      ).map(JournalRows.outcome)
    }
  }
}

extension JournalTransaction {
  func outcome(_ id: OutcomeID) throws -> Outcome {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM agent_outcome WHERE id = ?", arguments: [id.rawValue])
    else { throw JournalError.noOutcome(id) }
    return try JournalRows.outcome(row)
  }

  /// Begins to follow what an effect was for.
  func open(_ followed: ToolResult.Followed, subject: String, step: Int, of run: Row) throws {
    let (id, account, agent): (String, Int64, String) = (run["id"], run["account_id"], run["agent"])
    try db.execute(
      sql: """
        INSERT INTO agent_outcome
          (run_id, number, account_id, agent, kind, subject, opened, hold_for, state, changed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)
        """,
      arguments: [
        id, step, account, agent, followed.kind, subject, now.milliseconds,
        followed.holdFor.wholeMilliseconds, now.milliseconds,
      ])
    try note(
      .outcomeOpened, run: RunID(rawValue: id), step: step,
      ["outcome": String(db.lastInsertedRowID), "kind": followed.kind])
  }
}
