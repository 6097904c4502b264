import Ledger

/// How much of a request is looked at.
package struct TelemetryLimits: Hashable, Sendable {
  /// After decompression; more is refused as a whole, as the protocol's specification recommends.
  package var bytes: Int
  /// Log records, spans and data points; the rest is rejected.
  package var records: Int

  package init(bytes: Int = 64 << 20, records: Int = 500_000) {
    self.bytes = bytes
    self.records = records
  }

  /// Names of sessions, models and tools that are longer are no such names.
  static let nameBytes = 256
  /// More tokens than any call can have, small enough that sums of counts cannot overflow.
  static let tokens: Int64 = 1_000_000_000_000
  /// What telemetry can be of: after 2015 and before 2100.
  static let times = Instant(milliseconds: 1_420_070_400_000)..<Instant(milliseconds: 4_102_444_800_000)
}
