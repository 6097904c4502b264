/// All metrics of a process and their series. Not Sendable by itself: `PrometheusMetrics` guards it.
struct MetricRegistry {
  struct Family {
    let name: String
    let kind: MetricKind
    let help: String
    let bounds: [Double]
    var series: [String: (handler: any MetricSeries, references: Int)] = [:]
    var overflow: (any MetricSeries)?
  }

  /// Why a series was not made.
  enum Rejection: String {
    /// The metric has as many series as it may, or there are as many metrics as there may be.
    case limit
    /// Another metric of another kind has this name.
    case conflict
  }

  private let namespace: String
  private let descriptions: [String: MetricDescription]
  private let limits: MetricLimits
  private(set) var families: [String: Family] = [:]
  /// Names of samples, and the family that writes them: a histogram's `x_count` must not be a counter of its own too.
  private var claims: [String: String] = [:]
  private var places: [ObjectIdentifier: (family: String, labels: String)] = [:]

  init(namespace: String, descriptions: [String: MetricDescription], limits: MetricLimits) {
    self.namespace = namespace.isEmpty ? "" : MetricName.snakeCase(namespace)
    self.descriptions = descriptions
    self.limits = limits
    let own = rejections
    families[own.name] = own
    claims[own.name] = own.name
  }

  /// The metric that counts what the limits kept out.
  private var rejections: Family {
    Family(
      name: MetricName.exposed(
        "metric_series_rejected", kind: .counter, unit: nil, isTimer: false, namespace: namespace),
      kind: .counter,
      help: "Series that were not made because a metric had too many of them or its name was taken.",
      bounds: [])
  }

  /// The series for a label and dimensions, made if need be. What the limits do not allow is counted, and gets the
  /// metric's overflow series, or one that nobody sees.
  mutating func series<Series: MetricSeries>(
    _ type: Series.Type, kind: MetricKind, label: String, dimensions: [(String, String)],
    isTimer: Bool = false
  ) -> Series {
    let description = descriptions[label]
    let name = MetricName.exposed(
      label, kind: kind, unit: description?.unit, isTimer: isTimer, namespace: namespace)
    let bounds = kind == .histogram ? BucketBounds.chosen(for: description, isTimer: isTimer) : []
    if families[name] == nil {
      let samples = kind == .histogram ? [name, name + "_bucket", name + "_sum", name + "_count"] : [name]
      guard samples.allSatisfy({ claims[$0] == nil }) else {
        return rejected(Series(bounds: bounds), metric: name, why: .conflict)
      }
      guard families.count <= limits.metrics else {
        return rejected(Series(bounds: bounds), metric: "", why: .limit)
      }
      let help = description?.help ?? "\(label), as the program counts it."
      families[name] = Family(name: name, kind: kind, help: help, bounds: bounds)
      for sample in samples { claims[sample] = name }
    }
    guard var family = families[name], family.kind == kind else {
      return rejected(Series(bounds: bounds), metric: name, why: .conflict)
    }
    let labels = MetricName.labels(dimensions, kind: kind, valueBytes: limits.labelValueBytes)
    if let known = family.series[labels] {
      guard let handler = known.handler as? Series else {
        return rejected(Series(bounds: bounds), metric: name, why: .conflict)
      }
      families[name]?.series[labels]?.references += 1
      return handler
    }
    guard family.series.count < limits.seriesPerMetric else {
      // A gauge of "all others" would be whatever was set last: it says nothing, so it is not shown.
      let shared = (family.overflow as? Series) ?? Series(bounds: family.bounds)
      if kind != .gauge { family.overflow = shared }
      families[name] = family
      return rejected(shared, metric: name, why: .limit)
    }
    let handler = Series(bounds: family.bounds)
    families[name]?.series[labels] = (handler, 1)
    places[ObjectIdentifier(handler)] = (name, labels)
    return handler
  }

  private mutating func rejected<Series: MetricSeries>(
    _ series: Series, metric: String, why: Rejection
  ) -> Series {
    let own = rejections.name
    let dimensions =
      metric.isEmpty ? [("reason", why.rawValue)] : [("metric", metric), ("reason", why.rawValue)]
    let labels = MetricName.labels(dimensions, kind: .counter, valueBytes: limits.labelValueBytes)
    let known = families[own]?.series[labels]?.handler as? CounterSeries
    // Names of metrics are bounded where families are made; names in conflict are not, so they are here.
    if known == nil && (families[own]?.series.count ?? 0) > limits.metrics * 2 { return series }
    let counter = known ?? CounterSeries()
    counter.increment(by: Int64(1))
    families[own]?.series[labels] = (counter, 1)
    return series
  }

  /// One holder of a series is done with it; when all are, the series is forgotten.
  mutating func release(_ handler: AnyObject) {
    let identifier = ObjectIdentifier(handler)
    guard let place = places[identifier], let entry = families[place.family]?.series[place.labels] else {
      return
    }
    guard entry.references <= 1 else {
      families[place.family]?.series[place.labels]?.references -= 1
      return
    }
    families[place.family]?.series[place.labels] = nil
    places[identifier] = nil
  }
}
