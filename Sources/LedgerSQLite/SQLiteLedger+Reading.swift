import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func derivedSessions(of account: AccountID?) throws -> [DerivedSession.Summary] {
    try read { db in
      // Each half by an index: with OR every session there is would be looked at.
      let own = account == .local ? "" : " AND account_id > 1"
      let filter =
        account == nil
        ? ""
        : """
        WHERE s.id IN (
          SELECT id FROM session WHERE account_id = ?\(own) UNION SELECT session_id FROM rollup WHERE account_id = ?\(own))
        """
      let rows = try Select(
        db,
        sql: """
          SELECT \(SessionRow.columns), d.repository, d.project, d.turns, d.commits, d.reason, d.next_change
          FROM derived_session d JOIN session s ON s.id = d.session_id \(filter) ORDER BY s.started, s.key
          """
      ) { values in
        if let account {
          values.add(account.rawValue)
          values.add(account.rawValue)
        }
      }
      var summaries: [DerivedSession.Summary] = []
      let first = SessionRow.columnCount
      while let row = try rows.next() {
        guard let session = SessionRow.session(row, at: 0) else { continue }
        let commits: String = row[first + 3]
        summaries.append(
          DerivedSession.Summary(
            session: session, repository: row[first], project: row[first + 1], turns: row[first + 2],
            commits: commits.split(separator: " ").map(String.init), reason: row[first + 4],
            nextChange: row.instant(first + 5)))
      }
      return summaries
    }
  }

  package func cells(in period: Range<Instant>, of account: AccountID?) throws -> [RollupCell] {
    try read { db in
      var models: [Int64: String] = [:]
      let modelRows = try Select(db, sql: "SELECT id, name FROM model")
      while let row = try modelRows.next() { models[row[0]] = row[1] }
      // Everybody's of all time are read in the order in which they lie.
      let isWhole = period.lowerBound.milliseconds == .min && period.upperBound.milliseconds == .max
      let filter =
        account == nil
        ? "\(isWhole ? "NOT INDEXED " : "")WHERE slot >= ? AND slot < ?"
        : "WHERE slot >= ? AND slot < ? AND account_id = ?\(account == .local ? "" : " AND account_id > 1")"
      let rows = try Select(
        db,
        sql: """
          SELECT session_id, slot, model_id, state, tier, \(TokenCounts.columns), cost_nano_usd, records,
            unknown_records, unpriced_records, not_billed_records, unitemised_records, account_id
          FROM rollup \(filter) ORDER BY rowid
          """
      ) { values in
        values.add(period.lowerBound)
        values.add(period.upperBound)
        if let account { values.add(account.rawValue) }
      }
      var keys = try SessionKeys(db, all: account == nil && isWhole)
      var cells: [RollupCell] = []
      while let row = try rows.next() {
        guard let session = try keys.key(of: row[0]), let slot = row.instant(1),
          let state = OutcomeState(rawValue: row[3])
        else { continue }
        cells.append(
          RollupCell(
            slot: slot, session: session, model: (row[2] as Int64?).flatMap { models[$0] }, state: state,
            tier: (row[4] as Int64?).flatMap { OutcomeTier(rawValue: $0) },
            totals: Totals(
              counts: row.counts(5), cost: (row[11] as Int64?).map { NanoDollars($0) },
              records: row[12], unknownRecords: row[13], unpricedRecords: row[14], notBilledRecords: row[15],
              unitemisedRecords: row[16]), account: AccountID(rawValue: row[17])))
      }
      return cells
    }
  }

  package func spend(in period: Range<Instant>) throws -> [AccountID: NanoDollars] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT account_id, SUM(cost_nano_usd / \(NanoDollars.perDollar)), SUM(cost_nano_usd % \(NanoDollars.perDollar))
          FROM rollup WHERE slot >= ? AND slot < ? AND cost_nano_usd IS NOT NULL GROUP BY account_id
          """
      ) { values in
        values.add(period.lowerBound)
        values.add(period.upperBound)
      }
      var spend: [AccountID: NanoDollars] = [:]
      while let row = try rows.next() {
        // In two parts: costs can be made up, and SQLite fails where their sum is more than a number can be.
        let sum = Int128(row[1] as Int64) * Int128(NanoDollars.perDollar) + Int128(row[2] as Int64)
        spend[AccountID(rawValue: row[0])] = NanoDollars(Int64(clamping: sum))
      }
      return spend
    }
  }

  package func sessions(spendingIn period: Range<Instant>) throws -> [SessionFact] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT \(SessionRow.columns) FROM session s
          WHERE s.id IN (SELECT session_id FROM rollup WHERE slot >= ? AND slot < ?) ORDER BY s.id
          """
      ) { values in
        values.add(period.lowerBound)
        values.add(period.upperBound)
      }
      var sessions: [SessionFact] = []
      while let row = try rows.next() {
        if let session = SessionRow.session(row, at: 0) { sessions.append(session) }
      }
      return sessions
    }
  }

  package func accounts(seenBefore instant: Instant) throws -> Set<AccountID> {
    try read { db in
      let rows = try Select(
        db, sql: "SELECT DISTINCT account_id FROM session WHERE started IS NULL OR started < ?"
      ) { values in values.add(instant) }
      var accounts: Set<AccountID> = []
      while let row = try rows.next() { accounts.insert(AccountID(rawValue: row[0])) }
      return accounts
    }
  }

  package func automaticSessions(in period: Range<Instant>) throws -> Set<SessionID> {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT s.key FROM turn t JOIN session s ON s.id = t.session_id WHERE t.started >= ? AND t.started < ?
          GROUP BY t.session_id HAVING SUM(t.trigger IN ('person', 'unknown')) = 0
          """
      ) { values in
        values.add(period.lowerBound)
        values.add(period.upperBound)
      }
      var sessions: Set<SessionID> = []
      while let row = try rows.next() {
        if let key = row.key(0) { sessions.insert(key) }
      }
      return sessions
    }
  }

  package func requests(in period: Range<Instant>) throws -> [SessionID: Int] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT s.key, COALESCE(SUM(f.started >= ? AND f.started < ? AND f.trigger IN ('person', 'unknown')), 0)
          FROM turn f JOIN session s ON s.id = f.session_id
          WHERE f.session_id IN (SELECT session_id FROM rollup WHERE slot >= ? AND slot < ?) AND \(FactRows.counts)
          GROUP BY f.session_id
          """
      ) { values in
        for bound in [period.lowerBound, period.upperBound, period.lowerBound, period.upperBound] {
          values.add(bound)
        }
      }
      var requests: [SessionID: Int] = [:]
      while let row = try rows.next() {
        if let key = row.key(0) { requests[key] = row[1] }
      }
      return requests
    }
  }

  package func diagnostics() throws -> [SourceDiagnostic] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT s.path, s.tool, d.kind, d.line, d.detail, d.count FROM diagnostic d JOIN source s ON s.id = d.source_id
          ORDER BY s.path, d.line, d.kind, d.detail
          """)
      var diagnostics: [SourceDiagnostic] = []
      while let row = try rows.next() {
        guard let tool = Tool(rawValue: row[1]), let kind = Diagnostic.Kind(rawValue: row[2]) else {
          continue
        }
        diagnostics.append(
          SourceDiagnostic(
            path: row[0], tool: tool,
            diagnostic: Diagnostic(kind: kind, line: row[3], detail: row[4], count: row[5])))
      }
      return diagnostics
    }
  }

  /// What SQLite finds wrong with the file itself; for tests and `assay doctor`.
  package func integrityProblems() throws -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }

  package func span() throws -> ClosedRange<Instant>? {
    try read { db in
      let rows = try Select(db, sql: "SELECT MIN(slot), MAX(slot) FROM rollup")
      guard let row = try rows.next(),
        let first = row.instant(0), let last = row.instant(1)
      else { return nil }
      return first...last
    }
  }
}
