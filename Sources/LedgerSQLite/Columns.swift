import Foundation
import GRDB
import Ledger

// How nouns are stored. Keys are 16 bytes, hashes 8 bytes each, little-endian.

extension Key128 {
  var data: Data {
    var data = Data(capacity: 16)
    withUnsafeBytes(of: high.littleEndian) { data.append(contentsOf: $0) }
    withUnsafeBytes(of: low.littleEndian) { data.append(contentsOf: $0) }
    return data
  }

  init?(_ data: Data) {
    guard data.count == 16 else { return nil }
    self = data.withUnsafeBytes { bytes in
      Key128(
        high: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        low: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}

extension [LineHash] {
  var data: Data {
    var data = Data(capacity: count * 8)
    for hash in self { Swift.withUnsafeBytes(of: hash.rawValue.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  init(_ data: Data) {
    self = data.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map {
        LineHash(rawValue: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)))
      }
    }
  }
}

extension Sketch {
  var data: Data {
    var data = Data(capacity: bins.count * 2)
    for bin in bins { Swift.withUnsafeBytes(of: bin.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  init?(_ data: Data) {
    guard data.count == Sketch.binCount * 2 else { return nil }
    self.init(
      bins: data.withUnsafeBytes { bytes in
        (0..<Sketch.binCount).map {
          UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))
        }
      })
  }
}

extension TokenCounts {
  static let columns = "input, cache_read, cache_write_5m, cache_write_1h, output, reasoning"

  /// Reads the six columns from `index` on.
  init(_ row: Row, at index: Int) {
    self.init(
      input: row[index], cacheRead: row[index + 1], cacheWrite5m: row[index + 2],
      cacheWrite1h: row[index + 3], output: row[index + 4], reasoning: row[index + 5])
  }

  var arguments: [(any DatabaseValueConvertible)?] {
    [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning]
  }
}

extension UInt64 {
  /// SQLite's integers are signed; the bits are kept.
  var stored: Int64 { Int64(bitPattern: self) }
}

extension Row {
  func key(_ index: Int) -> Key128? { (self[index] as Data?).flatMap { Key128($0) } }
  func instant(_ index: Int) -> Instant? { (self[index] as Int64?).map { Instant(milliseconds: $0) } }
}
