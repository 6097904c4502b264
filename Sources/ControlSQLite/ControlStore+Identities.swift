package import Directory
import GRDB
package import Ledger

extension ControlStore {
  // MARK: Identities

  /// Says that a value is an account's from `since` on (default: since ever), by hand or by an imported list. What
  /// was noted as unmatched under it is resolved.
  ///
  /// - Throws: ``DirectoryError`` if the value is none, or is another account's now.
  @discardableResult
  package func linkIdentity(
    _ kind: SpendIdentity.Kind, _ value: String, to account: AccountID, rule: SpendIdentity.Rule = .hand,
    since: Instant? = nil, at now: Instant
  ) throws -> SpendIdentity {
    try write { db in
      let (value, folded) = try Self.identityValue(kind, value)
      let living = try Self.identities(
        db, where: "kind = ? AND folded = ? AND until IS NULL", [kind.rawValue, folded])
      if let living = living.first {
        guard living.account == account else { throw DirectoryError.taken(.identity, value) }
        return living
      }
      let since = min(since ?? Instant(milliseconds: 0), now)
      return try Self.insertIdentity(db, kind, value, folded, account, rule, since: since)
    }
  }

  /// Ends a link from now on; what was seen before stays the account's.
  ///
  /// - Throws: ``DirectoryError`` if the value is nobody's now.
  @discardableResult
  package func unlinkIdentity(_ kind: SpendIdentity.Kind, _ value: String, at now: Instant) throws
    -> SpendIdentity
  {
    try write { db in
      let (value, folded) = try Self.identityValue(kind, value)
      let living = try Self.identities(
        db, where: "kind = ? AND folded = ? AND until IS NULL", [kind.rawValue, folded])
      guard var identity = living.first else { throw DirectoryError.notFound(.identity, value) }
      identity.until = max(identity.since, now)
      try db.execute(
        sql: "UPDATE identity SET until = ? WHERE id = ?",
        arguments: [identity.until?.milliseconds, identity.id])
      return identity
    }
  }

  /// Whose a value was at an instant, if that is known. An address that is a person's work mail is the person's as a
  /// git author too; that is written down (``SpendIdentity/Rule/equalMail``) when it is first found.
  package func account(of kind: SpendIdentity.Kind, _ value: String, at instant: Instant) throws -> AccountID?
  {
    guard let (value, folded) = try? Self.identityValue(kind, value) else { return nil }
    func declared(_ db: Database, _ kind: SpendIdentity.Kind) throws -> SpendIdentity? {
      try Self.identities(db, where: "kind = ? AND folded = ? ORDER BY id DESC", [kind.rawValue, folded])
        .first { $0.holds(at: instant) }
    }
    let found: (SpendIdentity, Bool)? = try read { db in
      if let own = try declared(db, kind) { return (own, true) }
      return kind.isMail && kind != .workMail ? try declared(db, .workMail).map { ($0, false) } : nil
    }
    guard let (identity, isOwn) = found else { return nil }
    if !isOwn && identity.until == nil {
      try write { db in
        let sql = "SELECT true FROM identity WHERE kind = ? AND folded = ? AND until IS NULL"
        guard try Bool.fetchOne(db, sql: sql, arguments: [kind.rawValue, folded]) == nil else { return }
        _ = try Self.insertIdentity(
          db, kind, value, folded, identity.account, .equalMail, since: identity.since)
      }
    }
    return identity.account
  }

  /// Notes that a value was seen that is nobody's. What cannot be a value is not kept.
  package func noteUnmatched(
    _ kind: SpendIdentity.Kind, _ value: String, source: String, at: Instant, count: Int64 = 1
  ) throws {
    guard count > 0, let (value, folded) = try? Self.identityValue(kind, value) else { return }
    // Whoever had it was erased: it is not written down again.
    guard try erasedPerson(kind, value) == nil else { return }
    try write { db in
      try db.execute(
        sql: """
          INSERT INTO unmatched (kind, folded, source, value, count, first, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
          ON CONFLICT DO UPDATE SET count = min(count, 9000000000000000) + min(excluded.count, 1000000000),
            first = min(first, excluded.first), last = max(last, excluded.last)
          """,
        arguments: [
          kind.rawValue, folded, DirectoryText.shown(source), value, count, at.milliseconds,
        ])
      let sql = "SELECT count(*) FROM unmatched"
      guard let rows = try Int.fetchOne(db, sql: sql), rows > UnmatchedIdentity.most else { return }
      try db.execute(
        sql: """
          DELETE FROM unmatched WHERE (kind, folded, source) IN
            (SELECT kind, folded, source FROM unmatched ORDER BY last LIMIT ?)
          """, arguments: [rows - UnmatchedIdentity.most])
    }
  }

