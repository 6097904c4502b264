package import Directory
import GRDB
package import Ledger

extension ControlSchema {
  static let remarks = """
    -- What people wrote about what is held on them; nobody but the author reads it.
    CREATE TABLE remark (
      id INTEGER PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL REFERENCES account(id),
      -- NULL: about all that is held on them.
      session_key TEXT,
      kind TEXT NOT NULL,
      text TEXT NOT NULL,
      written INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX remark_account ON remark(account_id, written);
    """
}

extension ControlStore {
  @discardableResult
  package func write(
    _ text: RemarkText, as kind: Remark.Kind, on session: SessionID?, by account: AccountID, at now: Instant
  ) throws -> Remark {
    // Numbers in a row would tell each author how much the others write.
    let id = Int64.random(in: 1..<1 << 53)
    try write { db in
      try db.execute(
        sql:
          "INSERT INTO remark (id, account_id, session_key, kind, text, written) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [id, account.rawValue, session?.hexadecimal, kind.rawValue, text.text, now.milliseconds])
    }
    return Remark(id: id, account: account, session: session, kind: kind, text: text, written: now)
  }

  /// Somebody's own, the latest first.
  package func remarks(by account: AccountID) throws -> [Remark] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM remark WHERE account_id = ? ORDER BY written DESC, id DESC",
        arguments: [account.rawValue]
      ).compactMap { row in
        guard let kind = Remark.Kind(rawValue: row["kind"]), let text = try? RemarkText(row["text"]) else {
          return nil
        }
        return Remark(
          id: row["id"], account: account,
          session: (row["session_key"] as String?).flatMap { SessionID(hexadecimal: $0) }, kind: kind,
          text: text, written: Instant(milliseconds: row["written"]))
      }
    }
  }

  /// - Returns: Whether there was one of theirs.
  @discardableResult
  package func withdraw(remark id: Int64, by account: AccountID) throws -> Bool {
    try write { db in
      try db.execute(
        sql: "DELETE FROM remark WHERE id = ? AND account_id = ?", arguments: [id, account.rawValue])
      return db.changesCount == 1
    }
  }
}
