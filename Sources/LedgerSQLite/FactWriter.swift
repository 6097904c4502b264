import Foundation
import GRDB
import Ledger

/// Writes updates within one transaction, through statements prepared once.
struct FactWriter {
  private let db: Database
  private let insertUsage: Insert
  private let insertTurn: Insert
  private let insertCall: Insert
  private let insertEdit: Insert
  private let insertMention: Insert
  private let insertTotal: Statement
  private let markDue: Insert
  private var sessionRows: [SessionID: Int64] = [:]
  private var modelRows: [String: Int64] = [:]
  private var due: Set<Int64> = []
  /// What is not to come in any more.
  private(set) var gate: IntakeGate

  init(_ db: Database) throws {
    self.db = db
    gate = try IntakeGate(db)
    insertUsage = try Insert(
      db,
      sql: """
        INSERT OR IGNORE INTO usage (event_id, revision, session_id, owner_rank, turn, at, model_id,
          input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, tier, is_fast, web_searches,
          kind, request_id, account_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    // The turn of the session that made it, and of that session the most complete report.
    insertTurn = try Insert(
      db,
      sql: """
        INSERT INTO turn (key, session_id, owner_rank, started, ended, trigger, gap_ms, prompt_bytes,
          output_bytes, prompt_sketch, output_sketch, interrupted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET
          session_id = excluded.session_id, owner_rank = excluded.owner_rank, started = excluded.started,
          ended = excluded.ended, trigger = excluded.trigger, gap_ms = excluded.gap_ms,
          prompt_bytes = excluded.prompt_bytes, output_bytes = excluded.output_bytes,
          prompt_sketch = excluded.prompt_sketch, output_sketch = excluded.output_sketch,
          interrupted = excluded.interrupted
        WHERE excluded.owner_rank < turn.owner_rank OR excluded.owner_rank = turn.owner_rank AND CASE
          WHEN excluded.session_id = turn.session_id
            THEN (excluded.ended, excluded.output_bytes) >= (turn.ended, turn.output_bytes)
          ELSE (SELECT key FROM session WHERE id = excluded.session_id)
            < (SELECT key FROM session WHERE id = turn.session_id) END
        """)
    insertCall = try Insert(
      db,
      sql: """
        INSERT INTO tool_call (key, turn, at, name, kind, command, exit, target_name, target_tail, aim)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        -- A newer reader may say what it was aimed at of calls that an older one took.
        ON CONFLICT (key) DO UPDATE SET aim = COALESCE(tool_call.aim, excluded.aim),
          exit = CASE tool_call.exit WHEN 'unknown' THEN excluded.exit ELSE tool_call.exit END
        WHERE tool_call.exit = 'unknown' OR tool_call.aim IS NULL AND excluded.aim IS NOT NULL
        """)
    insertEdit = try Insert(
      db,
      sql: """
        INSERT OR IGNORE INTO edit (key, turn, at, path_name, path_tail, added, removed, exit,
          changed_by_person, is_whole_file)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    insertMention = try Insert(
      db, sql: "INSERT OR IGNORE INTO mention (turn, kind, value, at) VALUES (?, ?, ?, ?)")
    insertTotal = try db.cachedStatement(
      sql: """
        INSERT INTO session_total (session_id, scope, model, at, \(TokenCounts.columns), web_searches)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE NOT EXISTS (
          SELECT 1 FROM session_total WHERE session_id = ?1 AND scope = ?2 AND model = ?3 AND at = ?4
            AND input IS ?5 AND cache_read IS ?6 AND cache_write_5m IS ?7 AND cache_write_1h IS ?8
            AND output IS ?9 AND reasoning IS ?10)
        """)
    markDue = try Insert(db, sql: "INSERT INTO due (session_id) VALUES (?)")
  }

  mutating func write(_ update: SourceUpdate) throws {
    try write(update.batch, tool: update.source.tool)
    try SourceWriter(db).write(update)
  }

  /// - Parameter tool: Of sessions that are named and not described.
  mutating func write(_ given: FactBatch, tool: Tool) throws {
    let batch = gate.admitted(given)
    for var session in batch.sessions {
      if batch.account != .local { session.account = batch.account }
      try write(session)
    }
    for var record in batch.usage {
      if batch.account != .local { record.account = batch.account }
      try write(record, tool: record.tool)
    }
    for total in batch.totals {
      let row = try self.row(of: total.session, tool: tool)
      try insertTotal.execute(
        arguments: StatementArguments(
          [row, total.scope, total.model, total.at.milliseconds] + total.counts.arguments + [
            total.webSearches
          ]))
      try note(due: row)
    }
    for turn in batch.turns { try write(turn, tool: tool) }
    for call in batch.toolCalls {
      try insertCall.run { values in
        values.add(call.id)
        values.add(call.turn)
        values.add(call.at)
        values.add(call.name)
        values.add(call.kind.rawValue)
        values.add(call.command?.rawValue)
        values.add(call.exit.rawValue)
        values.add(call.target?.name)
        values.add(call.target?.tail)
        values.add(call.aim?.rawValue)
      }
    }
    for edit in batch.edits {
      try insertEdit.run { values in
        values.add(edit.id)
        values.add(edit.turn)
        values.add(edit.at)
        values.add(edit.path.name)
        values.add(edit.path.tail)
        values.add(edit.added)
        values.add(edit.removed)
        values.add(edit.exit.rawValue)
        values.add(edit.changedByPerson)
        values.add(edit.isWholeFile)
      }
    }
    for mention in batch.mentions {
      try insertMention.run { values in
        values.add(mention.turn)
        values.add(mention.kind.rawValue)
        values.add(mention.value)
        values.add(mention.at)
      }
    }
  }

  // MARK: Parts

  // Copies and parts of one session are read in any order; the one that goes on longest knows best. Of two that
  // end together the totals are missing only if both lack them.
  private static let earliest = "-9223372036854775808"
  private static let isLater = "COALESCE(excluded.ended, \(earliest)) > COALESCE(ended, \(earliest))"
  private static let isEarlier = "COALESCE(excluded.ended, \(earliest)) < COALESCE(ended, \(earliest))"

  private static func latest(_ column: String) -> String {
    "CASE WHEN \(isEarlier) THEN COALESCE(\(column), excluded.\(column)) "
      + "ELSE COALESCE(excluded.\(column), \(column)) END"
  }

  mutating func write(_ session: SessionFact) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO session (key, tool, name, directory, directory_hash, branch, head_commit, remote, tool_version, started,
          ended, parent, forked_at, flags, account_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET
          -- Whose credential came with it first: nobody else's can take it over.
          account_id = CASE WHEN account_id = 1 THEN excluded.account_id ELSE account_id END,
          name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END,
          directory = \(Self.latest("directory")),
          directory_hash = \(Self.latest("directory_hash")),
          branch = \(Self.latest("branch")),
          head_commit = COALESCE(head_commit, excluded.head_commit),
          remote = \(Self.latest("remote")),
          tool_version = \(Self.latest("tool_version")),
          started = MIN(COALESCE(excluded.started, started), COALESCE(started, excluded.started)),
          ended = MAX(COALESCE(excluded.ended, ended), COALESCE(ended, excluded.ended)),
          parent = COALESCE(excluded.parent, parent),
          forked_at = MAX(COALESCE(excluded.forked_at, forked_at), COALESCE(forked_at, excluded.forked_at)),
          flags = ((flags | excluded.flags) & ~\(SessionFlags.totalsMissing.rawValue))
            | ((CASE WHEN \(Self.isLater) THEN excluded.flags WHEN \(Self.isEarlier) THEN flags
              ELSE flags & excluded.flags END) & \(SessionFlags.totalsMissing.rawValue))
        """
    ).execute(arguments: [
      session.id.data, session.tool.rawValue, session.name, session.directory, session.directoryHash,
      session.branch,
      session.headCommit, session.remote, session.toolVersion, session.started?.milliseconds,
      session.ended?.milliseconds, session.parent?.data, session.forkedAt?.milliseconds,
      session.flags.rawValue, session.account.rawValue,
    ])
    try note(due: row(of: session.id, tool: session.tool))
  }

  mutating func write(_ record: UsageRecord, tool: Tool) throws {
    let session = try row(of: record.session, tool: tool)
    try insert(record, session: session, revision: 0)
    if db.changesCount == 0 { try correct(record, session: session) }
    try note(due: session)
  }

  private mutating func insert(_ record: UsageRecord, session: Int64, revision: Int64) throws {
    let model = try record.model.map { try row(ofModel: $0) }
    try insertUsage.run { values in
      values.add(record.id)
      values.add(revision)
      values.add(session)
      values.add(record.ownerRank.rawValue)
      values.add(record.turn)
      values.add(record.at)
      values.add(model)
      values.add(record.counts)
      values.add(record.service.tier.rawValue)
      values.add(record.service.isFast)
      values.add(record.service.webSearches)
      values.add(record.kind.rawValue)
      values.add(record.requestID)
      values.add(record.account.rawValue)
    }
  }

  /// The call is known: appends what it is when both reports are merged, if that is anything new.
  private mutating func correct(_ record: UsageRecord, session: Int64) throws {
    let known = try Select(
      db,
      sql: """
        SELECT \(UsageRow.columns), u.revision, u.session_id FROM usage u
        JOIN session s ON s.id = u.session_id LEFT JOIN model m ON m.id = u.model_id
        WHERE u.event_id = ? ORDER BY u.revision DESC LIMIT 1
        """
    ) { $0.add(record.id) }
    guard let row = try known.next(), let before = UsageRow.record(row) else { return }
    let revision: Int64 = row[UsageRow.columnCount]
    let previousSession: Int64 = row[UsageRow.columnCount + 1]
    let merged = before.merged(with: record)
    guard merged != before else { return }
    try insert(
      merged, session: merged.session == record.session ? session : previousSession, revision: revision + 1)
    try note(due: previousSession)
  }

  private mutating func write(_ turn: TurnFact, tool: Tool) throws {
    let session = try row(of: turn.session, tool: tool)
    try insertTurn.run { values in
      values.add(turn.id)
      values.add(session)
      values.add(turn.ownerRank.rawValue)
      values.add(turn.started)
      values.add(turn.ended)
      values.add(turn.trigger.rawValue)
      values.add(turn.gap?.wholeMilliseconds)
      values.add(turn.promptBytes)
      values.add(turn.outputBytes)
      values.add(turn.promptSketch)
      values.add(turn.outputSketch)
      values.add(turn.interrupted)
    }
    try note(due: session)
  }

  // MARK: Rows of names

  private mutating func row(of session: SessionID, tool: Tool) throws -> Int64 {
    if let row = sessionRows[session] { return row }
    let key = session.data
    let find = try db.cachedStatement(sql: "SELECT id FROM session WHERE key = ?")
    let row: Int64
    if let known = try Int64.fetchOne(find, arguments: [key]) {
      row = known
    } else {
      // Named by a copy or a subagent before its own file was read, or after that was deleted.
      try db.cachedStatement(sql: "INSERT INTO session (key, tool, name) VALUES (?, ?, '')")
        .execute(arguments: [key, tool.rawValue])
      row = db.lastInsertedRowID
    }
    sessionRows[session] = row
    return row
  }

  private mutating func row(ofModel name: String) throws -> Int64 {
    if let row = modelRows[name] { return row }
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO model (name) VALUES (?)").execute(arguments: [name])
    let row = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM model WHERE name = ?"), arguments: [name])
    guard let row else { throw DatabaseError(message: "a model's row vanished within a transaction") }
    modelRows[name] = row
    return row
  }

  private mutating func note(due session: Int64) throws {
    guard due.insert(session).inserted else { return }
    try markDue.run { $0.add(session) }
  }
}
