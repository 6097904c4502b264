import GRDB
import Ledger

/// Writes calls through the gateway within one transaction.
struct CallWriter {
  private let db: Database
  private let spool: Key128
  private let insertOpen: Insert
  private let noteSighting: Insert
  private let settle: Insert
  private var facts: FactWriter
  private var gate: IntakeGate
  private var sessions: [SessionID: SessionFact] = [:]
  /// To name the session of a call that names none takes longer than to write the call.
  private var unnamed: [Unnamed: SessionFact] = [:]

  /// By which calls without a session are gathered.
  private struct Unnamed: Hashable {
    var key: Int64?
    var account: AccountID
    var tool: Tool
    /// From 1970.
    var day: Int64

    init(_ call: CallFact) {
      key = call.scopes.key
      account = call.account
      tool = call.tool
      let milliseconds: Int64 = 86_400_000
      let (days, rest) = call.opened.milliseconds.quotientAndRemainder(dividingBy: milliseconds)
      day = rest < 0 ? days - 1 : days
    }
  }

  init(_ db: Database, spool: Key128) throws {
    self.db = db
    self.spool = spool
    let parameters = Self.parameters
    insertOpen = try Insert(
      db,
      sql: "INSERT OR IGNORE INTO gateway_call (\(CallRow.columns), spool) VALUES (\(parameters), ?)")
    // Numbered, so that every value is bound once: usage_model to iterations are 6 to 16.
    noteSighting = try Insert(
      db,
      sql: """
        UPDATE gateway_call SET first_byte = COALESCE(?1, first_byte), status = COALESCE(?2, status),
          model = COALESCE(?3, model), request_id = COALESCE(?4, request_id),
          response_id = COALESCE(?5, response_id), usage_model = CASE WHEN ?13 IS NULL THEN usage_model ELSE ?6 END,
          input = CASE WHEN ?13 IS NULL THEN input ELSE ?7 END,
          cache_read = CASE WHEN ?13 IS NULL THEN cache_read ELSE ?8 END,
          cache_write_5m = CASE WHEN ?13 IS NULL THEN cache_write_5m ELSE ?9 END,
          cache_write_1h = CASE WHEN ?13 IS NULL THEN cache_write_1h ELSE ?10 END,
          output = CASE WHEN ?13 IS NULL THEN output ELSE ?11 END,
          reasoning = CASE WHEN ?13 IS NULL THEN reasoning ELSE ?12 END,
          tier = COALESCE(?13, tier), is_fast = COALESCE(?14, is_fast),
          web_searches = COALESCE(?15, web_searches),
          iterations = CASE WHEN ?13 IS NULL THEN iterations ELSE ?16 END
        WHERE id = ?17 AND ending = 'open'
        """)
    settle = try Insert(db, sql: Self.settling)
    facts = try FactWriter(db)
    gate = try IntakeGate(db)
  }

  private static let parameters = Array(repeating: "?", count: CallRow.columnCount).joined(separator: ", ")

  private static let settling: String = {
    let changes = CallRow.columns.split(whereSeparator: { $0 == "," || $0.isWhitespace })
      .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    return """
      INSERT INTO gateway_call (\(CallRow.columns), event_id, spool) VALUES (\(parameters), ?, NULL)
      ON CONFLICT (id) DO UPDATE SET \(changes), event_id = excluded.event_id, spool = NULL
      WHERE gateway_call.ending = 'open'
      """
  }()

  mutating func write(_ batch: CallBatch) throws {
    for call in batch.opened where gate.admits(call) {
      try insertOpen.run { values in
        CallRow.bind(call, to: &values)
        values.add(spool)
      }
    }
    for sighting in batch.seen {
      try noteSighting.run { values in
        values.add(sighting.firstByte)
        values.add(sighting.status.map { Int64($0) })
        values.add(sighting.model)
        values.add(sighting.requestID)
        values.add(sighting.responseID)
        CallRow.bind(usage: sighting.usage, to: &values)
        values.add(sighting.id)
      }
    }
    for call in batch.settled where gate.admits(call) { try write(settled: call) }
    try gate.note(in: db)
    for session in sessions.values { try facts.write(session) }
    sessions.removeAll()
    for (segment, offset) in batch.positions {
      try db.cachedStatement(
        sql: """
          INSERT INTO spool_position (spool, segment, read_offset) VALUES (?, ?, ?)
          ON CONFLICT (spool, segment) DO UPDATE SET read_offset = MAX(read_offset, excluded.read_offset)
          """
      ).execute(arguments: [spool.data, segment, offset])
    }
  }

  private mutating func write(settled call: CallFact) throws {
    let event = call.isUsage ? try event(of: call) : nil
    try settle.run { values in
      CallRow.bind(call, to: &values)
      values.add(event)
    }
    guard db.changesCount > 0, let event else { return }
    var session = countedSession(of: call)
    if let known = sessions[session.id] {
      session.started = min(known.started ?? call.opened, session.started ?? call.opened)
      session.ended = max(known.ended ?? call.opened, session.ended ?? call.opened)
      if session.name.isEmpty { session.name = known.name }
    }
    sessions[session.id] = session
    for record in call.usageRecords(as: event, in: session.id) { try facts.write(record, tool: call.tool) }
  }

  private mutating func countedSession(of call: CallFact) -> SessionFact {
    guard call.session == nil else { return call.countedSession }
    let kind = Unnamed(call)
    guard var session = unnamed[kind] else {
      let session = call.countedSession
      unnamed[kind] = session
      return session
    }
    session.started = call.opened
    session.ended = call.settled ?? call.opened
    return session
  }

  /// An upstream that gives several calls one response identifier would make them one record; each after the first
  /// goes by its own name.
  private func event(of call: CallFact) throws -> EventID {
    let shared = call.event
    if shared == call.ownEvent { return shared }
    let taken = try Select(db, sql: "SELECT 1 FROM gateway_call WHERE event_id = ?1 AND id <> ?2") { values in
      values.add(shared)
      values.add(call.id)
    }
    return try taken.next() == nil ? shared : call.ownEvent
  }
}
