import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func landedHistories(in period: Range<Instant>) throws -> [LandedHistory] {
    try read { db in
      var parts = try Self.parts(in: period, db)
      var histories: [LandedHistory] = []
      let repositories = try Select(
        db, sql: "SELECT id, directory, remotes FROM landed_repository ORDER BY directory")
      var ids: [Int64] = []
      while let row = try repositories.next() {
        ids.append(row[0])
        histories.append(
          LandedHistory(directory: row[1], remotes: row.hashes(2).map(\.rawValue), changes: []))
      }
      for (place, id) in ids.enumerated() {
        let rows = try Select(
          db,
          sql: """
            SELECT commit_id, landed, undone, lines_added, lines_gone_14_days, lines_gone_30_days FROM landed_change
            WHERE repository_id = ? AND landed >= ? AND landed < ? ORDER BY landed, commit_id
            """
        ) {
          $0.add(id)
          $0.add(period.lowerBound)
          $0.add(period.upperBound)
        }
        while let row = try rows.next() {
          guard var change = Self.change(row, at: 0) else { continue }
          change.parts = parts.removeValue(forKey: ChangeKey(repository: id, hash: change.commit)) ?? []
          histories[place].changes.append(change)
        }
      }
      return histories
    }
  }

  private struct ChangeKey: Hashable {
    var repository: Int64
    var hash: String
  }

  private static func parts(
    in period: Range<Instant>, _ db: Database
  ) throws -> [ChangeKey: [LandedChange.Part]] {
    let rows = try Select(
      db,
      sql: """
        SELECT p.repository_id, p.commit_id, s.key, p.lines, p.is_largest
        FROM landed_change c JOIN change_session p ON p.repository_id = c.repository_id AND p.commit_id = c.commit_id
        JOIN session s ON s.id = p.session_id
        WHERE c.landed >= ? AND c.landed < ? ORDER BY p.is_largest DESC, p.lines DESC, s.key
        """
    ) {
      $0.add(period.lowerBound)
      $0.add(period.upperBound)
    }
    var parts: [ChangeKey: [LandedChange.Part]] = [:]
    while let row = try rows.next() {
      guard let session = row.key(2) else { continue }
      parts[ChangeKey(repository: row[0], hash: row[1]), default: []].append(
        LandedChange.Part(session: session, lines: row[3], isLargest: row[4]))
    }
    return parts
  }

  private static func change(_ row: SelectedRow, at index: Int) -> LandedChange? {
    guard let landed = row.instant(index + 1) else { return nil }
    return LandedChange(
      commit: row[index], landed: landed, undone: row.instant(index + 2), linesAdded: row[index + 3],
      linesGone14Days: row[index + 4], linesGone30Days: row[index + 5])
  }

  /// Writes what differs: most of a history stays as it was.
  static func replace(_ histories: [LandedHistory], in db: Database) throws {
    var left = Set(try Int64.fetchAll(db, sql: "SELECT id FROM landed_repository"))
    for history in histories {
      let remotes = history.remotes.reduce(into: Data()) { data, remote in
        withUnsafeBytes(of: remote.littleEndian) { data.append(contentsOf: $0) }
      }
      try db.execute(
        sql: """
          INSERT INTO landed_repository (directory, remotes) VALUES (?1, ?2)
          ON CONFLICT (directory) DO UPDATE SET remotes = ?2
          """, arguments: [history.directory, remotes])
      guard
        let id = try Int64.fetchOne(
          db, sql: "SELECT id FROM landed_repository WHERE directory = ?", arguments: [history.directory])
      else { continue }
      left.remove(id)
      try replace(history.changes, of: id, in: db)
    }
    for id in left {
      for table in ["change_session", "landed_change"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE repository_id = ?", arguments: [id])
      }
      try db.execute(sql: "DELETE FROM landed_repository WHERE id = ?", arguments: [id])
    }
  }

  private static func replace(_ changes: [LandedChange], of repository: Int64, in db: Database) throws {
    var known: [String: LandedChange] = [:]
    let rows = try Select(
      db,
      sql: """
        SELECT commit_id, landed, undone, lines_added, lines_gone_14_days, lines_gone_30_days FROM landed_change
        WHERE repository_id = ?
        """
    ) { $0.add(repository) }
    while let row = try rows.next() {
      if let change = change(row, at: 0) { known[change.commit] = change }
    }
    try db.execute(sql: "DELETE FROM change_session WHERE repository_id = ?", arguments: [repository])
    let insert = try Insert(
      db,
      sql: """
        INSERT OR REPLACE INTO landed_change (repository_id, commit_id, landed, undone, lines_added, lines_gone_14_days,
          lines_gone_30_days) VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    // A session that was let go of since has no part in anything.
    let link = try Insert(
      db,
      sql: """
        INSERT INTO change_session (repository_id, commit_id, session_id, lines, is_largest)
        SELECT ?1, ?2, id, ?4, ?5 FROM session WHERE key = ?3
        """)
    for change in changes {
      var bare = change
      bare.parts = []
      if known.removeValue(forKey: change.commit) != bare {
        try insert.run { values in
          values.add(repository)
          values.add(change.commit)
          values.add(change.landed)
          values.add(change.undone)
          values.add(change.linesAdded)
          values.add(change.linesGone14Days)
          values.add(change.linesGone30Days)
        }
      }
      for part in change.parts {
        try link.run { values in
          values.add(repository)
          values.add(change.commit)
          values.add(part.session)
          values.add(part.lines)
          values.add(part.isLargest)
        }
      }
    }
    for commit in known.keys {
      try db.execute(
        sql: "DELETE FROM landed_change WHERE repository_id = ? AND commit_id = ?",
        arguments: [repository, commit])
    }
  }
}
