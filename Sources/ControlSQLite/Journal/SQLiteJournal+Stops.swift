import GRDB
package import Journal
package import Ledger

extension SQLiteJournal {
  package func stop(
    _ scope: Stop.Scope, by account: AccountID, because reason: String
  ) throws(JournalError) -> Stop {
    try write { transaction in
      let db = transaction.db
      if case .run(let run) = scope { _ = try transaction.runRow(run) }
      try db.execute(
        sql: "INSERT INTO agent_stop (scope, subject, ordered_by, at, reason) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          scope.stored.name, scope.stored.subject, account.rawValue, transaction.now.milliseconds, reason,
        ])
      let id = db.lastInsertedRowID
      try transaction.note(
        .stopOrdered,
        [
          "stop": String(id), "scope": scope.stored.name, "subject": scope.stored.subject,
          "by": String(account.rawValue),
        ])
      // Those that nobody carries out end here; executors end theirs.
      let idle = try String.fetchAll(
        db, sql: "SELECT id FROM agent_run WHERE status IN ('queued', 'waiting') ORDER BY id")
      for run in idle.map(RunID.init(rawValue:)) where try transaction.stop(of: run) != nil {
        try transaction.end(run, as: .stopped, because: reason)
      }
      return .success(Stop(id: id, scope: scope, by: account, at: transaction.now, reason: reason))
    }
  }

  package func lift(_ scope: Stop.Scope, by account: AccountID) throws(JournalError) {
    try write { transaction in
      try transaction.db.execute(
        sql: """
          UPDATE agent_stop SET lifted = ?, lifted_by = ? WHERE scope = ? AND subject = ? AND lifted IS NULL
          """,
        arguments: [
          transaction.now.milliseconds, account.rawValue, scope.stored.name, scope.stored.subject,
        ])
      if transaction.db.changesCount > 0 {
        try transaction.note(
          .stopLifted,
          [
            "scope": scope.stored.name, "subject": scope.stored.subject, "by": String(account.rawValue),
          ])
      }
      return .success(())
    }
  }

  package func stop(of run: RunID) throws(JournalError) -> Stop? { try read { try $0.stop(of: run) } }

  package func stops() throws(JournalError) -> [Stop] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db,
        sql: "SELECT * FROM agent_stop WHERE lifted IS NULL AND scope <> 'run' ORDER BY id"
      ).map(JournalRows.stop)
    }
  }
}

extension JournalTransaction {
  /// What stops a run: an order that came after it began, to it, to a run that it is part of, to its agent or to all.
  /// That it was lifted since makes no difference to it.
  func stop(of run: RunID) throws -> Stop? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          WITH RECURSIVE up(id, parent_id) AS (
            SELECT id, parent_id FROM agent_run WHERE id = ?1
            UNION SELECT r.id, r.parent_id FROM agent_run r JOIN up ON r.id = up.parent_id)
          SELECT s.* FROM agent_run r JOIN agent_stop s ON s.id > r.stops_seen
          WHERE r.id = ?1 AND (s.scope = 'everything' OR (s.scope = 'agent' AND s.subject = r.agent)
            OR (s.scope = 'run' AND s.subject IN (SELECT id FROM up)))
          ORDER BY s.id LIMIT 1
          """), arguments: [run.rawValue]
    ).map(JournalRows.stop)
  }

  /// What keeps new runs of an agent's from beginning.
  func standingStop(for agent: String) throws -> Stop? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT * FROM agent_stop
        WHERE lifted IS NULL AND (scope = 'everything' OR (scope = 'agent' AND subject = ?)) ORDER BY id LIMIT 1
        """, arguments: [agent]
    ).map(JournalRows.stop)
  }
}

extension Stop.Scope {
  var stored: (name: String, subject: String) {
    switch self {
    case .run(let run): ("run", run.rawValue)
    case .agent(let name): ("agent", name)
    case .everything: ("everything", "")
    }
  }
}
