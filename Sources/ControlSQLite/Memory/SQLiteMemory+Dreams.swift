import GRDB
import Journal
package import Ledger
package import Memory

extension SQLiteMemory {
  package func propose(_ dream: Dream) throws(MemoryError) {
    try write { memory in
      try memory.db.execute(
        sql: """
          INSERT INTO agent_dream (id, agent, account_id, run_id, changes, made, state)
          VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT (id) DO NOTHING
          """,
        arguments: [
          dream.id.rawValue, dream.keeper.agent, dream.keeper.account.rawValue, dream.run.rawValue,
          try JournalRows.text(dream.changes), dream.made.milliseconds,
        ])
    }
  }

  package func dreams(of keeper: MemoryKeeper, limit: Int) throws(MemoryError) -> [Dream] {
    try read { memory in
      try Row.fetchAll(
        memory.db,
        sql: "SELECT * FROM agent_dream WHERE account_id = ? AND agent = ? ORDER BY made DESC, id LIMIT ?",
        arguments: [keeper.account.rawValue, keeper.agent, limit]
      ).map(MemoryRows.dream)
    }
  }

  package func dream(_ id: DreamID, of keeper: MemoryKeeper) throws(MemoryError) -> Dream {
    try read { memory in
      guard let dream = try memory.dream(id, of: keeper) else { throw MemoryError.noDream(id.short) }
      return dream
    }
  }

  package func apply(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, within limits: MemoryLimits,
    at now: Instant
  ) throws(MemoryError) -> Dream {
    try decide(id, of: keeper, by: decider, at: now, from: .waiting, to: .applied) { memory, dream in
      let entries = try memory.entries(of: keeper)
      do throws(DreamMisfit) { try entries.check(dream.changes, within: limits) } catch {
        throw MemoryError.misfit(error)
      }
      for change in dream.changes {
        for old in change.removed { _ = try memory.remove(old, of: keeper, by: id, at: now) }
        guard let learned = change.added else { continue }
        try memory.insert(
          MemoryEntry(
            id: learned.id, keeper: keeper, tier: .lasting, text: learned.text,
            provenance: learned.provenance, sources: learned.sources, labels: learned.labels, kept: now))
      }
    }
  }

  package func discard(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, at now: Instant
  ) throws(MemoryError) -> Dream {
    try decide(id, of: keeper, by: decider, at: now, from: .waiting, to: .discarded) { _, _ in }
  }

  package func revert(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, at now: Instant
  ) throws(MemoryError) -> Dream {
    try decide(id, of: keeper, by: decider, at: now, from: .applied, to: .reverted) { memory, dream in
      for learned in dream.changes.compactMap(\.added) {
        _ = try memory.remove(learned.id, of: keeper, by: id, at: now)
      }
      // Nor does what an earlier one had added come back, if that was taken back meanwhile.
      let reverted = try Row.fetchAll(
        memory.db,
        sql: "SELECT * FROM agent_dream WHERE account_id = ? AND agent = ? AND state = 'reverted'",
        arguments: [keeper.account.rawValue, keeper.agent]
      ).map(MemoryRows.dream)
      let added = Set((reverted + [dream]).flatMap(\.changes).compactMap(\.added?.id.rawValue))
      let gone = try String.fetchAll(
        memory.db,
        sql: "SELECT id FROM agent_memory WHERE removed_by = ? AND account_id = ? AND agent = ?",
        arguments: [id.rawValue, keeper.account.rawValue, keeper.agent])
      for old in gone where !added.contains(old) {
        try memory.db.execute(
          sql: "UPDATE agent_memory SET removed = NULL, removed_by = NULL WHERE id = ?", arguments: [old])
      }
    }
  }

  private func decide(
    _ id: DreamID, of keeper: MemoryKeeper, by decider: Dream.Decider, at now: Instant,
    from: Dream.State, to: Dream.State, _ change: (MemoryTransaction, Dream) throws -> Void
  ) throws(MemoryError) -> Dream {
    try write { memory in
      guard let dream = try memory.dream(id, of: keeper) else { throw MemoryError.noDream(id.short) }
      guard dream.state == from else { throw MemoryError.decided(dream.state) }
      try change(memory, dream)
      try memory.decide(id, as: to, by: decider, at: now)
      return try memory.dream(id, of: keeper) ?? dream
    }
  }
}
