import Foundation
import GRDB
package import Inventory
package import Ledger

/// Lets go of sessions and calls, whole, in bounded transactions that leave the ledger right between any two.
///
/// What is deleted is overwritten (`secure_delete`), and goes from the file when it is rewritten by ``scrub()``.
extension SQLiteLedger {
  private static let sessionsAtATime = 64
  private static let rowsAtATime = 4096

  // MARK: One person's

  /// Says that nothing of these accounts is to come in any more, from now on and for ever.
  package func refuse(_ accounts: [AccountID], at now: Instant) throws {
    try write { db in
      for account in accounts where account != .local {
        try db.execute(
          sql: "INSERT OR IGNORE INTO erased_account (account_id, at) VALUES (?, ?)",
          arguments: [account.rawValue, now.milliseconds])
      }
      return .commit
    }
  }

  /// Accounts of which nothing is to come in any more.
  package func refusedAccounts() throws -> Set<AccountID> {
    try read { db in
      Set(try Int64.fetchAll(db, sql: "SELECT account_id FROM erased_account").map(AccountID.init(rawValue:)))
    }
  }

  /// Deletes all that is a person's; may be stopped anywhere and called again. Refuse the accounts before.
  ///
  /// - Parameter between: Called after each transaction.
  package func letGo(of scope: PersonScope, between: () throws -> Void = {}) throws {
    let accounts = PersonScope.list(scope.accounts)
    while try letGo(
      sessions: "SELECT id FROM session WHERE account_id IN (\(accounts)) LIMIT \(Self.sessionsAtATime)",
      of: scope)
    {
      try between()
    }
    for table in LedgerInventory.sessions {
      for part in table.parts where part.reach == .elsewhere {
        // Those whose sessions they are in are looked at again.
        let condition = scope.filled(part.rows)
        try writeOver { db in
          try db.execute(
            sql:
              "INSERT INTO due (session_id) SELECT DISTINCT session_id FROM \(table.name) WHERE \(condition)")
        }
        try delete(from: table.name, where: condition, between: between)
      }
    }
    while try letGo(calls: "account_id IN (\(accounts))") { try between() }
    try writeOver { db in
      // An agent's calls are the agent's; who answered for it is nobody any more.
      try db.execute(
        sql:
          "UPDATE gateway_call SET person_id = NULL WHERE person_id IN (\(PersonScope.list(scope.people)))")
      for name in ["diagnostic", "source"] {
        guard let table = LedgerInventory.others.first(where: { $0.name == name }) else { continue }
        for part in table.parts {
          try db.execute(sql: "DELETE FROM \(name) WHERE \(scope.filled(part.rows))")
        }
      }
    }
    try between()
    try letGoOfStrays(before: Instant(Date()) - .hours(1))
  }

  /// - Parameter query: For the numbers of a few sessions.
  /// - Returns: Whether there were any.
  private func letGo(sessions query: String, of scope: PersonScope?) throws -> Bool {
    var found = false
    try writeOver { db in
      let sessions = try Int64.fetchAll(db, sql: query)
      found = !sessions.isEmpty
      guard found else { return }
      let list = PersonScope.list(sessions)
      let use = scope == nil ? "true" : nil
      let scope = scope ?? PersonScope(people: [], accounts: [])
      func filled(_ rows: String) -> String { scope.filled(rows, sessions: list, use: use) }
      // A call that was found to be made in one of them was held to be another's before: it would be that again.
      try db.execute(
        sql: """
          DELETE FROM usage WHERE rowid IN (
            SELECT o.rowid FROM usage JOIN usage o ON o.event_id = usage.event_id AND o.revision < usage.revision
            WHERE usage.revision > 0 AND usage.session_id IN (\(list))
              AND \(filled("{use}").replacing("account_id", with: "usage.account_id")))
          """)
      for table in LedgerInventory.sessions where table.name != "session" {
        for part in table.parts where part.reach == .session {
          try db.execute(sql: "DELETE FROM \(table.name) WHERE \(filled(part.rows))")
        }
      }
      try db.execute(
        sql: """
          DELETE FROM session WHERE id IN (\(list))
            AND NOT EXISTS (SELECT 1 FROM usage WHERE session_id = session.id)
          """)
      // What is left has use of somebody else's in it: theirs now, and nothing said of what it was.
      try db.execute(
        sql: """
          UPDATE session SET name = '', directory = NULL, directory_hash = NULL, branch = NULL, head_commit = NULL,
            account_id = (SELECT MIN(account_id) FROM usage WHERE session_id = session.id)
          WHERE id IN (\(list))
          """)
      try db.execute(sql: "INSERT INTO due (session_id) SELECT id FROM session WHERE id IN (\(list))")
    }
    return found
  }

