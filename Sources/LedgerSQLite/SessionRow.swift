import Ledger

/// A session's facts as they are read back.
enum SessionRow {
  static let columns = """
    s.key, s.tool, s.name, s.directory, s.branch, s.head_commit, s.remote, s.tool_version, s.started, s.ended,
    s.parent, s.forked_at, s.flags, s.directory_hash, s.account_id
    """
  static let columnCount = 15

  static func session(_ row: SelectedRow, at index: Int) -> SessionFact? {
    guard let id = row.key(index), let tool = Tool(rawValue: row[index + 1]) else { return nil }
    var session = SessionFact(
      id: id, tool: tool, name: row[index + 2], directory: row[index + 3],
      directoryHash: row[index + 13], branch: row[index + 4], headCommit: row[index + 5],
      remote: row[index + 6], toolVersion: row[index + 7],
      started: row.instant(index + 8), ended: row.instant(index + 9), parent: row.key(index + 10),
      forkedAt: row.instant(index + 11), flags: SessionFlags(rawValue: row[index + 12]))
    session.account = AccountID(rawValue: row[index + 14])
    return session
  }
}
