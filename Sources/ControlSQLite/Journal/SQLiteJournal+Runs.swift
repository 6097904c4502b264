import Effects
import GRDB
package import Journal
import Ledger

extension SQLiteJournal {
  package func begin(_ request: RunRequest) throws(JournalError) -> Run {
    try write { transaction in
      let db = transaction.db
      if let occurrence = request.occurrence {
        let known = try Row.fetchOne(
          db, sql: "SELECT * FROM agent_run WHERE org_id = 1 AND agent = ? AND occurrence = ?",
          arguments: [request.agent, occurrence])
        if let known { return .success(try JournalRows.run(known, db)) }
      }
      if let stop = try transaction.standingStop(for: request.agent) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      let id = RunID.make(at: transaction.now)
      try db.execute(
        sql: """
          INSERT INTO agent_run
            (id, account_id, agent, folder, status, parent_id, occurrence, planned, stops_seen, begun)
          VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, (SELECT COALESCE(MAX(id), 0) FROM agent_stop), ?)
          """,
        arguments: [
          id.rawValue, request.account.rawValue, request.agent, request.folder, request.parent?.rawValue,
          request.occurrence, request.planned?.canonical, transaction.now.milliseconds,
        ])
      let kept = Withholding(in: id).passage(request.purpose)
      let content = try transaction.keep(
        .purpose, 0, of: id, JournalRows.text(kept), isWithheld: kept != request.purpose)
      try transaction.note(
        .begun, run: id,
        [
          "agent": request.agent, "folder": request.folder, "account": String(request.account.rawValue),
          "parent": request.parent?.rawValue, "occurrence": request.occurrence,
          "planned": request.planned?.canonical,
        ].merging(content) { $1 })
      return .success(try transaction.run(id))
    }
  }

