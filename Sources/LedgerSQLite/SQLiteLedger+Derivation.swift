import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func due(at now: Instant, stamp: DerivationStamp) throws -> DueSessions {
    try read { db in
      let stored = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'derivation'")
      let mark = try Int64.fetchOne(db, sql: "SELECT MAX(mark) FROM due") ?? 0
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT key FROM session WHERE id IN (SELECT session_id FROM due)
          UNION SELECT key FROM session WHERE id IN (
            SELECT session_id FROM derived_session WHERE next_change <= ?)
          """, arguments: [now.milliseconds])
      var sessions: Set<SessionID> = []
      while let row = try rows.next() {
        if let key = row.key(0) { sessions.insert(key) }
      }
      return DueSessions(
        sessions: sessions, everything: stored != stamp.text, mark: mark, generation: try Self.generation(db))
    }
  }

  package func derivedDigests() throws -> [SessionID: UInt64] {
    try read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT s.key, d.digest FROM derived_session d JOIN session s ON s.id = d.session_id")
      var digests: [SessionID: UInt64] = [:]
      while let row = try rows.next() {
        if let key = row.key(0) { digests[key] = UInt64(bitPattern: row[1]) }
      }
      return digests
    }
  }

  package func placeNotes() throws -> [SessionPlaceNote] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT directory, repository, fingerprint, problem, is_partial FROM place")
        .map { row in
          SessionPlaceNote(
            directory: row[0], repository: row[1], fingerprint: UInt64(bitPattern: row[2]), problem: row[3],
            isPartial: row[4])
        }
    }
  }

  package func sessions() throws -> [SessionFact] {
    try read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT \(SessionRow.columns) FROM session s ORDER BY s.id")
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
      try Self.readTurns(db, into: &facts)
      try Self.readCalls(db, into: &facts)
      try Self.readEdits(db, into: &facts)
      let rows = try Row.fetchCursor(
        db, sql: "SELECT turn, at, kind, value FROM mention ORDER BY at, kind, value")
      while let row = try rows.next() {
        guard let turn = row.key(0), let at = row.instant(1), let kind = OutcomeMention.Kind(rawValue: row[2])
        else { continue }
        facts.mentions.append(OutcomeMention(turn: turn, at: at, kind: kind, value: row[3]))
      }
      return facts
    }
  }

  private static func readTurns(_ db: Database, into facts: inout SessionFactSet) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT t.key, t.owner_rank, t.started, t.ended, t.trigger, t.gap_ms, t.prompt_bytes, t.output_bytes,
          t.prompt_sketch, t.output_sketch, t.interrupted, s.key
        FROM turn t JOIN session s ON s.id = t.session_id ORDER BY t.started, t.key
        """)
    while let row = try rows.next() {
      guard let id = row.key(0), let started = row.instant(2), let ended = row.instant(3),
        let trigger = TurnTrigger(rawValue: row[4]), let session = row.key(11)
      else { continue }
      facts.turns.append(
        TurnFact(
          id: id, session: session, ownerRank: OwnerRank(rawValue: row[1]), started: started, ended: ended,
          trigger: trigger, gap: (row[5] as Int64?).map { .milliseconds($0) }, promptBytes: row[6],
          outputBytes: row[7], promptSketch: (row[8] as Data?).flatMap { Sketch($0) },
          outputSketch: (row[9] as Data?).flatMap { Sketch($0) }, interrupted: row[10]))
    }
  }

  private static func readCalls(_ db: Database, into facts: inout SessionFactSet) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT key, at, name, kind, command, exit, target_name, target_tail, turn FROM tool_call
        ORDER BY at, key
        """)
    while let row = try rows.next() {
      guard let id = row.key(0), let at = row.instant(1), let kind = ToolCallKind(rawValue: row[3]),
        let exit = ExitState(rawValue: row[5]), let turn = row.key(8)
      else { continue }
      var target: PathHash?
      if let name = row[6] as Int64?, let tail = row[7] as Int64? {
        target = PathHash(name: UInt64(bitPattern: name), tail: UInt64(bitPattern: tail))
      }
      facts.toolCalls.append(
        ToolCallFact(
          id: id, turn: turn, at: at, name: row[2], kind: kind,
          command: (row[4] as String?).flatMap { CommandClass(rawValue: $0) }, exit: exit, target: target))
    }
  }

  private static func readEdits(_ db: Database, into facts: inout SessionFactSet) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT key, at, path_name, path_tail, added, removed, exit, changed_by_person, turn,
          is_whole_file FROM edit
        ORDER BY at, key
        """)
    while let row = try rows.next() {
      guard let id = row.key(0), let at = row.instant(1), let exit = ExitState(rawValue: row[6]),
        let turn = row.key(8)
      else { continue }
      facts.edits.append(
        EditFact(
          id: id, turn: turn, at: at,
          path: PathHash(name: UInt64(bitPattern: row[2]), tail: UInt64(bitPattern: row[3])),
          added: [LineHash](row[4]), removed: [LineHash](row[5]), exit: exit, changedByPerson: row[7],
          isWholeFile: row[9]))
    }
  }

  package func usage(of sessions: [SessionID]) throws -> (
    records: [UsageRecord], totals: [SessionTotalFact]
  ) {
    try read { db in
      var records: [UsageRecord] = []
      var totals: [SessionTotalFact] = []
      let current = try db.cachedStatement(
        sql: """
          SELECT \(UsageRow.columns) FROM usage u
          JOIN session s ON s.id = u.session_id LEFT JOIN model m ON m.id = u.model_id
          WHERE u.session_id = (SELECT id FROM session WHERE key = ?) AND NOT EXISTS (
            SELECT 1 FROM usage n WHERE n.event_id = u.event_id AND n.revision > u.revision)
          ORDER BY u.at, u.event_id
          """)
      let stated = try db.cachedStatement(
        sql: """
          SELECT scope, model, at, \(TokenCounts.columns), web_searches FROM session_total
          WHERE session_id = (SELECT id FROM session WHERE key = ?) ORDER BY at, rowid
          """)
      for session in sessions {
        let rows = try Row.fetchCursor(current, arguments: [session.data])
        while let row = try rows.next() {
          if let record = UsageRow.record(row) { records.append(record) }
        }
        let totalRows = try Row.fetchCursor(stated, arguments: [session.data])
        while let row = try totalRows.next() {
          guard let at = row.instant(2) else { continue }
          totals.append(
            SessionTotalFact(
              session: session, scope: row[0], model: row[1], at: at, counts: TokenCounts(row, at: 3),
              webSearches: row[9]))
        }
      }
      return (records, totals)
    }
  }

  package func replaceDerived(
    _ derived: [DerivedSession], due: DueSessions, places: [SessionPlaceNote], stamp: DerivationStamp
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
    for table in ["rollup", "derived_session"] {
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
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO rollup (session_id, slot, model_id, state, tier, \(TokenCounts.columns), cost_nano_usd,
          records, unknown_records, unpriced_records, not_billed_records, unitemised_records)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
      try insert.execute(
        arguments: StatementArguments(
          [id, cell.slot.milliseconds, model, cell.state.rawValue, cell.tier?.rawValue]
            + totals.counts.arguments
            + [
              totals.cost?.count, totals.records, totals.unknownRecords, totals.unpricedRecords,
              totals.notBilledRecords, totals.unitemisedRecords,
            ]))
    }
  }
}
