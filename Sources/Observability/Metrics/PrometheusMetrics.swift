package import CoreMetrics
import Synchronization

/// Metrics kept in memory and shown in Prometheus' text exposition format 0.0.4.
///
/// Make one in the composition root, hand it to `MetricsSystem.bootstrap` (or to each metric as its `factory`), and
/// answer scrapes with `render()`. Metric objects are made once and kept: making one takes a lock and makes strings;
/// using one takes an atomic addition.
package final class PrometheusMetrics: MetricsFactory {
  /// The `Content-Type` of what `render()` gives.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let registry: Mutex<MetricRegistry>

  /// - Parameters:
  ///   - namespace: the first word of every name.
  ///   - descriptions: by the label that the program uses (`gateway.call.duration`).
  package init(
    namespace: String = "assay", descriptions: [String: MetricDescription] = [:],
    limits: MetricLimits = .init()
  ) {
    registry = Mutex(MetricRegistry(namespace: namespace, descriptions: descriptions, limits: limits))
  }

  /// All metrics that have series, by name; the same values always give the same text.
  package func render() -> String {
    let families = registry.withLock { $0.families }
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      if family.series.isEmpty { continue }
      text += "# HELP \(name) \(MetricName.escapedHelp(family.help))\n"
      text += "# TYPE \(name) \(family.kind.rawValue)\n"
      for (labels, entry) in family.series.sorted(by: { $0.key < $1.key }) {
        entry.handler.appendSamples(name: name, labels: labels, to: &text)
      }
      family.overflow?.appendSamples(name: name, labels: "overflow=\"true\"", to: &text)
    }
    return text
  }

  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    registry.withLock { $0.series(CounterSeries.self, kind: .counter, label: label, dimensions: dimensions) }
  }

  package func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    registry.withLock { $0.series(CounterSeries.self, kind: .counter, label: label, dimensions: dimensions) }
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    registry.withLock { $0.series(GaugeSeries.self, kind: .gauge, label: label, dimensions: dimensions) }
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else {
      return registry.withLock {
        $0.series(GaugeSeries.self, kind: .gauge, label: label, dimensions: dimensions)
      }
    }
    return registry.withLock {
      $0.series(HistogramSeries.self, kind: .histogram, label: label, dimensions: dimensions)
    }
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    registry.withLock {
      $0.series(HistogramSeries.self, kind: .histogram, label: label, dimensions: dimensions, isTimer: true)
    }
  }

  package func destroyCounter(_ handler: any CounterHandler) { registry.withLock { $0.release(handler) } }

  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    registry.withLock { $0.release(handler) }
  }

  package func destroyMeter(_ handler: any MeterHandler) { registry.withLock { $0.release(handler) } }
  package func destroyRecorder(_ handler: any RecorderHandler) { registry.withLock { $0.release(handler) } }
  package func destroyTimer(_ handler: any TimerHandler) { registry.withLock { $0.release(handler) } }
}
