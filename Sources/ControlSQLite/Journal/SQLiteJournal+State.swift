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
