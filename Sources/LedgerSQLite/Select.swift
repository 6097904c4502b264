import Foundation
import GRDB
import GRDBSQLite
import Ledger

/// The rows of a query over very many facts. Values come from SQLite as they are: GRDB asks of each value's type
/// how it is to be read, which took half the time of a report with nothing new.
///
/// A row is good until the next one is asked for.
final class Select {
  private let db: Database
  private let statement: Statement
  private let row: SelectedRow

  /// - Parameter bind: Adds the values of the statement's parameters, in order.
  init(_ db: Database, sql: String, _ bind: (inout Insert.Values) -> Void = { _ in }) throws {
    self.db = db
    statement = try db.cachedStatement(sql: sql)
    row = SelectedRow(handle: statement.sqliteStatement)
    sqlite3_reset(statement.sqliteStatement)
    var values = Insert.Values(statement.sqliteStatement)
    bind(&values)
  }

  // A statement that is not reset keeps its transaction open.
  deinit { sqlite3_reset(statement.sqliteStatement) }

  func next() throws -> SelectedRow? {
    switch sqlite3_step(statement.sqliteStatement) {
    case SQLITE_ROW: return row
    case SQLITE_DONE: return nil
    case let code:
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
  }
}

/// The columns of one row, by number; the schema's types are strict, so that a column is of the type that is asked
/// for or NULL.
struct SelectedRow {
  fileprivate let handle: OpaquePointer

  private func isNull(_ index: Int) -> Bool { sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL }

  subscript(_ index: Int) -> Int64 { sqlite3_column_int64(handle, Int32(index)) }
  subscript(_ index: Int) -> Int64? { isNull(index) ? nil : self[index] as Int64 }
  subscript(_ index: Int) -> Int { Int(truncatingIfNeeded: self[index] as Int64) }
  subscript(_ index: Int) -> Int? { isNull(index) ? nil : self[index] as Int }
  subscript(_ index: Int) -> Bool { self[index] as Int64 != 0 }
  subscript(_ index: Int) -> UInt64 { UInt64(bitPattern: self[index] as Int64) }
  subscript(_ index: Int) -> UInt64? { isNull(index) ? nil : self[index] as UInt64 }

  subscript(_ index: Int) -> String {
    guard let text = sqlite3_column_text(handle, Int32(index)) else { return "" }
    // In bounds: asked after the text, this is the length of just that.
    let count = Int(sqlite3_column_bytes(handle, Int32(index)))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  subscript(_ index: Int) -> String? { isNull(index) ? nil : self[index] as String }

  func key(_ index: Int) -> Key128? {
    withBlob(index) { bytes in
      guard bytes.count == 16 else { return nil }
      return Key128(
        high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  func bytes(_ index: Int) -> [UInt8] { withBlob(index) { Array($0) } }

  func instant(_ index: Int) -> Instant? { (self[index] as Int64?).map { Instant(milliseconds: $0) } }

  func hashes(_ index: Int) -> [LineHash] {
    withBlob(index) { bytes in
      (0..<bytes.count / 8).map {
        LineHash(rawValue: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)))
      }
    }
  }

  func sketch(_ index: Int) -> Sketch? {
    withBlob(index) { bytes in
      guard bytes.count == Sketch.binCount * 2 else { return nil }
      return Sketch(
        bins: (0..<Sketch.binCount).map {
          UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))
        })
    }
  }

  func counts(_ index: Int) -> TokenCounts {
    TokenCounts(
      input: self[index], cacheRead: self[index + 1], cacheWrite5m: self[index + 2],
      cacheWrite1h: self[index + 3], output: self[index + 4], reasoning: self[index + 5])
  }

  private func withBlob<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let bytes = sqlite3_column_blob(handle, Int32(index))
    // In bounds: asked after the blob, this is the length of just that.
    let count = bytes == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(index)))
    return body(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}
