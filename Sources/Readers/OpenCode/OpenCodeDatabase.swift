/// A query to run on a source's database, and those to run for each of its rows.
///
/// Every query has two columns: `key`, which is bound to `?1` of the queries within it, and `unit`, the JSON text
/// that is fed to the reader with the query's name as ``UnitPosition/part``. A row is fed before what is within it.
package struct DatabaseQuery: Hashable, Sendable {
  package var name: String
  package var sql: String
  package var within: [DatabaseQuery]

  package init(name: String, sql: String, within: [DatabaseQuery] = []) {
    self.name = name
    self.sql = sql
    self.within = within
  }
}

/// How OpenCode's database (`opencode*.db`, since 1.2) is read: sessions in the order in which they began, their
/// messages in theirs, and each message's parts behind it, so that the reader holds one message at a time. Both
/// inner queries follow an index of OpenCode's own.
///
/// What is stored as JSON is handed over as it stands, within an envelope of the row's identifiers: nothing is
/// parsed twice, and broken JSON in one row fails neither the query nor another row.
///
/// OpenCode 2 keeps its history in `session_v2` and `session_message`, in another form. Of it only the calls are
/// read; its sessions are marked as holding usage only.
package enum OpenCodeDatabase {
  /// - Parameter tables: The names of the tables that the database has.
  /// - Returns: Nothing if it is not OpenCode's.
  package static func queries(tables: Set<String>) -> [DatabaseQuery] {
    var within: [DatabaseQuery] = []
    if tables.contains("message") {
      let parts = DatabaseQuery(name: Unit.part.rawValue, sql: parts)
      within.append(
        DatabaseQuery(
          name: Unit.message.rawValue, sql: messages, within: tables.contains("part") ? [parts] : []))
    }
    if tables.contains("session_message") {
      within.append(DatabaseQuery(name: Unit.step.rawValue, sql: steps(tables)))
    }
    return within.isEmpty
      ? [] : [DatabaseQuery(name: Unit.session.rawValue, sql: sessions(tables), within: within)]
  }

  /// What a row is.
  enum Unit: String {
    case session, message, part
    /// A model call as OpenCode 2 keeps it, in `session_message`.
    case step
  }

  private static let messages = """
    SELECT id AS key,
      '{"id":' || json_quote(id) || ',"sessionID":' || json_quote(session_id)
        || ',"data":' || coalesce(data, 'null') || '}' AS unit
    FROM message WHERE session_id = ?1 ORDER BY time_created, id
    """

  private static let parts = """
    SELECT id AS key,
      '{"id":' || json_quote(id) || ',"messageID":' || json_quote(message_id)
        || ',"data":' || coalesce(data, 'null') || '}' AS unit
    FROM part WHERE message_id = ?1 ORDER BY id
    """

  /// An upgraded database has both tables: what stands in `message` with the same time is the same call.
  private static func steps(_ tables: Set<String>) -> String {
    let known = """
       AND NOT EXISTS (SELECT 1 FROM message
        WHERE message.session_id = step.session_id AND message.time_created = step.time_created)
      """
    return """
      SELECT id AS key,
        '{"id":' || json_quote(id) || ',"sessionID":' || json_quote(session_id)
          || ',"data":' || coalesce(data, 'null') || '}' AS unit
      FROM session_message AS step
      WHERE session_id = ?1 AND type = 'assistant'\(tables.contains("message") ? known : "")
      ORDER BY time_created, id
      """
  }

  /// Sessions of either generation, and those that only messages are left of (the oldest databases have no table
  /// of sessions).
  private static func sessions(_ tables: Set<String>) -> String {
    var sources: [String] = []
    var others: [String] = []
    for table in ["session", "session_v2"] where tables.contains(table) {
      sources.append(
        """
        SELECT id AS key, time_created AS began,
          json_object('id', id, 'directory', directory, 'parentID', parent_id, 'version', version,
            'time', json_object('created', time_created)) AS unit
        FROM \(table)\(others.isEmpty ? "" : " WHERE " + others.joined(separator: " AND "))
        """)
      others.append("id NOT IN (SELECT id FROM \(table))")
    }
    if tables.contains("message") {
      let orphans = others.map { "session_\($0)" }.joined(separator: " AND ")
      sources.append(
        """
        SELECT session_id AS key, min(time_created) AS began, json_object('id', session_id) AS unit
        FROM message\(orphans.isEmpty ? "" : " WHERE " + orphans) GROUP BY session_id
        """)
    }
    if sources.isEmpty {
      sources.append(
        "SELECT session_id AS key, min(time_created) AS began, json_object('id', session_id) AS unit "
          + "FROM session_message GROUP BY session_id")
    }
    return "SELECT key, unit FROM (\n" + sources.joined(separator: "\nUNION ALL\n") + ")\nORDER BY began, key"
  }
}