  package func claim(
    _ run: RunID, by executor: String, lease: Duration
  ) throws(JournalError) -> Claim {
    try write { transaction in
      let row = try transaction.runRow(run)
      let status = try transaction.status(row, of: run)
      if status.isOver { return .failure(.over(run, status)) }
      let isTakeover = status == .running
      if isTakeover, transaction.isLeased(row) { return .failure(.taken(run, by: row["executor"] ?? "")) }
      if let stop = try transaction.stop(of: run) {
        try transaction.end(run, as: .stopped, because: stop.reason)
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      let takeovers: Int = row["takeovers"] + (isTakeover ? 1 : 0)
      if takeovers > settings.mostTakeovers {
        try transaction.end(run, as: .dead, because: "\(takeovers) executors in a row died over it.")
        return .failure(.givenUp(run, takeovers: takeovers))
      }
      // What a call cost whose answer never came nobody knows.
      try transaction.db.execute(
        sql: "UPDATE agent_reservation SET state = 'kept' WHERE run_id = ? AND state = 'held'",
        arguments: [run.rawValue])
      let epoch: Int64 = row["epoch"] + 1
      let until = transaction.machine.elapsed + lease
      try transaction.db.execute(
        sql: """
          UPDATE agent_run SET status = 'running', epoch = ?, takeovers = ?, executor = ?, lease_boot = ?,
            lease_until = ?, wake = NULL, reason = NULL WHERE id = ?
          """,
        arguments: [
          epoch, takeovers, executor, transaction.machine.boot, until.wholeMilliseconds, run.rawValue,
        ])
      try transaction.note(
        .claimed, run: run,
        ["epoch": String(epoch), "executor": executor, "takeover": isTakeover ? "yes" : "no"])
      return .success(Claim(run: run, epoch: epoch, executor: executor, isTakeover: isTakeover))
    }
  }

  package func renew(_ claim: Claim, for lease: Duration) throws(JournalError) {
    try write { transaction in
      _ = try transaction.hold(claim)
      let until = transaction.machine.elapsed + lease
      try transaction.db.execute(
        sql: "UPDATE agent_run SET lease_boot = ?, lease_until = ? WHERE id = ?",
        arguments: [transaction.machine.boot, until.wholeMilliseconds, claim.run.rawValue])
      return .success(())
    }
  }

  package func release(
    _ claim: Claim, awaiting: Awaited, because reason: String
  ) throws(JournalError) {
    try write { transaction -> Result<Void, JournalError> in
      _ = try transaction.hold(claim)
      if let stop = try transaction.stop(of: claim.run) {
        // There is nothing to wait for.
        try transaction.end(claim.run, as: .stopped, because: stop.reason)
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      let wake = try transaction.wake(claim.run, awaiting: awaiting)
      try transaction.db.execute(
        sql: """
          UPDATE agent_run SET status = ?, executor = NULL, lease_boot = NULL, lease_until = NULL,
            takeovers = 0, wake = ?, reason = ? WHERE id = ?
          """,
        arguments: [
          (wake.isNow ? RunStatus.queued : .waiting).rawValue, wake.at?.milliseconds, reason,
          claim.run.rawValue,
        ])
      try transaction.note(.released, run: claim.run, ["epoch": String(claim.epoch)])
      return .success(())
    }
  }

  package func finish(
    _ claim: Claim, as ending: RunEnding, because reason: String
  ) throws(JournalError) {
    try write { transaction in
      _ = try transaction.hold(claim)
      try transaction.end(claim.run, as: ending, because: reason)
      return .success(())
    }
  }

  package func claimable(limit: Int) throws(JournalError) -> [RunID] {
    try read { transaction in
      let rows = try Row.fetchAll(
        transaction.db,
        sql: """
          SELECT * FROM agent_run WHERE status = 'queued' OR (status = 'waiting' AND wake <= ?1)
            OR (status = 'running' AND (lease_boot <> ?2 OR lease_until <= ?3)) ORDER BY id LIMIT ?4
          """,
        arguments: [
          transaction.now.milliseconds, transaction.machine.boot,
          transaction.machine.elapsed.wholeMilliseconds, limit,
        ])
      return rows.map { RunID(rawValue: $0["id"]) }
    }
  }

  package func run(_ id: RunID) throws(JournalError) -> Run { try read { try $0.run(id) } }

  package func runs(of filter: RunFilter, limit: Int) throws(JournalError) -> [Run] {
    try read { transaction in
      let statuses = filter.statuses.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      return try Row.fetchAll(
        transaction.db,
        sql: """
          SELECT * FROM agent_run WHERE status IN (\(statuses)) AND (?1 IS NULL OR account_id = ?1)
            AND (?2 IS NULL OR agent = ?2) ORDER BY id DESC LIMIT ?3
          """, arguments: [filter.account?.rawValue, filter.agent, limit]
      ).map { try JournalRows.run($0, transaction.db) }
    }
  }
}

extension JournalTransaction {
  func runRow(_ run: RunID) throws -> Row {
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM agent_run WHERE id = ?"), arguments: [run.rawValue])
    else { throw JournalError.noRun(run) }
    return row
  }

  func run(_ run: RunID) throws -> Run { try JournalRows.run(runRow(run), db) }

  func status(_ row: Row, of run: RunID) throws -> RunStatus {
    guard let status = RunStatus(rawValue: row["status"]) else {
      throw JournalRows.Damaged(what: "run \(run)")
    }
    return status
  }

  /// Whether the executor that has a run may still be there: the machine was not started again since, and its time is
  /// not up.
  func isLeased(_ row: Row) -> Bool {
    guard let boot: String = row["lease_boot"], let until: Int64 = row["lease_until"] else { return false }
    return boot == machine.boot && machine.elapsed.wholeMilliseconds < until
  }

  /// The run's row, if the claim is the one that holds.
  func hold(_ claim: Claim) throws -> Row {
    let row = try runRow(claim.run)
    let status = try status(row, of: claim.run)
    guard row["epoch"] == claim.epoch else { throw JournalError.superseded(claim.run) }
    switch status {
    case .running: return row
    case .queued, .waiting: throw JournalError.superseded(claim.run)
    case .done, .failed, .stopped, .dead: throw JournalError.over(claim.run, status)
    }
  }

  /// Ends a run, with all that is still open in it.
  func end(_ run: RunID, as ending: RunEnding, because reason: String) throws {
    for row in try Row.fetchAll(
      db, sql: "SELECT number, effect_class FROM agent_step WHERE run_id = ? AND state = 'intent'",
      arguments: [run.rawValue])
    {
      // Of what is pure nothing hangs on whether it happened.
      let state: Step.State = row["effect_class"] == EffectClass.pure.rawValue ? .skipped : .uncertain
      try set(
        row["number"], of: run, to: state, because: "The run ended before it was known whether it happened.")
      try note(.concluded, run: run, step: row["number"], ["state": state.rawValue])
    }
    try expireApprovals(of: run, where: "true")
    try db.execute(
      sql: "UPDATE agent_reservation SET state = 'kept' WHERE run_id = ? AND state = 'held'",
      arguments: [run.rawValue])
    try db.execute(
      sql: "UPDATE agent_content SET expires = ? WHERE run_id = ?",
      arguments: [(now + settings.keepsContent).milliseconds, run.rawValue])
    try db.execute(
      sql: """
        UPDATE agent_run SET status = ?, ended = ?, executor = NULL, lease_boot = NULL, lease_until = NULL,
          wake = NULL, reason = ? WHERE id = ?
        """, arguments: [ending.status.rawValue, now.milliseconds, reason, run.rawValue])
    try note(.ended, run: run, ["as": ending.rawValue])
  }

  /// Lets a waiting run be taken.
  func queue(_ run: RunID) throws {
    try db.execute(
      sql: "UPDATE agent_run SET status = 'queued', wake = NULL WHERE id = ? AND status = 'waiting'",
      arguments: [run.rawValue])
  }

  /// When to look at a run that waits, and whether what it waits for is there already.
  func wake(_ run: RunID, awaiting: Awaited) throws -> (at: Instant?, isNow: Bool) {
    switch awaiting {
    case .until(let instant): return (instant, instant <= now)
    case .resolutions: return (nil, try !hasUncertain(run))
    case .approvals(let ids):
      let approvals = try ids.map { try approval($0) }
      guard approvals.allSatisfy({ $0.state == .pending }) else { return (nil, true) }
      return (approvals.map(\.expires).min(), approvals.isEmpty)
    }
  }
}
