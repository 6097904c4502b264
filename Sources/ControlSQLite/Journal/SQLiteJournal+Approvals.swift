import Effects
import Gate
import GRDB
package import Journal
package import Ledger

extension SQLiteJournal {
  package func requestApproval(
    _ request: ApprovalRequest, withholding secrets: Set<String>, of claim: Claim
  ) throws(JournalError) -> Approval {
    try write { transaction in
      _ = try transaction.hold(claim)
      if let stop = try transaction.stop(of: claim.run) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      let db = transaction.db
      let known = try Row.fetchOne(
        db, sql: "SELECT * FROM agent_approval WHERE run_id = ? AND number = ? AND fingerprint = ?",
        arguments: [claim.run.rawValue, request.step, request.fingerprint.rawValue])
      if let known { return .success(try transaction.approval(known)) }
      // Whatever was asked for this step before is not what is to be done now.
      try transaction.expireApprovals(of: claim.run, where: "number = \(request.step)")
      let expires = transaction.now + request.answerWithin
      let lapse = transaction.machine.elapsed + request.answerWithin
      try db.execute(
        sql: """
          INSERT INTO agent_approval (run_id, number, fingerprint, approvers, requested, expires, lapse_boot,
            lapse_at, use_within, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')
          """,
        arguments: [
          claim.run.rawValue, request.step, request.fingerprint.rawValue,
          try JournalRows.text(request.approvers), transaction.now.milliseconds, expires.milliseconds,
          transaction.machine.boot, lapse.wholeMilliseconds, request.useWithin.wholeMilliseconds,
        ])
      let id = ApprovalID(rawValue: db.lastInsertedRowID)
      let kept = Withholding(of: secrets, in: claim.run).card(
        request.card, labels: request.labels)
      let content = try transaction.keep(
        .shown, id.rawValue, of: claim.run, JournalRows.text(kept), isWithheld: kept != request.card)
      try transaction.note(
        .approvalRequested, run: claim.run, step: request.step,
        ["approval": id.description, "fingerprint": request.fingerprint.rawValue].merging(content) { $1 })
      return .success(try transaction.approval(id))
    }
  }

  package func decide(
    _ id: ApprovalID, _ verdict: Verdict, by account: AccountID, via: Approval.Channel
  ) throws(JournalError) -> Approval {
    try write { transaction in
      let approval = try transaction.approval(id)
      let run = try transaction.run(approval.run)
      guard approval.approvers.include(account, owner: run.account) else {
        return .failure(.mayNotDecide(id, account, isOwner: account == run.account))
      }
      if approval.state == .expired {
        try transaction.expireApprovals(of: run.id, where: "id = \(id.rawValue)")
        return .failure(.notUsable(id, .expired))
      }
      guard approval.state == .pending else { return .failure(.notNeeded(id, approval.state)) }
      if let stop = try transaction.stop(of: run.id) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      // From now on it is the time to use it that runs.
      try transaction.db.execute(
        sql: """
          UPDATE agent_approval SET state = ?, decided_by = ?, decided = ?, via = ?, expires = ? + use_within,
            lapse_boot = ?, lapse_at = ? + use_within WHERE id = ? AND state = 'pending'
          """,
        arguments: [
          verdict.rawValue, account.rawValue, transaction.now.milliseconds, via.rawValue,
          transaction.now.milliseconds, transaction.machine.boot,
          transaction.machine.elapsed.wholeMilliseconds, id.rawValue,
        ])
      try transaction.note(
        .approvalDecided, run: run.id, step: approval.step,
        [
          "approval": id.description, "as": verdict.rawValue, "by": String(account.rawValue),
          "via": via.rawValue, "fingerprint": approval.fingerprint.rawValue,
        ])
      try transaction.queue(run.id)
      return .success(try transaction.approval(id))
    }
  }

  package func approval(_ id: ApprovalID) throws(JournalError) -> Approval {
    try read { try $0.approval(id) }
  }

