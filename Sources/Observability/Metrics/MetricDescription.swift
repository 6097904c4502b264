/// What is said of one metric when it is scraped, and how its values are sorted.
package struct MetricDescription: Sendable, Hashable {
  /// One sentence for the people who read the dashboard.
  package var help: String
  /// The unit the values are given in. It becomes part of the name, as Prometheus recommends. A timer is always in
  /// seconds, whatever stands here.
  package var unit: MetricUnit?
  /// Upper bounds of the histogram's buckets, in the metric's unit; nil: those that suit the unit.
  package var buckets: [Double]?

  package init(_ help: String, unit: MetricUnit? = nil, buckets: [Double]? = nil) {
    self.help = help
    self.unit = unit
    self.buckets = buckets
  }
}

/// A base unit as Prometheus names it (prometheus.io/docs/practices/naming).
package enum MetricUnit: String, Sendable, Hashable {
  case seconds, bytes, ratio, tokens, dollars
}

/// What bounds the memory that metrics take, whatever label values come in.
package struct MetricLimits: Sendable, Hashable {
  /// Series with labels of one metric. What comes later is added up in one series, `overflow="true"`, so that totals
  /// stay right, and counted in `…metric_series_rejected_total`.
  package var seriesPerMetric = 1_000
  /// Metrics altogether. What comes later is counted as rejected and not shown.
  package var metrics = 500
  /// Bytes of one label value; the rest is cut.
  package var labelValueBytes = 128

  package init() {}
}

/// Bounds of histogram buckets.
enum BucketBounds {
  /// A model call takes from a millisecond (refused) to many minutes.
  static let seconds = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
  ]
  static let bytes: [Double] = [
    256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
  ]
  static let ratio = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]
  static let counts: [Double] = [
    1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000,
  ]
  static let most = 40

  static func chosen(for description: MetricDescription?, isTimer: Bool) -> [Double] {
    if let own = description?.buckets {
      let usable = Set(own.filter(\.isFinite)).sorted().prefix(most)
      if !usable.isEmpty { return Array(usable) }
    }
    if isTimer { return seconds }
    switch description?.unit {
    case .seconds: return seconds
    case .bytes: return bytes
    case .ratio: return ratio
    case .tokens, .dollars, nil: return counts
    }
  }
}
