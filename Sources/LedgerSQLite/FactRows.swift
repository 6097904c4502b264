import GRDB
import Ledger

/// Reads what is known of one session, or of all of them: turns, tool calls, edits and mentions.
struct FactRows {
  enum Scope {
    /// In the order of time.
    case all
    /// In the order in which they lie: nothing is sorted, no page is read twice.
    case allUnordered
    case session(SessionID)
  }

  private let db: Database
  private let scope: Scope

  init(_ db: Database, _ scope: Scope) {
    self.db = db
    self.scope = scope
  }

  /// - Parameter part: Called after every few thousand rows, and may take what is there.
  func read(
    into facts: inout SessionFactSet, part: (inout SessionFactSet) throws -> Void = { _ in }
  ) throws {
    try readTurns(into: &facts, part)
    try readCalls(into: &facts, part)
    try readEdits(into: &facts, part)
    try readMentions(into: &facts)
    try part(&facts)
  }

  private static let rowsOfAPart = 4096

  /// Telemetry names turns otherwise than logs do: its turns are those of sessions that no log was read of.
  static let counts = """
    (f.owner_rank <> \(OwnerRank.telemetry.rawValue) OR NOT EXISTS (
      SELECT 1 FROM turn o WHERE o.session_id = f.session_id AND o.owner_rank <> \(OwnerRank.telemetry.rawValue)))
    """

  /// - Parameter columns: Of the table `f`, each row of which has a column `turn` or is a turn itself.
  private func rows(_ columns: String, of table: String, orderedBy order: String) throws -> Select {
    let own = "(SELECT id FROM session WHERE key = ?)"
    var sql = "SELECT \(columns) FROM \(table) f"
    if table == "turn" { sql += " JOIN session s ON s.id = f.session_id" }
    var key: SessionID?
    switch scope {
    case .all: sql += (table == "turn" ? " WHERE \(Self.counts)" : "") + " ORDER BY \(order)"
    case .allUnordered: sql += table == "turn" ? " WHERE \(Self.counts)" : ""
    case .session(let session):
      key = session
      let isOwn =
        table == "turn"
        ? "f.session_id = \(own) AND \(Self.counts)"
        : "f.turn IN (SELECT f.key FROM turn f WHERE f.session_id = \(own) AND \(Self.counts))"
      sql += " WHERE \(isOwn) ORDER BY \(order)"
    }
    return try Select(db, sql: sql) { values in
      if let key { values.add(key) }
    }
  }

  private func readTurns(
    into facts: inout SessionFactSet, _ part: (inout SessionFactSet) throws -> Void
  ) throws {
    let rows = try rows(
      """
      f.key, f.owner_rank, f.started, f.ended, f.trigger, f.gap_ms, f.prompt_bytes, f.output_bytes,
      f.prompt_sketch, f.output_sketch, f.interrupted, s.key
      """, of: "turn", orderedBy: "f.started, f.key")
    while let row = try rows.next() {
      if facts.turns.count >= Self.rowsOfAPart { try part(&facts) }
      guard let id = row.key(0), let started = row.instant(2), let ended = row.instant(3),
        let trigger = TurnTrigger(rawValue: row[4]), let session = row.key(11)
      else { continue }
      facts.turns.append(
        TurnFact(
          id: id, session: session, ownerRank: OwnerRank(rawValue: row[1]), started: started, ended: ended,
          trigger: trigger, gap: (row[5] as Int64?).map { .milliseconds($0) }, promptBytes: row[6],
          outputBytes: row[7], promptSketch: row.sketch(8), outputSketch: row.sketch(9), interrupted: row[10])
      )
    }
  }

  private func readCalls(
    into facts: inout SessionFactSet, _ part: (inout SessionFactSet) throws -> Void
  ) throws {
    let rows = try rows(
      "key, at, name, kind, command, exit, target_name, target_tail, turn, aim", of: "tool_call",
      orderedBy: "at, key")
    while let row = try rows.next() {
      if facts.toolCalls.count >= Self.rowsOfAPart { try part(&facts) }
      guard let id = row.key(0), let at = row.instant(1), let kind = ToolCallKind(rawValue: row[3]),
        let exit = ExitState(rawValue: row[5]), let turn = row.key(8)
      else { continue }
      var target: PathHash?
      if let name = row[6] as UInt64?, let tail = row[7] as UInt64? {
        target = PathHash(name: name, tail: tail)
      }
      facts.toolCalls.append(
        ToolCallFact(
          id: id, turn: turn, at: at, name: row[2], kind: kind,
          command: (row[4] as String?).flatMap { CommandClass(rawValue: $0) }, exit: exit, target: target,
          aim: (row[9] as String?).flatMap { ToolCallAim(rawValue: $0) }))
    }
  }

  private func readEdits(
    into facts: inout SessionFactSet, _ part: (inout SessionFactSet) throws -> Void
  ) throws {
    let rows = try rows(
      "key, at, path_name, path_tail, added, removed, exit, changed_by_person, turn, is_whole_file",
      of: "edit",
      orderedBy: "at, key")
    while let row = try rows.next() {
      if facts.edits.count >= Self.rowsOfAPart { try part(&facts) }
      guard let id = row.key(0), let at = row.instant(1), let exit = ExitState(rawValue: row[6]),
        let turn = row.key(8)
      else { continue }
      facts.edits.append(
        EditFact(
          id: id, turn: turn, at: at, path: PathHash(name: row[2], tail: row[3]), added: row.hashes(4),
          removed: row.hashes(5), exit: exit, changedByPerson: row[7],
          isWholeFile: row[9]))
    }
  }

  private func readMentions(into facts: inout SessionFactSet) throws {
    let rows = try rows("turn, at, kind, value", of: "mention", orderedBy: "at, kind, value")
    while let row = try rows.next() {
      guard let turn = row.key(0), let at = row.instant(1), let kind = OutcomeMention.Kind(rawValue: row[2])
      else { continue }
      facts.mentions.append(OutcomeMention(turn: turn, at: at, kind: kind, value: row[3]))
    }
  }
}
