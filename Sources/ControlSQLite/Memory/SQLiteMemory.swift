import GRDB
package import Ledger
package import Memory

/// What agents remember, in the control database.
package struct SQLiteMemory: MemoryStore {
  private let control: ControlStore

  package init(_ control: ControlStore) { self.control = control }

  package func entries(of keeper: MemoryKeeper) throws(MemoryError) -> [MemoryEntry] {
    try read { try $0.entries(of: keeper) }
  }

  package func remember(_ entry: MemoryEntry, within limits: MemoryLimits) throws(MemoryError) {
    try write { memory in
      let known = try memory.entries(of: entry.keeper)
      guard !known.contains(where: { $0.id == entry.id }) else { return }
      switch entry.tier {
      case .note:
        let notes = known.count { $0.tier == .note }
        guard notes < limits.notes else { throw MemoryError.full("it has \(notes) notes") }
      case .lasting:
        let bytes = known.filter { $0.tier == .lasting }.reduce(entry.text.utf8.count) {
          $0 + $1.text.utf8.count
        }
        guard bytes <= limits.lastingBytes else {
          throw MemoryError.full("it would take \(bytes) bytes, at most \(limits.lastingBytes)")
        }
      }
      try memory.insert(entry)
    }
  }

  package func forget(_ ids: [MemoryID], of keeper: MemoryKeeper, at now: Instant) throws(MemoryError) {
    try write { memory in
      for id in ids where try !memory.remove(id, of: keeper, by: nil, at: now) {
        throw MemoryError.noEntry(id.short)
      }
    }
  }

  package func clear(_ keeper: MemoryKeeper) throws(MemoryError) {
    try write { memory in
      try memory.db.execute(sql: "PRAGMA secure_delete = ON")
      for table in ["agent_memory", "agent_dream"] {
        try memory.db.execute(
          sql: "DELETE FROM \(table) WHERE account_id = ? AND agent = ?",
          arguments: [keeper.account.rawValue, keeper.agent])
      }
    }
  }

  package func expireMemory(before: Instant) throws(MemoryError) -> Int {
    try write { memory in
      var count = 0
      for sql in [
        "DELETE FROM agent_memory WHERE removed < ?1 OR (tier = 'note' AND kept < ?1)",
        "DELETE FROM agent_dream WHERE coalesce(decided, made) < ?1",
      ] {
        try memory.db.execute(sql: sql, arguments: [before.milliseconds])
        count += memory.db.changesCount
      }
      return count
    }
  }

  // MARK: Transactions

  func write<Value>(_ body: (MemoryTransaction) throws -> Value) throws(MemoryError) -> Value {
    do {
      return try control.write { db in try body(MemoryTransaction(db: db)) }
    } catch let error as MemoryError {
      throw error
    } catch {
      throw .storage("\(error)")
    }
  }

  func read<Value>(_ body: (MemoryTransaction) throws -> Value) throws(MemoryError) -> Value {
    let result: Result<Value, MemoryError>
    do {
      result = try control.read { db in
        do { return .success(try body(MemoryTransaction(db: db))) } catch let error as MemoryError {
          return .failure(error)
        }
      }
    } catch {
      throw .storage("\(error)")
    }
    return try result.get()
  }
}
