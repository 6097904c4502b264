import GRDB
package import Ledger

extension SQLiteLedger {
  package func append(_ calls: CallBatch, surviving survival: Survival) throws {
    guard !calls.isEmpty else { return }
    try write(surviving: survival) { db in
      var writer = try CallWriter(db, spool: calls.spool)
      try writer.write(calls)
      return .commit
    }
  }

  package func positions(inSpool spool: Key128) throws -> [String: Int64] {
    try read { db in
      let rows = try Select(db, sql: "SELECT segment, read_offset FROM spool_position WHERE spool = ?") {
        $0.add(spool)
      }
      var positions: [String: Int64] = [:]
      while let row = try rows.next() { positions[row[0]] = row[1] }
      return positions
    }
  }

  package func forget(segments: [String], ofSpool spool: Key128) throws {
    guard !segments.isEmpty else { return }
    try write { db in
      let forget = try db.cachedStatement(
        sql: "DELETE FROM spool_position WHERE spool = ? AND segment = ?")
      for segment in segments { try forget.execute(arguments: [spool.data, segment]) }
      return .commit
    }
  }

  package func openCalls(ofSpool spool: Key128, orOpenedBefore instant: Instant) throws -> [CallFact] {
    // The planner would rather read all calls in their order than the few that are open and sort those.
    let condition = "spool IS NOT NULL AND (spool = ?1 OR opened < ?2) ORDER BY opened, id"
    return try calls("INDEXED BY gateway_call_open WHERE \(condition)") { values in
      values.add(spool)
      values.add(instant)
    }
  }

  package func calls(in period: Range<Instant>, limit: Int) throws -> [CallFact] {
    try calls("WHERE opened >= ?1 AND opened < ?2 ORDER BY opened DESC, id LIMIT ?3") { values in
      values.add(period.lowerBound)
      values.add(period.upperBound)
      values.add(Int64(max(0, limit)))
    }
  }

  package func call(_ id: Key128) throws -> CallFact? { try calls("WHERE id = ?") { $0.add(id) }.first }

  private func calls(
    _ condition: String, _ bind: (inout Insert.Values) -> Void
  ) throws -> [CallFact] {
    try read { db in
      let rows = try Select(db, sql: "SELECT \(CallRow.columns) FROM gateway_call \(condition)", bind)
      var calls: [CallFact] = []
      while let row = try rows.next() {
        if let call = CallRow.call(row) { calls.append(call) }
      }
      return calls
    }
  }

  package func charges(in period: Range<Instant>, by slot: Duration) throws -> [ChargeSum] {
    // No call costs a million dollars or a million million tokens; SQLite stops at a sum of more than 64 bits.
    let length = max(1, slot.wholeMilliseconds)
    return try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT key_id, person_id, team_id, project_id, agent_id, opened - (opened % ?3 + ?3) % ?3 AS slot,
            SUM(attempt = 1),
            SUM(MIN(CASE ending WHEN 'open' THEN reserved_nano_usd ELSE charged_nano_usd END, 1000000000000000)),
            SUM(MIN(CASE ending WHEN 'open' THEN reserved_tokens ELSE charged_tokens END, 1000000000000))
          FROM gateway_call WHERE opened >= ?1 AND opened < ?2 GROUP BY 1, 2, 3, 4, 5, 6
          UNION ALL SELECT NULL, NULL, team_id, project_id, NULL, slot - (slot % ?3 + ?3) % ?3, SUM(calls),
            SUM(nano_usd), SUM(tokens)
          FROM released_charge WHERE slot >= ?1 AND slot < ?2 GROUP BY 3, 4, 6
          """
      ) { values in
        values.add(period.lowerBound)
        values.add(period.upperBound)
        values.add(length)
      }
      var sums: [ChargeSum] = []
      while let row = try rows.next() {
        sums.append(
          ChargeSum(
            scopes: ChargeScopes(key: row[0], person: row[1], team: row[2], project: row[3], agent: row[4]),
            slot: Instant(milliseconds: row[5]), calls: row[6], charged: NanoDollars(row[7]), tokens: row[8]))
      }
      return sums
    }
  }
}
