import Foundation
import GRDB
import Ledger

// How nouns are stored: keys are 16 bytes, hashes 8 bytes each, sketches 2 bytes a bin, all little-endian.
// ``Insert`` and ``SelectedRow`` carry the values of very many rows; what is here serves the few others.

extension Key128 {
  var data: Data {
    var data = Data(capacity: 16)
    withUnsafeBytes(of: high.littleEndian) { data.append(contentsOf: $0) }
    withUnsafeBytes(of: low.littleEndian) { data.append(contentsOf: $0) }
    return data
  }
}

extension TokenCounts {
  static let columns = "input, cache_read, cache_write_5m, cache_write_1h, output, reasoning"

  var arguments: [(any DatabaseValueConvertible)?] {
    [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning]
  }
}

extension UInt64 {
  /// SQLite's integers are signed; the bits are kept.
  var stored: Int64 { Int64(bitPattern: self) }
}