  /// What is nobody's, the most frequent first.
  package func unmatchedIdentities(limit: Int = 1_000) throws -> [UnmatchedIdentity] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM unmatched ORDER BY count DESC, kind, folded, source LIMIT ?",
        arguments: [limit]
      ).compactMap { row in
        guard let kind = SpendIdentity.Kind(rawValue: row["kind"]) else { return nil }
        return UnmatchedIdentity(
          kind: kind, value: row["value"], source: row["source"], count: row["count"],
          first: row.instant("first"), last: row.instant("last"))
      }
    }
  }

  /// Lets go of what was last seen longer ago than ``UnmatchedIdentity/longestKept``.
  ///
  /// - Returns: how many went.
  @discardableResult
  package func expireUnmatched(at now: Instant) throws -> Int {
    try write { db in
      try db.execute(
        sql: "DELETE FROM unmatched WHERE last < ?",
        arguments: [(now - UnmatchedIdentity.longestKept).milliseconds])
      return db.changesCount
    }
  }

  /// The identities of an account, or of everybody; what has ended only if asked for.
  package func identities(of account: AccountID? = nil, ended: Bool = false) throws -> [SpendIdentity] {
    try read { db in
      try Self.identities(
        db, where: "(?1 IS NULL OR account_id = ?1) AND (?2 OR until IS NULL) ORDER BY kind, folded, id",
        [account?.rawValue, ended])
    }
  }

  // MARK: What the changes share

  static func identities(
    _ db: Database, where condition: String, _ arguments: StatementArguments = []
  ) throws -> [SpendIdentity] {
    try Row.fetchAll(db, sql: "SELECT * FROM identity WHERE \(condition)", arguments: arguments)
      .compactMap { row in
        guard let kind = SpendIdentity.Kind(rawValue: row["kind"]),
          let rule = SpendIdentity.Rule(rawValue: row["rule"])
        else { return nil }
        return SpendIdentity(
          id: row["id"], kind: kind, value: row["value"], account: AccountID(rawValue: row["account_id"]),
          rule: rule, since: row.instant("since"), until: row.instant("until"))
      }
  }

  /// Says that a value is an account's from now on, unless it is somebody's already: the first keeps it.
  static func declare(
    _ db: Database, _ kind: SpendIdentity.Kind, _ value: String, _ account: AccountID,
    _ rule: SpendIdentity.Rule, at now: Instant
  ) throws {
    guard let (value, folded) = try? identityValue(kind, value) else { return }
    let sql = "SELECT true FROM identity WHERE kind = ? AND folded = ? AND until IS NULL"
    guard try Bool.fetchOne(db, sql: sql, arguments: [kind.rawValue, folded]) == nil else { return }
    _ = try insertIdentity(db, kind, value, folded, account, rule, since: now)
  }

  private static func insertIdentity(
    _ db: Database, _ kind: SpendIdentity.Kind, _ value: String, _ folded: String, _ account: AccountID,
    _ rule: SpendIdentity.Rule, since: Instant
  ) throws -> SpendIdentity {
    try db.execute(
      sql: "INSERT INTO identity (kind, value, folded, account_id, rule, since) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [kind.rawValue, value, folded, account.rawValue, rule.rawValue, since.milliseconds])
    let id = db.lastInsertedRowID
    // A value that is somebody's now is not unmatched any more; nor is the address of one under another kind.
    let kinds = kind == .workMail ? SpendIdentity.Kind.allCases.filter(\.isMail) : [kind]
    for kind in kinds {
      try db.execute(
        sql: "DELETE FROM unmatched WHERE kind = ? AND folded = ?", arguments: [kind.rawValue, folded])
    }
    return SpendIdentity(id: id, kind: kind, value: value, account: account, rule: rule, since: since)
  }

  private static func identityValue(
    _ kind: SpendIdentity.Kind, _ text: String
  ) throws(DirectoryError) -> (value: String, folded: String) {
    let refusal = DirectoryError.notAnIdentity(DirectoryText.shown(text), kind: kind.rawValue)
    guard let value = try? DirectoryText.userName(text), value.utf8.count <= UnmatchedIdentity.longestValue
    else {
      throw refusal
    }
    return (value, kind.ignoresCase ? DirectoryText.folded(value) : value)
  }
}
