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
}
