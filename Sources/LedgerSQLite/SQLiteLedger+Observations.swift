import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func forEachAccount(
    _ accounts: [AccountID]?, observed body: (AccountID, [ObservedSession]) throws -> Void
  ) throws {
    let chosen = try accounts ?? observedAccounts()
    for account in chosen {
      // One account at a time, so that nobody who writes waits for all of them.
      let sessions = try read { db in
        let own = account == .local ? "" : " AND s.account_id > 1"
        let rows = try Select(
          db,
          sql: """
            SELECT s.key, o.observed FROM session s JOIN observation o ON o.session_id = s.id
            WHERE s.account_id = ?\(own) ORDER BY s.started, s.key
            """
        ) { $0.add(account.rawValue) }
        var sessions: [ObservedSession] = []
        while let row = try rows.next() {
          guard let key = row.key(0) else { continue }
          sessions.append(ObservedSession(session: key, account: account, observed: row.bytes(1)))
        }
        return sessions
      }
      if !sessions.isEmpty { try body(account, sessions) }
    }
  }

  private func observedAccounts() throws -> [AccountID] {
    try read { db in
      // One pass over the index. (To look for the next account from the last one starts at the first again: SQLite
      // takes the partial index's own bound.)
      let others = try Int64.fetchAll(
        db, sql: "SELECT DISTINCT account_id FROM session WHERE account_id > 1 ORDER BY account_id")
      return [.local] + others.map(AccountID.init(rawValue:))
    }
  }

  package func gatewayCoverage(of sessions: [SessionFact]) throws -> [SessionID: GatewayCoverage] {
    try read { db in
      guard try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM gateway_call)") ?? false else {
        return [:]
      }
      var coverage: [SessionID: GatewayCoverage] = [:]
      for session in sessions {
        guard let started = session.started, let ended = session.ended else { continue }
        let meanwhile = try Int.fetchOne(
          db.cachedStatement(
            sql: "SELECT COUNT(*) FROM gateway_call WHERE opened BETWEEN ? AND ? AND account_id = ?"),
          arguments: [started.milliseconds, ended.milliseconds, session.account.rawValue])
        guard let meanwhile, meanwhile > 0 else { continue }
        let own = try Int.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT (SELECT COUNT(*) FROM usage u JOIN gateway_call g ON g.event_id = u.event_id
                  WHERE u.session_id = (SELECT id FROM session WHERE key = ?1))
                + (SELECT COUNT(*) FROM gateway_call WHERE opened BETWEEN ?2 AND ?3 AND session = ?1)
              """),
          arguments: [session.id.data, started.milliseconds, ended.milliseconds])
        coverage[session.id] = GatewayCoverage(own: own ?? 0, meanwhile: meanwhile)
      }
      return coverage
    }
  }

  package func contests(of account: AccountID) throws -> [SessionContest] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT s.key, c.at, c.said FROM contest c JOIN session s ON s.id = c.session_id
          WHERE c.account_id = ? ORDER BY c.at, s.key
          """
      ) { $0.add(account.rawValue) }
      var contests: [SessionContest] = []
      while let row = try rows.next() {
        guard let key = row.key(0), let at = row.instant(1) else { continue }
        contests.append(SessionContest(session: key, account: account, at: at, said: row[2]))
      }
      return contests
    }
  }

  package func store(_ contest: SessionContest) throws {
    try write { db in
      // Only the session's own person can say anything of it.
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO contest (session_id, account_id, at, said)
          SELECT id, account_id, ?, ? FROM session WHERE key = ? AND account_id = ?
          """,
        arguments: [contest.at.milliseconds, contest.said, contest.session.data, contest.account.rawValue])
      return .commit
    }
  }

  package func removeContest(of session: SessionID, by account: AccountID) throws {
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM contest WHERE account_id = ? AND session_id = (SELECT id FROM session WHERE key = ?)
          """, arguments: [account.rawValue, session.data])
      return .commit
    }
  }
}
