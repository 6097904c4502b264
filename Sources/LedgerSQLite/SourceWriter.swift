import Foundation
import GRDB
import Ledger

/// Writes how far a source has been read, and what in it could not be.
struct SourceWriter {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func write(_ update: SourceUpdate) throws {
    let source = update.source
    let id = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          INSERT INTO source (path, tool, shape, device, inode, size, modified_ns, read_offset, read_lines,
            fingerprint, reader_version, checkpoint)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (path) DO UPDATE SET tool = excluded.tool, shape = excluded.shape,
            device = excluded.device, inode = excluded.inode, size = excluded.size,
            modified_ns = excluded.modified_ns, read_offset = excluded.read_offset,
            read_lines = excluded.read_lines, fingerprint = excluded.fingerprint,
            reader_version = excluded.reader_version, checkpoint = excluded.checkpoint
          RETURNING id
          """),
      arguments: [
        source.path, source.tool.rawValue, source.shape.rawValue, source.identity.device.stored,
        source.identity.inode.stored, source.identity.size, source.identity.modifiedNanoseconds,
        source.offset, source.lines, source.fingerprint.stored, source.readerVersion,
        update.checkpoint.map { Data($0) },
      ])
    guard let id else { return }
    if update.fromStart {
      try db.cachedStatement(sql: "DELETE FROM diagnostic WHERE source_id = ?").execute(arguments: [id])
    } else {
      // Said of the last reading only: the line may have been ended, the file made readable since.
      try db.cachedStatement(
        sql: "DELETE FROM diagnostic WHERE source_id = ? AND kind IN ('incomplete-line', 'unreadable-file')"
      ).execute(arguments: [id])
    }
    for diagnostic in update.batch.diagnostics {
      // Two processes may read the same lines at once.
      try db.cachedStatement(
        sql: """
          INSERT INTO diagnostic (source_id, kind, line, detail, count) SELECT ?1, ?2, ?3, ?4, ?5
          WHERE ?3 IS NULL OR NOT EXISTS (
            SELECT 1 FROM diagnostic WHERE source_id = ?1 AND kind = ?2 AND line = ?3 AND detail = ?4)
          """
      ).execute(arguments: [
        id, diagnostic.kind.rawValue, diagnostic.line, diagnostic.detail, diagnostic.count,
      ])
    }
  }
}
