import Foundation
import GRDB
import Ledger

/// How far sources have been read, as it is read back.
enum SourceRows {
  static func all(_ db: Database) throws -> [KnownSource] {
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
          identity: FileIdentity(device: row[3], inode: row[4], size: row[5], modifiedNanoseconds: row[6]),
          offset: row[7], lines: row[8], fingerprint: row[9], readerVersion: row[10]))
    }
    return sources
  }

  static func checkpoint(_ db: Database, of path: String) throws -> [UInt8]? {
    try Data.fetchOne(db, sql: "SELECT checkpoint FROM source WHERE path = ?", arguments: [path])
      .map { Array($0) }
  }
}