  /// - Parameter condition: Of `gateway_call`.
  /// - Returns: Whether there were any.
  private func letGo(calls condition: String) throws -> Bool {
    var found = false
    try writeOver { db in
      let rows = try Int64.fetchAll(
        db, sql: "SELECT rowid FROM gateway_call WHERE \(condition) LIMIT \(Self.rowsAtATime)")
      found = !rows.isEmpty
      guard found else { return }
      let list = PersonScope.list(rows)
      let hour = 3_600_000
      try db.execute(
        sql: """
          INSERT INTO released_charge (slot, team_id, project_id, calls, nano_usd, tokens)
          SELECT opened - (opened % \(hour) + \(hour)) % \(hour) AS hour, team_id, project_id, SUM(attempt = 1),
            SUM(MIN(CASE ending WHEN 'open' THEN reserved_nano_usd ELSE charged_nano_usd END, 1000000000000000)),
            SUM(MIN(CASE ending WHEN 'open' THEN reserved_tokens ELSE charged_tokens END, 1000000000000))
          FROM gateway_call WHERE rowid IN (\(list)) GROUP BY hour, team_id, project_id
          """)
      try db.execute(sql: "DELETE FROM gateway_call WHERE rowid IN (\(list))")
    }
    return found
  }

  private func delete(from table: String, where condition: String, between: () throws -> Void) throws {
    var count = 1
    while count > 0 {
      try writeOver { db in
        try db.execute(
          sql: """
            DELETE FROM \(table) WHERE rowid IN (
              SELECT rowid FROM \(table) WHERE \(condition) LIMIT \(Self.rowsAtATime))
            """)
        count = db.changesCount
      }
      try between()
    }
  }

  /// What belongs to a turn that is not there is nobody's, and is never read.
  private func letGoOfStrays(before instant: Instant) throws {
    for table in ["mention", "edit", "tool_call"] {
      try writeOver { db in
        try db.execute(
          sql: "DELETE FROM \(table) WHERE at < ? AND turn NOT IN (SELECT key FROM turn)",
          arguments: [instant.milliseconds])
      }
    }
  }

  // MARK: What is old

  /// Before which nothing comes in any more; `nil` as long as nothing has expired.
  package func keptSince() throws -> Instant? {
    try read { db in
      try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'kept_since'")
        .map { Instant(milliseconds: $0) }
    }
  }

  /// Deletes sessions whose last activity is before `instant`, and calls that are; what is older does not come in
  /// again. A session stays for as long as one that was forked off it does: the fork's totals begin with it.
  ///
  /// - Parameter calls: Before when calls through the gateway go; budgets are made of the later ones.
  /// - Returns: How many sessions went.
  @discardableResult
  package func letGo(
    before instant: Instant, calls: Instant, between: () throws -> Void = {}
  ) throws -> Int {
    try write { db in
      try db.execute(
        sql: """
          INSERT INTO setting (name, value) VALUES ('kept_since', ?1)
          ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)
          """, arguments: [instant.milliseconds])
      return .commit
    }
    let old = try read { db in
      try Int64.fetchAll(db, sql: Self.oldSessions, arguments: [instant.milliseconds])
    }
    for start in stride(from: 0, to: old.count, by: Self.sessionsAtATime) {
      let part = old[start..<min(start + Self.sessionsAtATime, old.count)]
      // Somebody may have gone on with one of them since.
      _ = try letGo(
        sessions: """
          SELECT id FROM (SELECT s.id, \(Self.lastActivity) AS last FROM session s
            WHERE s.id IN (\(PersonScope.list(Array(part))))) WHERE last < \(instant.milliseconds)
          """, of: nil)
      try between()
    }
    let condition = "opened < \(min(instant, calls).milliseconds) AND ending <> 'open'"
    while try letGo(calls: condition) { try between() }
    try writeOver { db in
      try db.execute(sql: "DELETE FROM released_charge WHERE slot < ?", arguments: [calls.milliseconds])
    }
    try letGoOfStrays(before: instant)
    return old.count
  }

  private static let earliest = "-9223372036854775808"

  private static let lastActivity = """
    MAX(COALESCE(s.ended, s.started, \(earliest)),
      COALESCE((SELECT MAX(at) FROM usage WHERE session_id = s.id), \(earliest)),
      COALESCE((SELECT MAX(MAX(started, ended)) FROM turn WHERE session_id = s.id), \(earliest)),
      COALESCE((SELECT MAX(at) FROM session_total WHERE session_id = s.id), \(earliest)))
    """

  /// One of which no time is known has nothing in it yet.
  private static let oldSessions = """
    WITH RECURSIVE
      activity AS MATERIALIZED (SELECT s.id, s.key, s.parent, \(lastActivity) AS last FROM session s),
      needed (key, parent) AS (
        SELECT key, parent FROM activity WHERE last >= ?1
        UNION SELECT a.key, a.parent FROM needed n JOIN activity a ON a.key = n.parent)
    SELECT id FROM activity
    WHERE last < ?1 AND last > \(earliest) AND key NOT IN (SELECT key FROM needed) ORDER BY id
    """

  // MARK: The file

  /// Runs one transaction in which what is deleted is overwritten. A derivation that began before comes to nothing:
  /// it would write down what it has read.
  private func writeOver(_ body: (Database) throws -> Void) throws {
    try write { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try body(db)
      try db.execute(
        sql: """
          INSERT INTO setting (name, value) VALUES ('generation', 1)
          ON CONFLICT (name) DO UPDATE SET value = value + 1
          """)
      return .commit
    }
  }
}
