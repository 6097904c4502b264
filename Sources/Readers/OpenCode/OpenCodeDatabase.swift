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
package enum OpenCodeDatabase {
  /// - Parameter tables: The names of the tables that the database has; the oldest have no `session`.
  /// - Returns: Nothing if it is not OpenCode's.
  package static func queries(tables: Set<String>) -> [DatabaseQuery] {
    guard tables.contains("message") else { return [] }
    let parts = DatabaseQuery(
      name: Unit.part.rawValue,
      sql: """
        SELECT id AS key,
          '{"id":' || json_quote(id) || ',"messageID":' || json_quote(message_id)
            || ',"data":' || coalesce(data, 'null') || '}' AS unit
        FROM part WHERE message_id = ?1 ORDER BY id
        """)
    let messages = DatabaseQuery(
      name: Unit.message.rawValue,
      sql: """
        SELECT id AS key,
          '{"id":' || json_quote(id) || ',"sessionID":' || json_quote(session_id)
            || ',"data":' || coalesce(data, 'null') || '}' AS unit
        FROM message WHERE session_id = ?1 ORDER BY time_created, id
        """,
      within: tables.contains("part") ? [parts] : [])
    return [
      DatabaseQuery(
        name: Unit.session.rawValue, sql: tables.contains("session") ? allSessions : sessionsOfMessages,
        within: [messages])
    ]
  }

  /// What a row is.
  enum Unit: String { case session, message, part }

  /// Sessions, and those that only messages are left of.
  private static let allSessions = """
    SELECT key, unit FROM (
      SELECT id AS key, time_created AS began,
        json_object('id', id, 'directory', directory, 'parentID', parent_id, 'version', version,
          'time', json_object('created', time_created)) AS unit
      FROM session
      UNION ALL
      SELECT session_id, min(time_created), json_object('id', session_id)
      FROM message WHERE session_id NOT IN (SELECT id FROM session) GROUP BY session_id)
    ORDER BY began, key
    """

  private static let sessionsOfMessages = """
    SELECT session_id AS key, json_object('id', session_id) AS unit
    FROM message GROUP BY session_id ORDER BY min(time_created), session_id
    """
}
