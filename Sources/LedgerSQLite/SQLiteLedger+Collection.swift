import Foundation
import GRDB
package import Ledger

extension SQLiteLedger {
  package func knownSources() throws -> [KnownSource] {
    try read { db in
      let rows = try Select(
        db,
        sql: """
          SELECT path, tool, shape, device, inode, size, modified_ns, read_offset, read_lines, fingerprint,
            reader_version FROM source
          """)
      var sources: [KnownSource] = []
      while let row = try rows.next() {
        guard let tool = Tool(rawValue: row[1]), let shape = SourceShape(rawValue: row[2]) else { continue }
        sources.append(
          KnownSource(
            path: row[0], tool: tool, shape: shape,
            identity: FileIdentity(
              device: row[3], inode: row[4], size: row[5],
              modifiedNanoseconds: row[6]),
            offset: row[7], lines: row[8], fingerprint: row[9], readerVersion: row[10]))
      }
      return sources
    }
  }

  package func checkpoint(ofSource path: String) throws -> [UInt8]? {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT checkpoint FROM source WHERE path = ?", arguments: [path])
        .map { Array($0) }
    }
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
