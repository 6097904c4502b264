import Effects
import GRDB
import Journal
import Ledger
import Memory

/// How a memory's nouns stand in rows.
enum MemoryRows {
  /// What of an entry is content.
  struct Body: Codable {
    var text: String
    var provenance: MemoryProvenance
    var sources: [MemorySource]
    var labels: Labels
  }

  static func entry(_ row: Row) throws -> MemoryEntry {
    let id = MemoryID(rawValue: row["id"])
    guard let tier = MemoryEntry.Tier(rawValue: row["tier"]) else {
      throw JournalRows.Damaged(what: "the memory's entry \(id)")
    }
    let body = try JournalRows.value(Body.self, row["body"], of: "the memory's entry \(id)")
    return MemoryEntry(
      id: id, keeper: keeper(row), tier: tier, text: body.text, provenance: body.provenance,
      sources: body.sources, labels: body.labels, kept: row.instant("kept"))
  }

  static func dream(_ row: Row) throws -> Dream {
    let id = DreamID(rawValue: row["id"])
    guard let state = Dream.State(rawValue: row["state"]) else {
      throw JournalRows.Damaged(what: "the dream \(id)")
    }
    let person: Int64? = row["decided_by"]
    let decider: Dream.Decider? =
      state == .waiting ? nil : person.map { .person(AccountID(rawValue: $0)) } ?? .folder
    return Dream(
      id: id, keeper: keeper(row), run: RunID(rawValue: row["run_id"]),
      changes: try JournalRows.value([MemoryChange].self, row["changes"], of: "the dream \(id)"),
      made: row.instant("made"), state: state, decider: decider, decided: row.instant("decided"))
  }

  static func keeper(_ row: Row) -> MemoryKeeper {
    MemoryKeeper(agent: row["agent"], account: AccountID(rawValue: row["account_id"]))
  }
}

/// What is done to memories within one transaction.
struct MemoryTransaction {
  let db: Database

  func entries(of keeper: MemoryKeeper) throws -> [MemoryEntry] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM agent_memory WHERE account_id = ? AND agent = ? AND removed IS NULL
        ORDER BY tier, kept, place
        """, arguments: [keeper.account.rawValue, keeper.agent]
    ).map(MemoryRows.entry)
  }

  func insert(_ entry: MemoryEntry) throws {
    let body = MemoryRows.Body(
      text: entry.text, provenance: entry.provenance, sources: entry.sources, labels: entry.labels)
    try db.execute(
      sql: """
        INSERT INTO agent_memory (id, agent, account_id, tier, body, kept, place)
        VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM agent_memory))
        ON CONFLICT (id) DO NOTHING
        """,
      arguments: [
        entry.id.rawValue, entry.keeper.agent, entry.keeper.account.rawValue, entry.tier.rawValue,
        try JournalRows.text(body), entry.kept.milliseconds,
      ])
  }

  /// - Parameter dream: Which dream takes it away; `nil` for a person.
  /// - Returns: Whether it was there.
  func remove(_ id: MemoryID, of keeper: MemoryKeeper, by dream: DreamID?, at now: Instant) throws -> Bool {
    try db.execute(
      sql: """
        UPDATE agent_memory SET removed = ?, removed_by = ?
        WHERE id = ? AND account_id = ? AND agent = ? AND removed IS NULL
        """,
      arguments: [
        now.milliseconds, dream?.rawValue, id.rawValue, keeper.account.rawValue, keeper.agent,
      ])
    return db.changesCount == 1
  }

  func dream(_ id: DreamID, of keeper: MemoryKeeper) throws -> Dream? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM agent_dream WHERE id = ? AND account_id = ? AND agent = ?",
      arguments: [id.rawValue, keeper.account.rawValue, keeper.agent]
    ).map(MemoryRows.dream)
  }

  func decide(_ id: DreamID, as state: Dream.State, by decider: Dream.Decider, at now: Instant) throws {
    let person: Int64? = if case .person(let account) = decider { account.rawValue } else { nil }
    try db.execute(
      sql: "UPDATE agent_dream SET state = ?, decided_by = ?, decided = ? WHERE id = ?",
      arguments: [state.rawValue, person, now.milliseconds, id.rawValue])
  }
}
