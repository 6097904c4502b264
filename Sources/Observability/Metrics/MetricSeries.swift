import CoreMetrics
import Synchronization

/// The types of the exposition format that we use.
enum MetricKind: String, Sendable {
  case counter, gauge, histogram
}

/// One series: a metric with one set of labels. Updated by anyone at any time without a lock.
protocol MetricSeries: AnyObject, Sendable {
  init(bounds: [Double])
  /// Appends this series' sample lines. `labels` is what stands between the braces, without them.
  func appendSamples(name: String, labels: String, to text: inout String)
}

/// A sum that only goes up. Whole numbers cost one relaxed atomic addition.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
  private let whole = Atomic<UInt64>(0)
  /// Bit pattern of a Double: what `FloatingPointCounter`s added.
  private let fraction = Atomic<UInt64>(0)

  init(bounds: [Double] = []) {}

  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
  }

  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    fraction.add(amount)
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.store(0, ordering: .relaxed)
  }

  func appendSamples(name: String, labels: String, to text: inout String) {
    let whole = whole.load(ordering: .relaxed)
    let fraction = Double(bitPattern: fraction.load(ordering: .relaxed))
    let value = fraction == 0 ? String(whole) : Exposition.number(Double(whole) + fraction)
    Exposition.appendSample(name, labels, value, to: &text)
  }
}

/// A value that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
  private let bits = Atomic<UInt64>(0)

  init(bounds: [Double] = []) {}

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }

  func increment(by amount: Double) {
    guard amount.isFinite else { return }
    bits.add(amount)
  }

  func decrement(by amount: Double) { increment(by: -amount) }

  func appendSamples(name: String, labels: String, to text: inout String) {
    let value = Double(bitPattern: bits.load(ordering: .relaxed))
    Exposition.appendSample(name, labels, Exposition.number(value), to: &text)
  }
}

/// How many values fell below each bound. A timer's values come in nanoseconds and are shown in seconds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
  private final class Bucket: Sendable {
    let count = Atomic<UInt64>(0)
  }
  private let bounds: [Double]
  /// One for each bound and one for what lies above the last; each value is counted in one of them.
  private let buckets: [Bucket]
  private let sum = Atomic<UInt64>(0)

  init(bounds: [Double]) {
    self.bounds = bounds
    buckets = (0...bounds.count).map { _ in Bucket() }
  }

  func recordNanoseconds(_ duration: Int64) {
    // A wall clock that was set back makes negative durations; they say nothing.
    guard duration >= 0 else { return }
    record(Double(duration) / 1e9)
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    // One NaN or infinity would make the sum useless for good.
    guard value.isFinite else { return }
    var index = 0
    while index < bounds.count && value > bounds[index] { index += 1 }
    buckets[index].count.wrappingAdd(1, ordering: .relaxed)
    sum.add(value)
  }

  func appendSamples(name: String, labels: String, to text: inout String) {
    let separator = labels.isEmpty ? "" : ","
    var count: UInt64 = 0
    for (index, bucket) in buckets.enumerated() {
      count &+= bucket.count.load(ordering: .relaxed)
      let bound = index < bounds.count ? Exposition.number(bounds[index]) : "+Inf"
      Exposition.appendSample(
        "\(name)_bucket", "\(labels)\(separator)le=\"\(bound)\"", String(count), to: &text)
    }
    let sum = Double(bitPattern: sum.load(ordering: .relaxed))
    Exposition.appendSample("\(name)_sum", labels, Exposition.number(sum), to: &text)
    // The count is the sum of the buckets just read, so that it agrees with them whatever happens meanwhile.
    Exposition.appendSample("\(name)_count", labels, String(count), to: &text)
  }
}

extension Atomic where Value == UInt64 {
  /// Adds to the Double whose bit pattern this holds.
  fileprivate borrowing func add(_ amount: Double) {
    var seen = load(ordering: .relaxed)
    while true {
      let wanted = (Double(bitPattern: seen) + amount).bitPattern
      let (done, original) = weakCompareExchange(expected: seen, desired: wanted, ordering: .relaxed)
      if done { return }
      seen = original
    }
  }
}

/// The lines of the text exposition format 0.0.4.
enum Exposition {
  static func appendSample(_ name: String, _ labels: String, _ value: String, to text: inout String) {
    text += name
    if !labels.isEmpty {
      text += "{"
      text += labels
      text += "}"
    }
    text += " "
    text += value
    text += "\n"
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return value.description
  }
}
