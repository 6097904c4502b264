import CoreMetrics
import Foundation
import Metrics
import Synchronization
import Testing

@testable import Observability

@Suite("Metrics in Prometheus' format")
struct PrometheusMetricsTests {
  @Test("A scrape shows every kind of metric, sorted, with units in the names")
  func exposition() throws {
    let metrics = PrometheusMetrics(descriptions: [
      "gateway.calls": .init("Calls that ended, by provider and status."),
      "gateway.call.duration": .init(
        "From the request's last byte in to the answer's last byte out.", buckets: [0.1, 1]),
      "gateway.request.size": .init("Bodies as they came.\nBack\\slash.", unit: .bytes, buckets: [1_000]),
      "gateway.spent": .init("What calls cost.", unit: .dollars),
      "gateway.streams": .init("Answers that are being streamed."),
    ])
    Counter(
      label: "gateway.calls", dimensions: [("status", "200"), ("provider", "anthropic")], factory: metrics
    )
    .increment(by: 41)
    Counter(
      label: "gateway.calls", dimensions: [("provider", "anthropic"), ("status", "200")], factory: metrics
    )
    .increment()
    Counter(
      label: "gateway.calls", dimensions: [("provider", "a\\b\"c\nd"), ("status", "500")], factory: metrics
    )
    .increment()
    FloatingPointCounter(label: "gateway.spent", factory: metrics).increment(by: 0.25)
    Gauge(label: "gateway.streams", factory: metrics).record(3)
    Meter(label: "gateway.upstream.health", factory: metrics).set(0.5)
    let timer = Metrics.Timer(label: "gateway.call.duration", factory: metrics)
    timer.recordMilliseconds(100)
    timer.recordMilliseconds(101)
    timer.recordSeconds(2)
    Recorder(label: "gateway.request.size", dimensions: [("le", "x")], factory: metrics).record(1_000)
    try Evidence.keep("exposition.prom", metrics.render().utf8)
    #expect(
      metrics.render() == #"""
        # HELP assay_gateway_call_duration_seconds From the request's last byte in to the answer's last byte out.
        # TYPE assay_gateway_call_duration_seconds histogram
        assay_gateway_call_duration_seconds_bucket{le="0.1"} 1
        assay_gateway_call_duration_seconds_bucket{le="1"} 2
        assay_gateway_call_duration_seconds_bucket{le="+Inf"} 3
        assay_gateway_call_duration_seconds_sum 2.201
        assay_gateway_call_duration_seconds_count 3
        # HELP assay_gateway_calls_total Calls that ended, by provider and status.
        # TYPE assay_gateway_calls_total counter
        assay_gateway_calls_total{provider="a\\b\"c\nd",status="500"} 1
        assay_gateway_calls_total{provider="anthropic",status="200"} 42
        # HELP assay_gateway_request_size_bytes Bodies as they came.\nBack\\slash.
        # TYPE assay_gateway_request_size_bytes histogram
        assay_gateway_request_size_bytes_bucket{exported_le="x",le="1000"} 1
        assay_gateway_request_size_bytes_bucket{exported_le="x",le="+Inf"} 1
        assay_gateway_request_size_bytes_sum{exported_le="x"} 1000
        assay_gateway_request_size_bytes_count{exported_le="x"} 1
        # HELP assay_gateway_spent_dollars_total What calls cost.
        # TYPE assay_gateway_spent_dollars_total counter
        assay_gateway_spent_dollars_total 0.25
        # HELP assay_gateway_streams Answers that are being streamed.
        # TYPE assay_gateway_streams gauge
        assay_gateway_streams 3
        # HELP assay_gateway_upstream_health gateway.upstream.health, as the program counts it.
        # TYPE assay_gateway_upstream_health gauge
        assay_gateway_upstream_health 0.5

        """#)
  }

  @Test(
    "Names follow Prometheus' rules",
    arguments: [
      ("gateway.calls", MetricKind.counter, nil, false, "assay_gateway_calls_total"),
      ("gateway.calls.total", .counter, nil, false, "assay_gateway_calls_total"),
      ("bytes.total", .counter, .bytes, false, "assay_bytes_total"),
      ("ledgerDrain.writeTime", .histogram, nil, true, "assay_ledger_drain_write_time_seconds"),
      ("call.ms", .histogram, nil, true, "assay_call_seconds"),
      ("call.seconds", .histogram, nil, true, "assay_call_seconds"),
      ("assay_up", .gauge, nil, false, "assay_up"),
      ("pool::size--now!", .gauge, nil, false, "assay_pool_size_now"),
      ("größe", .gauge, nil, false, "assay_gr_e"),
      ("", .gauge, nil, false, "assay_unnamed"),
      ("9lives\n# TYPE x counter", .counter, nil, false, "assay__9lives_type_x_counter_total"),
    ] as [(String, MetricKind, MetricUnit?, Bool, String)])
  func names(label: String, kind: MetricKind, unit: MetricUnit?, isTimer: Bool, expected: String) {
    #expect(
      MetricName.exposed(label, kind: kind, unit: unit, isTimer: isTimer, namespace: "assay") == expected)
  }

  /// Knows how often somebody else came by while one of many did `body`.
  private final class Witness: Sendable {
    private let count = Atomic<Int>(0)
    private let met = Atomic<Int>(0)
    var meetings: Int { met.load(ordering: .relaxed) }

    func counting(_ body: () -> Void) {
      let seen = count.load(ordering: .relaxed)
      body()
      if count.wrappingAdd(1, ordering: .relaxed).oldValue != seen { met.wrappingAdd(1, ordering: .relaxed) }
    }
  }

  /// Where threads wait until all of them are there.
  private final class StartingLine: Sendable {
    private let missing: Atomic<Int>
    init(_ count: Int) { missing = Atomic(count) }

    func wait() {
      missing.wrappingSubtract(1, ordering: .acquiringAndReleasing)
      while missing.load(ordering: .acquiring) > 0 {}
    }
  }

  @Test(
    "Nothing that many count at once is lost",
    arguments: ["counter", "floating counter", "meter", "histogram"])
  func concurrency(_ kind: String) async {
    let metrics = PrometheusMetrics()
    let (threads, steps) = (4, 20_000)
    let witness = Witness()
    var all = 0
    // Until they have met often: a run in which each was done before the next began would prove nothing. A counter
    // that loads and stores loses then.
    let enough = 1000
    repeat {
      let line = StartingLine(threads)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<threads {
          group.addTask {
            await withCheckedContinuation { done in
              Thread.detachNewThread {
                let step = Self.step(kind, metrics)
                line.wait()
                for number in 0..<steps { witness.counting { step(number) } }
                done.resume()
              }
            }
          }
        }
      }
      all += threads * steps
    } while witness.meetings < enough && all < 100 * threads * steps
    #expect(witness.meetings >= enough, "they hardly met")
    let text = metrics.render()
    func expect(_ name: String, _ value: Int) {
      #expect(text.contains("\nassay_n\(name) \(value)\n"), "\(text)")
    }
    switch kind {
    case "counter": expect("_total", all)
    case "floating counter": expect("_total", all / 2)
    case "meter": expect("", all)
    default:
      expect("_bucket{le=\"1\"}", all / 2)
      expect("_sum", all / 2 * 5)
      expect("_count", all)
    }
  }

  /// What one who counts does again and again, with a handle of its own.
  private static func step(_ kind: String, _ metrics: PrometheusMetrics) -> (Int) -> Void {
    switch kind {
    case "counter":
      let counter = Counter(label: "n", factory: metrics)
      return { _ in counter.increment() }
    case "floating counter":
      let counter = FloatingPointCounter(label: "n", factory: metrics)
      return { _ in counter.increment(by: 0.5) }
    case "meter":
      let meter = Meter(label: "n", factory: metrics)
      return { _ in
        meter.increment(by: 2)
        meter.decrement(by: 1)
      }
    default:
      let recorder = Recorder(label: "n", factory: metrics)
      return { recorder.record($0 % 2 == 0 ? 1 : 4) }
    }
  }

  @Test("While values are recorded, a histogram's count always equals its last bucket and buckets never fall")
  func consistency() async {
    let metrics = PrometheusMetrics()
    let size = Recorder(label: "size", factory: metrics)
    size.record(1)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for step in 0..<20_000 { size.record(step % 2_000) } }
      group.addTask {
        for _ in 0..<50 {
          let samples = Exposed.samples(metrics.render())
          let buckets = samples.filter { $0.name == "assay_size_bucket" }.compactMap { UInt64($0.value) }
          let count = samples.first { $0.name == "assay_size_count" }.flatMap { UInt64($0.value) }
          #expect(buckets == buckets.sorted())
          #expect(buckets.last == count)
        }
      }
    }
  }

  @Test("Beyond the cap of series totals stay right, and what was rejected is counted")
  func cardinality() throws {
    var limits = MetricLimits()
    limits.seriesPerMetric = 10
    limits.metrics = 4
    let metrics = PrometheusMetrics(limits: limits)
    for model in 0..<25 {
      let dimensions = [("model", "m\(model)")]
      Counter(label: "calls", dimensions: dimensions, factory: metrics).increment(by: 2)
      Metrics.Timer(label: "time", dimensions: dimensions, factory: metrics).recordSeconds(1)
      Meter(label: "open", dimensions: dimensions, factory: metrics).set(1)
    }
    for metric in 0..<50 { Counter(label: "other\(metric)", factory: metrics).increment() }
    try Evidence.keep("cardinality.prom", metrics.render().utf8)
    let samples = Exposed.samples(metrics.render())
    let calls = samples.filter { $0.name == "assay_calls_total" }
    #expect(calls.count == 11)
    #expect(calls.compactMap { Int($0.value) }.reduce(0, +) == 50)
    #expect(calls.filter { $0.labels == ["overflow": "true"] }.map(\.value) == ["30"])
    let times = samples.filter { $0.name == "assay_time_seconds_count" }
    #expect(times.compactMap { Int($0.value) }.reduce(0, +) == 25)
    #expect(samples.filter { $0.name == "assay_open" }.count == 10)
    let rejected = samples.filter { $0.name == "assay_metric_series_rejected_total" }
    #expect(rejected.first { $0.labels["metric"] == "assay_calls_total" }?.value == "15")
    #expect(rejected.first { $0.labels["metric"] == "assay_open" }?.value == "15")
    #expect(rejected.first { $0.labels == ["reason": "limit"] }?.value == "49")
  }

  @Test("A name taken by another kind of metric is not shown twice")
  func conflicts() {
    let metrics = PrometheusMetrics()
    Metrics.Timer(label: "call", factory: metrics).recordSeconds(1)
    Meter(label: "call.seconds", factory: metrics).set(1)
    Meter(label: "call.seconds.count", factory: metrics).set(1)
    Counter(label: "a.b", factory: metrics).increment()
    Counter(label: "a-b", factory: metrics).increment()
    let samples = Exposed.samples(metrics.render())
    #expect(samples.filter { $0.name == "assay_call_seconds_count" }.map(\.value) == ["1"])
    #expect(samples.filter { $0.name == "assay_call_seconds" }.isEmpty)
    #expect(samples.first { $0.name == "assay_a_b_total" }?.value == "2")
    #expect(samples.filter { $0.labels["reason"] == "conflict" }.count == 2)
  }

  @Test("A destroyed series goes when its last holder is gone")
  func destruction() {
    let metrics = PrometheusMetrics()
    let first = Counter(label: "calls", factory: metrics)
    let second = Counter(label: "calls", factory: metrics)
    first.destroy()
    second.increment()
    #expect(metrics.render().contains("assay_calls_total 1"))
    second.destroy()
    #expect(metrics.render().isEmpty)
  }

  @Test("Values that would spoil a series for good are left out")
  func nonsense() {
    let metrics = PrometheusMetrics()
    let spent = FloatingPointCounter(label: "spent", factory: metrics)
    let time = Metrics.Timer(label: "time", factory: metrics)
    let size = Recorder(label: "size", factory: metrics)
    spent.increment(by: Double.nan)
    spent.increment(by: -1.0)
    spent.increment(by: Double.infinity)
    time.recordNanoseconds(-5)
    size.record(Double.nan)
    size.record(Double.infinity)
    Counter(label: "calls", factory: metrics).increment(by: -1)
    let samples = Exposed.samples(metrics.render())
    #expect(Set(samples.map(\.value)) == ["0"])
  }

  @Test(
    "Whatever stands in a label's value comes back from the text as it was, up to line ends that have no escape"
  )
  func labelsRoundTrip() throws {
    var random = Seeded(seed: 7)
    let all = PrometheusMetrics()
    let alphabet = "\"\\\n={},# a0é😀\t".map(String.init) + ["le"]
    for _ in 0..<300 {
      let value = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? " "
      }.joined()
      Counter(label: "all", dimensions: [("key", value)], factory: all).increment()
      let metrics = PrometheusMetrics()
      Counter(label: "x", dimensions: [("key", value), ("z", "end")], factory: metrics).increment(by: 7)
      let sample = try #require(Exposed.samples(metrics.render()).first)
      #expect(sample.labels == ["key": value, "z": "end"])
      #expect(sample.value == "7")
    }
    try Evidence.keep("hostile-labels.prom", all.render().utf8)
  }
}

/// Reads the exposition format by its rules, independently of how it is written.
enum Exposed {
  struct Sample {
    var name = ""
    var labels: [String: String] = [:]
    var value = ""
  }

  static func samples(_ text: String) -> [Sample] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      var sample = Sample()
      var rest = Substring(line)
      sample.name = String(rest.prefix { $0 != "{" && $0 != " " })
      rest = rest.dropFirst(sample.name.count)
      if rest.first == "{" {
        rest = rest.dropFirst()
        while let next = rest.first, next != "}" {
          if next == "," { rest = rest.dropFirst() }
          let key = String(rest.prefix { $0 != "=" })
          rest = rest.dropFirst(key.count + 2)
          var value = String.UnicodeScalarView()
          var scalars = rest.unicodeScalars
          while let scalar = scalars.popFirst(), scalar != "\"" {
            if scalar == "\\", let escaped = scalars.popFirst() {
              value.append(escaped == "n" ? "\n" : escaped)
            } else {
              value.append(scalar)
            }
          }
          rest = Substring(scalars)
          sample.labels[key] = String(value)
        }
        rest = rest.dropFirst()
      }
      sample.value = String(rest.dropFirst())
      return sample
    }
  }
}

/// SplitMix64: the same numbers every time.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
