package import Directory
import GRDB
package import Ledger

extension ControlStore {
  // MARK: Limits

  /// Sets a limit; one of the same scope, measure and window is replaced.
  ///
  /// - Throws: ``DirectoryError`` if what is limited is no more.
  @discardableResult
  package func setLimit(
    _ measure: Limit.Measure, per window: Limit.Window, on scope: Limit.Scope, at now: Instant
  ) throws -> Limit {
    try write { db in
      let (scopeName, scopeID) = scope.stored
      if let kind = DirectoryError.Kind(rawValue: scopeName) { try Self.living(db, kind, scopeID) }
      let (measureName, amount) = measure.stored
      // Of calls at once there is one limit, whatever window is named.
      let window: Limit.Window = if case .concurrency = measure { .minute } else { window }
      try db.execute(
        sql: """
          UPDATE spend_limit SET ended = max(created, ?)
          WHERE scope = ? AND scope_id = ? AND measure = ? AND window = ? AND ended IS NULL
          """, arguments: [now.milliseconds, scopeName, scopeID, measureName, window.rawValue])
      try db.execute(
        sql: """
          INSERT INTO spend_limit (scope, scope_id, measure, amount, window, created)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [scopeName, scopeID, measureName, amount, window.rawValue, now.milliseconds])
      return Limit(id: db.lastInsertedRowID, scope: scope, measure: measure, window: window)
    }
  }

  /// - Throws: ``DirectoryError`` if there is no such limit in force.
  package func removeLimit(_ id: Int64, at now: Instant) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE spend_limit SET ended = max(created, ?) WHERE id = ? AND ended IS NULL",
        arguments: [now.milliseconds, id])
      guard db.changesCount == 1 else { throw DirectoryError.notFound(.limit, String(id)) }
    }
  }

  // MARK: Notices

  /// Of notices, the newest are kept: a breaker that trips for months must not fill a disk.
  package static let mostNotices = 10_000
  /// In Unicode scalars, of a notice.
  package static let longestNotice = 500

  /// Keeps a notice; its identifier is given, whatever it says.
  @discardableResult
  package func append(_ notice: Notice) throws -> Notice {
    var notice = notice
    notice.text = DirectoryText.shown(notice.text, atMost: Self.longestNotice)
    return try write { [notice] db in
      try db.execute(
        sql: "INSERT INTO notice (at, kind, key_id, person_id, limit_id, text) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          notice.at.milliseconds, notice.kind.rawValue, notice.key, notice.person, notice.limit, notice.text,
        ])
      var kept = notice
      kept.id = db.lastInsertedRowID
      try db.execute(
        sql: "DELETE FROM notice WHERE id <= ?", arguments: [kept.id - Int64(Self.mostNotices)])
      return kept
    }
  }

  /// The newest first.
  package func notices(since: Instant? = nil, person: Int64? = nil, limit: Int = 100) throws -> [Notice] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM notice WHERE at >= ?1 AND (?2 IS NULL OR person_id = ?2) ORDER BY id DESC LIMIT ?3
          """, arguments: [since?.milliseconds ?? .min, person, limit]
      ).compactMap { row in
        guard let kind = Notice.Kind(rawValue: row["kind"]) else { return nil }
        return Notice(
          id: row["id"], at: row.instant("at"), kind: kind, key: row["key_id"], person: row["person_id"],
          limit: row["limit_id"], text: row["text"])
      }
    }
  }
}
