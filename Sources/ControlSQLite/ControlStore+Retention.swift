import GRDB

extension ControlStore {
  /// Notes for how many days facts on persons are kept, as the server is set; commands that say so ask for it.
  ///
  /// - Parameter days: `nil` for ever.
  package func noteRetention(days: Int64?) throws {
    guard try retentionDays() != days else { return }
    try write { db in
      if let days {
        try db.execute(
          sql: "INSERT OR REPLACE INTO setting (name, value) VALUES ('retention_days', ?)", arguments: [days])
      } else {
        try db.execute(sql: "DELETE FROM setting WHERE name = 'retention_days'")
      }
    }
  }

  package func retentionDays() throws(ControlError) -> Int64? {
    try read { db in try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'retention_days'") }
  }
}
