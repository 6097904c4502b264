import GRDB
package import Ledger

// What bills are held against. UTC days are whole slots, so that rollups say it however long the history is.

extension SQLiteLedger {
  package func use(on days: ClosedRange<CalendarDay>) throws -> [DayUse] {
    let period = days.lowerBound.start..<days.upperBound.end
    let byProgram = try automaticSessions(in: period)
    return try read { db in
      var use: [DayUseKey: (all: Totals, gateway: Totals, subscription: Totals)] = [:]
      try Self.readRollups(db, period, byProgram) { use[$0, default: Self.nothing].all += $1 }
      try Self.readCalls(db, period, byProgram) { key, totals, isSubscription in
        // A call that no rollup has is not derived yet, and not counted yet.
        guard use[key] != nil else { return }
        use[key]?.gateway += totals
        if isSubscription { use[key]?.subscription += totals }
      }
      return use.sorted { $0.key.order < $1.key.order }.map { key, sums in
        DayUse(
          day: CalendarDay(containing: key.day), account: key.account, tool: key.tool, model: key.model,
          isByProgram: key.isByProgram, totals: sums.all, gateway: sums.gateway,
          subscription: sums.subscription)
      }
    }
  }

  private struct DayUseKey: Hashable {
    var day: Instant
    var account: AccountID
    var tool: Tool
    var model: String?
    var isByProgram: Bool

    var order: (Int64, Int64, String, String, Int) {
      (day.milliseconds, account.rawValue, tool.rawValue, model ?? "", isByProgram ? 1 : 0)
    }
  }

  private static var nothing: (all: Totals, gateway: Totals, subscription: Totals) {
    (Totals(), Totals(), Totals())
  }

  private static func readRollups(
    _ db: Database, _ period: Range<Instant>, _ byProgram: Set<SessionID>,
    _ body: (DayUseKey, Totals) -> Void
  ) throws {
    var sessions: [Int64: (tool: Tool, isByProgram: Bool)] = [:]
    let sessionRows = try Select(db, sql: "SELECT id, key, tool FROM session")
    while let row = try sessionRows.next() {
      guard let key = row.key(1), let tool = Tool(rawValue: row[2]) else { continue }
      sessions[row[0]] = (tool, byProgram.contains(key))
    }
    let rows = try Select(
      db,
      sql: """
        SELECT r.session_id, r.slot, m.name, r.account_id, r.input, r.cache_read, r.cache_write_5m, r.cache_write_1h,
          r.output, r.reasoning, r.cost_nano_usd, r.records, r.unknown_records, r.unpriced_records,
          r.not_billed_records, r.unitemised_records
        FROM rollup r LEFT JOIN model m ON m.id = r.model_id WHERE r.slot >= ? AND r.slot < ?
        """
    ) { values in
      values.add(period.lowerBound)
      values.add(period.upperBound)
    }
    while let row = try rows.next() {
      guard let session = sessions[row[0]], let slot = row.instant(1) else { continue }
      body(
        DayUseKey(
          day: CalendarDay(containing: slot).start, account: AccountID(rawValue: row[3]), tool: session.tool,
          model: row[2], isByProgram: session.isByProgram),
        Totals(
          counts: row.counts(4), cost: (row[10] as Int64?).map { NanoDollars($0) }, records: row[11],
          unknownRecords: row[12], unpricedRecords: row[13], notBilledRecords: row[14],
          unitemisedRecords: row[15]))
    }
  }

  /// Calls that became usage, by the record that they became: it says in which session, and of which model, they count.
  private static func readCalls(
    _ db: Database, _ period: Range<Instant>, _ byProgram: Set<SessionID>,
    _ body: (DayUseKey, Totals, _ isSubscription: Bool) -> Void
  ) throws {
    let rows = try Select(
      db,
      sql: """
        SELECT u.at, u.account_id, s.tool, s.key, m.name, c.is_subscription, \
          u.input, u.cache_read, u.cache_write_5m, u.cache_write_1h, u.output, u.reasoning
        FROM gateway_call c JOIN usage u ON u.event_id = c.event_id
        JOIN session s ON s.id = u.session_id LEFT JOIN model m ON m.id = u.model_id
        WHERE c.opened >= ? AND c.opened < ? AND NOT EXISTS (
          SELECT 1 FROM usage n WHERE n.event_id = u.event_id AND n.revision > u.revision)
        """
    ) { values in
      // A log may put a call some minutes before the gateway did.
      values.add(period.lowerBound - .days(1))
      values.add(period.upperBound + .days(1))
    }
    while let row = try rows.next() {
      guard let at = row.instant(0), period.contains(at), let tool = Tool(rawValue: row[2]),
        let session = row.key(3)
      else { continue }
      body(
        DayUseKey(
          day: CalendarDay(containing: at).start, account: AccountID(rawValue: row[1]), tool: tool,
          model: row[4], isByProgram: byProgram.contains(session)),
        Totals(counts: row.counts(6), records: 1), row[5])
    }
  }
}
