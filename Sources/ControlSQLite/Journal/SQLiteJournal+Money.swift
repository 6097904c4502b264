import GRDB
package import Journal
package import Ledger

extension SQLiteJournal {
  package func reserve(
    _ amount: NanoDollars, tokens: Int64, within budgets: [SpendBudget], limits: [TokenLimit], of claim: Claim
  ) throws(JournalError) -> Reservation {
    try write { transaction in
      let run = try transaction.hold(claim)
      if let stop = try transaction.stop(of: claim.run) {
        return .failure(.stopped(stop.scope, reason: stop.reason))
      }
      for budget in budgets {
        let left = budget.amount - (try transaction.spent(budget.scope, since: budget.since))
        if amount > left { return .failure(.overBudget(budget.scope, left: left, asked: amount)) }
      }
      for limit in limits {
        let left = limit.tokens - (try transaction.used(limit.scope, since: limit.since))
        if tokens > left { return .failure(.overTokens(limit.scope, left: max(0, left))) }
      }
      let account: Int64 = run["account_id"]
      let agent: String = run["agent"]
      try transaction.db.executeKept(
        """
        INSERT INTO agent_reservation (run_id, account_id, agent, at, nano_usd, tokens, state)
        VALUES (?, ?, ?, ?, ?, ?, 'held')
        """,
        [
          claim.run.rawValue, account, agent, transaction.now.milliseconds, max(0, amount.count),
          max(0, tokens),
        ])
      let id = transaction.db.lastInsertedRowID
      try transaction.note(
        .reserved, run: claim.run, ["reservation": String(id), "nano-usd": String(amount.count)])
      return .success(Reservation(id: id, amount: amount))
    }
  }

  package func release(_ reservation: Reservation, of claim: Claim) throws(JournalError) {
    try write { transaction in
      _ = try transaction.hold(claim)
      try transaction.settle(reservation, of: claim.run, as: "released")
      return .success(())
    }
  }

  package func spend(_ scope: SpendBudget.Scope, since: Instant?) throws(JournalError) -> RunSpend {
    try read { transaction in
      let filter = scope.filter
      let rows = try Row.fetchAll(
        transaction.db, sql: "SELECT * FROM agent_usage WHERE at >= ? AND \(filter.condition)",
        arguments: [since?.milliseconds ?? .min] + filter.arguments)
      var spend = RunSpend()
      for row in rows {
        let counts = TokenCounts(
          input: row["input"], cacheRead: row["cache_read"], cacheWrite5m: row["cache_write_5m"],
          cacheWrite1h: row["cache_write_1h"], output: row["output"], reasoning: row["reasoning"])
        spend.byModel[row["model"], default: TokenCounts()] += counts
        spend.calls += 1
        if let cost: Int64 = row["nano_usd"] { spend.cost += NanoDollars(cost) } else { spend.unpriced += 1 }
        if row["is_estimated"] { spend.estimated += 1 }
      }
      return spend
    }
  }
}

extension JournalTransaction {
  func add(_ use: ModelUse, step: Int, of run: Row) throws {
    let (id, account, agent): (String, Int64, String) = (run["id"], run["account_id"], run["agent"])
    try db.executeKept(
      """
      INSERT INTO agent_usage (run_id, number, account_id, agent, at, model, input, cache_read,
        cache_write_5m, cache_write_1h, output, reasoning, nano_usd, is_estimated)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        id, step, account, agent, now.milliseconds, use.model, use.counts.input, use.counts.cacheRead,
        use.counts.cacheWrite5m, use.counts.cacheWrite1h, use.counts.output, use.counts.reasoning,
        use.cost?.count, use.isEstimated,
      ])
  }

  func settle(_ reservation: Reservation, of run: RunID, as state: String) throws {
    try db.executeKept(
      "UPDATE agent_reservation SET state = ? WHERE id = ? AND run_id = ? AND state = 'held'",
      [state, reservation.id, run.rawValue])
  }

  /// What counts against a budget: what was used, what is held, and what was held for calls of which nobody knows what
  /// they cost.
  func spent(_ scope: SpendBudget.Scope, since: Instant) throws -> NanoDollars {
    let filter = scope.filter
    let arguments: StatementArguments = [since.milliseconds]
    let used = try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT COALESCE(SUM(nano_usd), 0) FROM agent_usage WHERE at >= ? AND \(filter.condition)"),
      arguments: arguments + filter.arguments)
    let held = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT COALESCE(SUM(nano_usd), 0) FROM agent_reservation
          WHERE state IN ('held', 'kept') AND at >= ? AND \(filter.condition)
          """), arguments: arguments + filter.arguments)
    return NanoDollars(used ?? 0) + NanoDollars(held ?? 0)
  }

  /// As ``spent(_:since:)``, in tokens of all classes. Reasoning is part of output.
  func used(_ scope: SpendBudget.Scope, since: Instant) throws -> Int64 {
    let filter = scope.filter
    let arguments: StatementArguments = [since.milliseconds]
    let used = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT COALESCE(SUM(COALESCE(input, 0) + COALESCE(cache_read, 0) + COALESCE(cache_write_5m, 0)
            + COALESCE(cache_write_1h, 0) + COALESCE(output, 0)), 0)
          FROM agent_usage WHERE at >= ? AND \(filter.condition)
          """), arguments: arguments + filter.arguments)
    let held = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT COALESCE(SUM(tokens), 0) FROM agent_reservation
          WHERE state IN ('held', 'kept') AND at >= ? AND \(filter.condition)
          """), arguments: arguments + filter.arguments)
    return (used ?? 0) + (held ?? 0)
  }
}

extension SpendBudget.Scope {
  fileprivate var filter: (condition: String, arguments: StatementArguments) {
    switch self {
    case .run(let run): ("run_id = ?", [run.rawValue])
    case .agent(let name): ("agent = ?", [name])
    case .account(let account): ("account_id = ?", [account.rawValue])
    case .everything: ("true", [])
    }
  }
}
