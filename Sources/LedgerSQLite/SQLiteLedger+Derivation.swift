import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func due(at now: Instant, stamp: DerivationStamp) throws -> DueSessions {
    try read { db in
      let stored = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'derivation'")
      let mark = try Int64.fetchOne(db, sql: "SELECT MAX(mark) FROM due") ?? 0
      let rows = try Select(
        db,
        sql: """
          SELECT key FROM session WHERE id IN (SELECT session_id FROM due)
          UNION SELECT key FROM session WHERE id IN (
            SELECT session_id FROM derived_session WHERE next_change <= ?)
          """
      ) { $0.add(now) }
      var sessions: Set<SessionID> = []
      while let row = try rows.next() {
        if let key = row.key(0) { sessions.insert(key) }
      }
      let hasNewEvents = try Bool.fetchOne(db, sql: "SELECT 1 FROM due WHERE session_id = 0") ?? false
      return DueSessions(
        sessions: sessions, everything: stored != stamp.text, hasNewEvents: hasNewEvents, mark: mark,
        generation: try Self.generation(db))
    }
  }

  package func derivedDigests() throws -> [SessionID: UInt64] {
    try read { db in
      let rows = try Select(
        db, sql: "SELECT s.key, d.digest FROM derived_session d JOIN session s ON s.id = d.session_id")
      var digests: [SessionID: UInt64] = [:]
      while let row = try rows.next() {
        if let key = row.key(0) { digests[key] = row[1] }
      }
      return digests
    }
  }

  package func placeNotes() throws -> [SessionPlaceNote] {
    try read { db in
      let rows = try Select(
        db, sql: "SELECT directory, repository, fingerprint, problem, is_partial FROM place")
      var notes: [SessionPlaceNote] = []
      while let row = try rows.next() {
        notes.append(
          SessionPlaceNote(
            directory: row[0], repository: row[1], fingerprint: row[2], problem: row[3], isPartial: row[4]))
      }
      return notes
    }
  }

  package func sessions() throws -> [SessionFact] {
    try read { db in
      let rows = try Select(db, sql: "SELECT \(SessionRow.columns) FROM session s ORDER BY s.id")
      var sessions: [SessionFact] = []
      while let row = try rows.next() {
        if let session = SessionRow.session(row, at: 0) { sessions.append(session) }
      }
      return sessions
    }
  }

  package func facts() throws -> SessionFactSet {
    try read { db in
      var facts = SessionFactSet()
      try FactRows(db, .all).read(into: &facts)
      return facts
    }
  }

  package func forEachFacts(_ body: (SessionFactSet) throws -> Void) throws {
    // What was collected is written; the room that it took is needed for what is read.
    pool.releaseMemory()
    try read { db in
      var facts = SessionFactSet()
      try FactRows(db, .allUnordered).read(into: &facts) { part in
        try body(part)
        part = SessionFactSet()
      }
    }
  }

  package func facts(of sessions: [SessionID]) throws -> SessionFactSet {
    try read { db in
      var facts = SessionFactSet()
      for session in sessions { try FactRows(db, .session(session)).read(into: &facts) }
      facts.turns.sort { ($0.started, $0.id) < ($1.started, $1.id) }
      facts.toolCalls.sort { ($0.at, $0.id) < ($1.at, $1.id) }
      facts.edits.sort { ($0.at, $0.id) < ($1.at, $1.id) }
      facts.mentions.sort { ($0.at, $0.kind.rawValue, $0.value) < ($1.at, $1.kind.rawValue, $1.value) }
      return facts
    }
  }

  package func usage(of sessions: [SessionID]) throws -> (
    records: [UsageRecord], totals: [SessionTotalFact]
  ) {
    try read { db in
      var records: [UsageRecord] = []
      var totals: [SessionTotalFact] = []
      for session in sessions {
        let rows = try Select(
          db,
          sql: """
            SELECT \(UsageRow.columns) FROM usage u
            JOIN session s ON s.id = u.session_id LEFT JOIN model m ON m.id = u.model_id
            WHERE u.session_id = (SELECT id FROM session WHERE key = ?) AND NOT EXISTS (
              SELECT 1 FROM usage n WHERE n.event_id = u.event_id AND n.revision > u.revision)
            ORDER BY u.at, u.event_id
            """
        ) { $0.add(session) }
        var own: [UsageRecord] = []
        while let row = try rows.next() {
          if let record = UsageRow.record(row) { own.append(record) }
        }
        records += UsageRecord.counted(own)
        let totalRows = try Select(
          db,
          sql: """
            SELECT scope, model, at, \(TokenCounts.columns), web_searches FROM session_total
            WHERE session_id = (SELECT id FROM session WHERE key = ?) ORDER BY at, rowid
            """
        ) { $0.add(session) }
        while let row = try totalRows.next() {
          guard let at = row.instant(2) else { continue }
          totals.append(
            SessionTotalFact(
              session: session, scope: row[0], model: row[1], at: at, counts: row.counts(3),
              webSearches: row[9]))
        }
      }
      return (records, totals)
    }
  }

  package func replaceDerived(
    _ derived: [DerivedSession], changes: [LandedHistory]?, due: DueSessions, places: [SessionPlaceNote],
    stamp: DerivationStamp
  ) throws -> Bool {
    var isCurrent = true
    try write { db in
      guard try Self.generation(db) == due.generation else {
        isCurrent = false
        return .rollback
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('generation', ?)",
        arguments: [due.generation &+ 1])
      var models: [String: Int64] = [:]
      for session in derived { try Self.replace(session, in: db, models: &models) }
      if let changes { try Self.replace(changes, in: db) }
      try db.execute(sql: "DELETE FROM due WHERE mark <= ?", arguments: [due.mark])
      try db.execute(sql: "DELETE FROM place")
      for place in places {
        try db.execute(
          sql: """
            INSERT INTO place (directory, repository, fingerprint, problem, is_partial)
            VALUES (?, ?, ?, ?, ?)
            """,
          arguments: [
            place.directory, place.repository, place.fingerprint.stored, place.problem, place.isPartial,
          ])
      }
      try db.execute(
        sql: """
          INSERT INTO setting (name, value) VALUES ('derivation', ?1)
          ON CONFLICT (name) DO UPDATE SET value = ?1
          """, arguments: [stamp.text])
      return .commit
    }
    return isCurrent
  }

  private static func generation(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'generation'") ?? 0
  }

  private static func replace(
    _ derived: DerivedSession, in db: Database, models: inout [String: Int64]
  ) throws {
    let summary = derived.summary
    let find = try db.cachedStatement(sql: "SELECT id FROM session WHERE key = ?")
    guard let id = try Int64.fetchOne(find, arguments: [summary.session.id.data]) else { return }
    for table in ["rollup", "derived_session", "observation"] {
      try db.cachedStatement(sql: "DELETE FROM \(table) WHERE session_id = ?").execute(arguments: [id])
    }
    guard !derived.isEmpty else { return }
    try db.cachedStatement(
      sql: """
        INSERT INTO derived_session (session_id, repository, project, turns, commits, reason, next_change,
          digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      id, summary.repository, summary.project, summary.turns, summary.commits.joined(separator: " "),
      summary.reason, summary.nextChange?.milliseconds, derived.digest.stored,
    ])
    if let observed = derived.observations {
      try Insert(db, sql: "INSERT INTO observation (session_id, observed) VALUES (?, ?)").run { values in
        values.add(id)
        values.add(observed)
      }
    }
    let insert = try Insert(
      db,
      sql: """
        INSERT INTO rollup (session_id, slot, model_id, state, tier, \(TokenCounts.columns), cost_nano_usd,
          records, unknown_records, unpriced_records, not_billed_records, unitemised_records, account_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for cell in derived.cells {
      var model: Int64?
      if let name = cell.model {
        if let known = models[name] {
          model = known
        } else {
          try db.cachedStatement(sql: "INSERT OR IGNORE INTO model (name) VALUES (?)").execute(arguments: [
            name
          ])
          model = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM model WHERE name = ?"), arguments: [name])
          models[name] = model
        }
      }
      let totals = cell.totals
      try insert.run { values in
        values.add(id)
        values.add(cell.slot)
        values.add(model)
        values.add(cell.state.rawValue)
        values.add(cell.tier?.rawValue)
        values.add(totals.counts)
        values.add(totals.cost?.count)
        values.add(totals.records)
        values.add(totals.unknownRecords)
        values.add(totals.unpricedRecords)
        values.add(totals.notBilledRecords)
        values.add(totals.unitemisedRecords)
        values.add(cell.account.rawValue)
      }
    }
  }
}
