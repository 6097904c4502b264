package import Directory
import GRDB
package import Ledger

extension ControlSchema {
  static let feedback = """
    -- What people answered when asked whether something helped: the author's alone until it is shared.
    CREATE TABLE feedback (
      id INTEGER PRIMARY KEY,
      org_id INTEGER NOT NULL DEFAULT 1,
      account_id INTEGER NOT NULL REFERENCES account(id),
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      answer TEXT NOT NULL,
      words TEXT,
      given INTEGER NOT NULL,
      shared INTEGER,
      -- The author's when it was shared.
      team_id INTEGER REFERENCES team(id),
      CHECK ((shared IS NULL) = (team_id IS NULL)),
      UNIQUE (account_id, kind, subject)
    ) STRICT;
    CREATE INDEX feedback_team ON feedback(team_id, shared) WHERE team_id IS NOT NULL;
    """
}

extension ControlStore {
  /// Keeps an answer in place of the one that its author gave before on the same. It is private, whatever that was:
  /// what is shared is what was read when it was.
  @discardableResult
  package func answer(
    _ answer: Feedback.Answer, on subject: Feedback.Subject, words: RemarkText? = nil, by account: AccountID,
    at now: Instant
  ) throws -> Feedback {
    try write { db in
      // Numbers in a row would tell each author how much the others say.
      try db.execute(
        sql: """
          INSERT INTO feedback (id, account_id, kind, subject, answer, words, given) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (account_id, kind, subject) DO UPDATE SET
            answer = excluded.answer, words = excluded.words, given = excluded.given, shared = NULL, team_id = NULL
          """,
        arguments: [
          Int64.random(in: 1..<1 << 53), account.rawValue, subject.kind.rawValue, subject.name,
          answer.rawValue, words?.text, now.milliseconds,
        ])
      let id = try Int64.fetchOne(
        db, sql: "SELECT id FROM feedback WHERE account_id = ? AND kind = ? AND subject = ?",
        arguments: [account.rawValue, subject.kind.rawValue, subject.name])
      return Feedback(
        id: id ?? 0, account: account, subject: subject, answer: answer, words: words, given: now,
        sharing: nil)
    }
  }

  /// Somebody's own, the latest first.
  package func feedback(by account: AccountID) throws -> [Feedback] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM feedback WHERE account_id = ? ORDER BY given DESC, id DESC",
        arguments: [account.rawValue]
      ).compactMap(Self.feedback)
    }
  }

  /// Lets the author's team read it, or no longer.
  ///
  /// - Returns: Whether there was one of theirs.
  @discardableResult
  package func share(_ id: Int64, by account: AccountID, with sharing: Feedback.Sharing?) throws -> Bool {
    try write { db in
      try db.execute(
        sql: "UPDATE feedback SET shared = ?, team_id = ? WHERE id = ? AND account_id = ?",
        arguments: [sharing?.since.milliseconds, sharing?.team, id, account.rawValue])
      return db.changesCount == 1
    }
  }

  /// - Returns: Whether there was one of theirs.
  @discardableResult
  package func withdraw(feedback id: Int64, by account: AccountID) throws -> Bool {
    try write { db in
      try db.execute(
        sql: "DELETE FROM feedback WHERE id = ? AND account_id = ?", arguments: [id, account.rawValue])
      return db.changesCount == 1
    }
  }

  /// What was shared with some teams in a time and still is, in no order that tells whose it is.
  package func sharedFeedback(with teams: Set<Int64>, in period: Range<Instant>) throws -> [SharedFeedback] {
    guard !teams.isEmpty else { return [] }
    let list = teams.map(String.init).joined(separator: ", ")
    return try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT * FROM feedback WHERE team_id IN (\(list)) AND shared >= ? AND shared < ? ORDER BY id",
        arguments: [period.lowerBound.milliseconds, period.upperBound.milliseconds]
      ).compactMap(Self.feedback).map { SharedFeedback($0) }
    }
  }

  /// `nil` for what a newer version wrote and this one does not know.
  private static func feedback(_ row: Row) -> Feedback? {
    guard let kind = Feedback.Kind(rawValue: row["kind"]),
      let subject = Feedback.Subject(kind, named: row["subject"]),
      let answer = Feedback.Answer(rawValue: row["answer"])
    else { return nil }
    let (team, since): (Int64?, Int64?) = (row["team_id"], row["shared"])
    return Feedback(
      id: row["id"], account: AccountID(rawValue: row["account_id"]), subject: subject, answer: answer,
      words: (row["words"] as String?).flatMap { try? RemarkText($0) },
      given: Instant(milliseconds: row["given"]),
      sharing: team.flatMap { team in
        since.map { Feedback.Sharing(team: team, since: Instant(milliseconds: $0)) }
      })
  }
}
