import GRDB
package import Ledger

extension SQLiteLedger {
  package func knownSources() throws -> [KnownSource] { try read(SourceRows.all) }

  package func checkpoint(ofSource path: String) throws -> [UInt8]? {
    try read { db in try SourceRows.checkpoint(db, of: path) }
  }

  package func append(_ updates: [SourceUpdate]) throws {
    guard !updates.isEmpty else { return }
    try write { db in
      var writer = try FactWriter(db)
      for update in updates { try writer.write(update) }
      return .commit
    }
  }

  package func append(_ batches: [FactBatch], surviving survival: Survival) throws {
    guard batches.contains(where: { !$0.isEmpty }) else { return }
    try write(surviving: survival) { db in
      var writer = try FactWriter(db)
      for batch in batches { try writer.write(batch, tool: batch.sessions.first?.tool ?? .other) }
      return .commit
    }
  }
}
