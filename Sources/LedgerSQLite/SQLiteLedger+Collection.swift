import GRDB
package import Ledger

extension SQLiteLedger {
  package func knownSources() throws -> [KnownSource] { try read(SourceRows.all) }

  package func checkpoint(ofSource path: String) throws -> [UInt8]? {
    try read { db in try SourceRows.checkpoint(db, of: path) }
  }

  @discardableResult
  package func append(_ updates: [SourceUpdate]) throws -> KeptOut {
    guard !updates.isEmpty else { return KeptOut() }
    return try append(surviving: .crash) { writer in
      for update in updates { try writer.write(update) }
    }
  }

  @discardableResult
  package func append(_ batches: [FactBatch], surviving survival: Survival) throws -> KeptOut {
    guard batches.contains(where: { !$0.isEmpty }) else { return KeptOut() }
    return try append(surviving: survival) { writer in
      for batch in batches { try writer.write(batch, tool: batch.sessions.first?.tool ?? .other) }
    }
  }

  private func append(
    surviving survival: Survival, _ body: (inout FactWriter) throws -> Void
  ) throws -> KeptOut {
    var keptOut = KeptOut()
    try write(surviving: survival) { db in
      var writer = try FactWriter(db)
      try body(&writer)
      try writer.gate.note(in: db)
      keptOut = writer.gate.keptOut
      return .commit
    }
    return keptOut
  }
}
