import Foundation
import GRDB
import Ledger

/// Keeps out what is not to come in any more: facts of an account that was erased, and facts that are older than what
/// is kept. What was let go of would else come back whenever a machine sends it again.
struct IntakeGate {
  private let since: Instant?
  private let erased: Set<Int64>
  private(set) var keptOut = KeptOut()

  /// As of the transaction that `db` is in.
  init(_ db: Database) throws {
    let since = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM setting WHERE name = 'kept_since'"))
    self.since = since.map { Instant(milliseconds: $0) }
    erased = try Set(Int64.fetchAll(db.cachedStatement(sql: "SELECT account_id FROM erased_account")))
  }

  mutating func admits(_ call: CallFact) -> Bool {
    if erased.contains(call.account.rawValue) {
      keptOut.erased += 1
    } else if let since, call.opened < since {
      keptOut.older += 1
    } else {
      return true
    }
    return false
  }

  /// What of a batch may come in. What could not be read in its source is said of the source, and stays.
  mutating func admitted(_ batch: FactBatch) -> FactBatch {
    guard since != nil || !erased.isEmpty else { return batch }
    if erased.contains(batch.account.rawValue) {
      keptOut.erased += batch.rowCount
      var rest = FactBatch()
      rest.diagnostics = batch.diagnostics
      return rest
    }
    var batch = batch
    let count = batch.rowCount
    // Under a machine's own account each record may name whose it is.
    batch.usage.removeAll { erased.contains($0.account.rawValue) }
    batch.sessions.removeAll { erased.contains($0.account.rawValue) }
    keptOut.erased += count - batch.rowCount
    if let since { removeOlder(than: since, from: &batch) }
    return batch
  }

  private mutating func removeOlder(than since: Instant, from batch: inout FactBatch) {
    let count = batch.rowCount
    batch.usage.removeAll { $0.at < since }
    batch.totals.removeAll { $0.at < since }
    batch.turns.removeAll { max($0.started, $0.ended) < since }
    batch.toolCalls.removeAll { $0.at < since }
    batch.edits.removeAll { $0.at < since }
    batch.mentions.removeAll { $0.at < since }
    var named = Set(batch.usage.map(\.session))
    named.formUnion(batch.totals.map(\.session))
    named.formUnion(batch.turns.map(\.session))
    // Of one without a time it is not known that it is older.
    batch.sessions.removeAll { session in
      guard !named.contains(session.id), let last = session.ended ?? session.started else { return false }
      return last < since
    }
    keptOut.older += count - batch.rowCount
  }

  /// Adds what was kept out to the day's counts.
  func note(in db: Database) throws {
    guard !keptOut.isEmpty else { return }
    let day = Instant(Date()).milliseconds / 86_400_000 * 86_400_000
    for (reason, count) in [("older", keptOut.older), ("erased", keptOut.erased)] where count > 0 {
      try db.execute(
        sql: """
          INSERT INTO kept_out (day, reason, facts) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET facts = MIN(facts, 1000000000000000) + excluded.facts
          """, arguments: [day, reason, count])
    }
  }
}
