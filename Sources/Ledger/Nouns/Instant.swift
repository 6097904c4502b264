package import Foundation

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, as an integer so that it survives storage.
package struct Instant: Hashable, Comparable, Sendable, Codable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  /// Rounded to the nearest millisecond.
  package init(_ date: Date) {
    milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
  }

  package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  package static func - (a: Instant, b: Instant) -> Duration {
    .milliseconds(a.milliseconds &- b.milliseconds)
  }

  package static func + (a: Instant, b: Duration) -> Instant {
    Instant(milliseconds: a.milliseconds &+ b.wholeMilliseconds)
  }

  package static func - (a: Instant, b: Duration) -> Instant {
    Instant(milliseconds: a.milliseconds &- b.wholeMilliseconds)
  }
}

extension Duration {
  /// The duration in milliseconds, rounded towards zero.
  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
  package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
  /// Days of 24 hours.
  package static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
