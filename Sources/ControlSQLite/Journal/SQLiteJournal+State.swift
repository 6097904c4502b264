package import Effects
import GRDB
package import Journal
import Ledger

extension SQLiteJournal: AgentStateStore {
  package func state(of key: String) throws(JournalError) -> JSON? {
    try read { transaction in
      let text = try String.fetchOne(
        transaction.db.cachedStatement(sql: "SELECT content FROM agent_state WHERE key = ?"), arguments: [key]
      )
      return try text.map { try JournalRows.value(JSON.self, $0, of: key) }
    }
  }

  package func states(under prefix: String) throws(JournalError) -> [JSON] {
    try read { transaction in
      let statement = try transaction.db.cachedStatement(
        sql: "SELECT content FROM agent_state WHERE key >= ? AND key < ? ORDER BY key")
      // No key of ours goes on with the last of all scalars.
      let texts = try String.fetchAll(statement, arguments: [prefix, prefix + "\u{10FFFF}"])
      return try texts.map { try JournalRows.value(JSON.self, $0, of: prefix) }
    }
  }

  package func keep(_ state: JSON?, of key: String) throws(JournalError) {
    try write { transaction in
      guard let state else {
        try transaction.db.execute(sql: "DELETE FROM agent_state WHERE key = ?", arguments: [key])
        return .success(())
      }
      try transaction.db.execute(
        sql: """
          INSERT INTO agent_state (key, content, changed) VALUES (?, ?, ?)
          ON CONFLICT (key) DO UPDATE SET content = excluded.content, changed = excluded.changed
          """, arguments: [key, state.canonical, transaction.now.milliseconds])
      return .success(())
    }
  }
}
