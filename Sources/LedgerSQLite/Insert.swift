import GRDB
import GRDBSQLite
import Ledger

/// A statement that is run once for each of very many facts. Values go to SQLite as they are, without the boxes
/// and dictionaries in which GRDB carries arguments: of a first run they took a twentieth.
struct Insert {
  private let db: Database
  private let statement: Statement

  init(_ db: Database, sql: String) throws {
    self.db = db
    statement = try db.cachedStatement(sql: sql)
  }

  /// Runs the statement with the values that `bind` adds, in the order of its parameters.
  func run(_ bind: (inout Values) -> Void) throws {
    let handle = statement.sqliteStatement
    var values = Values(handle)
    bind(&values)
    // Every parameter is bound anew each time, so none is left from before.
    let code = sqlite3_step(handle)
    sqlite3_reset(handle)
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
  }

  /// The values of a statement's parameters.
  struct Values {
    private let handle: OpaquePointer
    private var index: Int32 = 0
    /// SQLite copies what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ handle: OpaquePointer) { self.handle = handle }

    mutating func add(_ value: Int64?) {
      index += 1
      if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
    }

    mutating func add(_ value: UInt64?) { add(value?.stored) }

    mutating func add(_ value: Bool?) { add(value.map { $0 ? 1 : 0 } as Int64?) }

    mutating func add(_ value: Instant?) { add(value?.milliseconds) }

    mutating func add(_ value: String?) {
      index += 1
      guard var value else {
        sqlite3_bind_null(handle, index)
        return
      }
      let index = index
      let handle = handle
      value.withUTF8 { utf8 in
        utf8.withMemoryRebound(to: CChar.self) { text in
          // A text without bytes has no address, and no address would be NULL.
          guard let base = text.baseAddress else {
            sqlite3_bind_text(handle, index, "", 0, Self.copied)
            return
          }
          sqlite3_bind_text64(
            handle, index, base, UInt64(text.count), Self.copied, UInt8(SQLITE_UTF8))
        }
      }
    }

    mutating func add(_ key: Key128?) {
      guard let key else { return add(nil as Int64?) }
      withUnsafeBytes(of: (key.high.littleEndian, key.low.littleEndian)) { add(bytes: $0) }
    }

    mutating func add(_ hashes: [LineHash]) {
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: hashes.count) { buffer in
        for (place, hash) in hashes.enumerated() {
          buffer.initializeElement(at: place, to: hash.rawValue.littleEndian)
        }
        add(bytes: UnsafeRawBufferPointer(buffer))
      }
    }

    mutating func add(_ sketch: Sketch?) {
      guard let sketch else { return add(nil as Int64?) }
      withUnsafeTemporaryAllocation(of: UInt16.self, capacity: sketch.bins.count) { buffer in
        for (place, bin) in sketch.bins.enumerated() {
          buffer.initializeElement(at: place, to: bin.littleEndian)
        }
        add(bytes: UnsafeRawBufferPointer(buffer))
      }
    }

    mutating func add(_ blob: [UInt8]?) {
      guard let blob else { return add(nil as Int64?) }
      blob.withUnsafeBytes { add(bytes: $0) }
    }

    mutating func add(_ counts: TokenCounts) {
      add(counts.input)
      add(counts.cacheRead)
      add(counts.cacheWrite5m)
      add(counts.cacheWrite1h)
      add(counts.output)
      add(counts.reasoning)
    }

    private mutating func add(bytes: UnsafeRawBufferPointer) {
      index += 1
      guard let base = bytes.baseAddress, !bytes.isEmpty else {
        sqlite3_bind_zeroblob(handle, index, 0)
        return
      }
      sqlite3_bind_blob64(handle, index, base, UInt64(bytes.count), Self.copied)
    }
  }
}