  package func pendingApprovals(for account: AccountID?) throws(JournalError) -> [Approval] {
    try read { transaction in
      let rows = try Row.fetchAll(
        transaction.db,
        sql: """
          SELECT a.*, r.account_id AS owner FROM agent_approval a JOIN agent_run r ON r.id = a.run_id
          WHERE a.state = 'pending' ORDER BY a.id
          """)
      return try rows.compactMap { row in
        let approval = try transaction.approval(row)
        guard approval.state == .pending else { return nil }
        guard let account else { return approval }
        let owner = AccountID(rawValue: row["owner"])
        return approval.approvers.include(account, owner: owner) ? approval : nil
      }
    }
  }

  package func approvals(of run: RunID) throws(JournalError) -> [Approval] {
    try read { transaction in
      try Row.fetchAll(
        transaction.db, sql: "SELECT * FROM agent_approval WHERE run_id = ? ORDER BY id",
        arguments: [run.rawValue]
      ).map(transaction.approval)
    }
  }
}

extension JournalTransaction {
  func approval(_ id: ApprovalID) throws -> Approval {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM agent_approval WHERE id = ?", arguments: [id.rawValue])
    else { throw JournalError.noApproval(id) }
    return try approval(row)
  }

  /// As it is now: one whose time is over has expired, whether that is written down yet or not.
  func approval(_ row: Row) throws -> Approval {
    let id = ApprovalID(rawValue: row["id"])
    let run = RunID(rawValue: row["run_id"])
    let what = "approval \(id)"
    guard var state = Approval.State(rawValue: row["state"]) else { throw JournalRows.Damaged(what: what) }
    let expires: Instant = row.instant("expires")
    let lapse = MachineTime(boot: row["lapse_boot"], elapsed: .milliseconds(row["lapse_at"] as Int64))
    if !state.isFinal, now >= expires || machine.since(lapse) != nil { state = .expired }
    return Approval(
      id: id, run: run, step: row["number"], fingerprint: Fingerprint(rawValue: row["fingerprint"]),
      card: try JournalRows.content(ApprovalCard.self, .shown, id.rawValue, of: run, db) ?? .gone,
      approvers: try JournalRows.value(Approvers.self, row["approvers"], of: what),
      requested: row.instant("requested"), expires: expires, state: state,
      decidedBy: (row["decided_by"] as Int64?).map(AccountID.init(rawValue:)),
      decided: row.instant("decided"), via: (row["via"] as String?).flatMap(Approval.Channel.init(rawValue:)))
  }

  /// Uses an approval up, if it is for exactly this call and there is time.
  ///
  /// - Returns: Why not.
  func consume(_ id: ApprovalID, for intention: Intention, of claim: Claim) throws -> JournalError? {
    let approval = try approval(id)
    guard approval.run == claim.run, approval.step == intention.step,
      approval.fingerprint == intention.fingerprint
    else { return .otherThanApproved(id) }
    guard approval.state == .approved else {
      if approval.state == .expired { try expireApprovals(of: claim.run, where: "id = \(id.rawValue)") }
      return .notUsable(id, approval.state)
    }
    try db.execute(
      sql: "UPDATE agent_approval SET state = 'consumed' WHERE id = ? AND state = 'approved'",
      arguments: [id.rawValue])
    guard db.changesCount == 1 else { return .notUsable(id, approval.state) }
    try note(
      .approvalConsumed, run: claim.run, step: intention.step,
      ["approval": id.description, "fingerprint": approval.fingerprint.rawValue])
    return nil
  }

  /// Ends those of a run's that are pending or approved.
  ///
  /// - Parameter condition: Which of them.
  func expireApprovals(of run: RunID, where condition: String) throws {
    let open = try Row.fetchAll(
      db,
      sql: """
        SELECT id, number FROM agent_approval
        WHERE run_id = ? AND state IN ('pending', 'approved') AND \(condition) ORDER BY id
        """, arguments: [run.rawValue])
    for row in open {
      let id: Int64 = row["id"]
      try db.execute(sql: "UPDATE agent_approval SET state = 'expired' WHERE id = ?", arguments: [id])
      try note(.approvalExpired, run: run, step: row["number"], ["approval": String(id)])
    }
  }
}
