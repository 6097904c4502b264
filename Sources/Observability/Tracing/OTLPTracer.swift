package import AsyncHTTPClient
package import CoreMetrics
package import Instrumentation
package import Logging
import ServiceLifecycle
package import Tracing
import Synchronization

/// Records spans and exports them as OTLP/HTTP JSON.
///
/// Exists only where an endpoint is configured (`OTLPConfiguration.read` gives one); elsewhere keep nil, or bootstrap
/// nothing, and tracing costs nothing. Starting and ending spans never waits: spans go into a bounded queue that `run`
/// empties. Put it first in the `ServiceGroup`, so that it stops last.
package final class OTLPTracer: Tracer, Service {
  private let configuration: OTLPConfiguration
  private let client: HTTPClient
  private let logger: Logger
  private let queue: SpanQueue
  private let exportCounts = Mutex(ExportCounts())
  private let metrics: any MetricsFactory

  /// - Parameters:
  ///   - client: used for the exports; must not follow redirects, which would hand `headers` on to others.
  ///   - logger: told when spans are lost.
  ///   - metrics: counts spans as `otlp.spans` by what came of them.
  package init(
    configuration: OTLPConfiguration, client: HTTPClient, logger: Logger,
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    self.configuration = configuration
    self.client = client
    self.logger = logger
    self.metrics = metrics
    queue = SpanQueue(limits: configuration.queue)
  }

  package var counts: ExportCounts {
    var counts = exportCounts.withLock { $0 }
    counts.dropped = queue.dropped
    return counts
  }

  package func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> OTLPSpan {
    var context = context()
    if context.isUntraced { return OTLPSpan(context: context, record: nil) }
    let parent = context.traceContext
    let trace = parent?.traceID ?? .random()
    let isSampled = configuration.sampler.samples(trace, parent: parent)
    var flags = parent?.flags ?? .random
    if isSampled { flags.insert(.sampled) } else { flags.remove(.sampled) }
    let own = TraceContext(traceID: trace, spanID: .random(), flags: flags, state: parent?.state ?? .empty)
    context.traceContext = own
    guard isSampled else { return OTLPSpan(context: context, record: nil) }
    let record = SpanRecord(
      name: operationName, context: own, parent: parent, kind: kind, start: instant().nanosecondsSinceEpoch,
      queue: queue)
    return OTLPSpan(context: context, record: record)
  }

  /// Asks for an export soon; does not wait for it.
  package func forceFlush() { queue.nudge() }

  package func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
    let state = extractor.extract(key: "tracestate", from: carrier)
    guard let caller = TraceContext(traceparent: parent, tracestate: state) else { return }
    context.traceContext = caller
  }

  package func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let own = context.traceContext else { return }
    injector.inject(own.traceparent, forKey: "traceparent", into: &carrier)
    if !own.state.text.isEmpty { injector.inject(own.state.text, forKey: "tracestate", into: &carrier) }
  }

  /// Exports until graceful shutdown; then what still waits, for as long as `shutdownTimeout` allows.
  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.exportAll() }
      group.addTask { await self.tick() }
      group.addTask { await self.closeOnShutdown() }
      // The export ends when the queue is closed and empty; the closing task when time is up; ticking only with them.
      await group.next()
      group.cancelAll()
    }
    queue.close()
    queue.discard()
  }

  private func tick() async {
    while (try? await Task.sleep(for: configuration.queue.delay)) != nil { queue.nudge() }
  }

  private func closeOnShutdown() async {
    guard (try? await gracefulShutdown()) != nil else { return }
    queue.close()
    try? await Task.sleep(for: configuration.shutdownTimeout)
  }

  private func exportAll() async {
    var exporter = OTLPExporter(configuration: configuration, client: client, logger: logger)
    var reported: UInt64 = 0
    var shown = ExportMetrics(factory: metrics)
    func drain() async {
      while true {
        let batch = queue.take()
        if batch.isEmpty { break }
        guard !Task.isCancelled else {
          exporter.giveUp(batch.count)
          continue
        }
        await exporter.export(batch)
        exportCounts.withLock { $0 = exporter.counts }
      }
      let dropped = queue.dropped
      if dropped > reported {
        logger.warning(
          "Spans were dropped because too many waited for export",
          metadata: ["otlp.spans": "\(dropped - reported)"])
        reported = dropped
      }
      shown.show(counts)
    }
    for await _ in queue.wakeups { await drain() }
    await drain()
    exportCounts.withLock { $0 = exporter.counts }
    shown.show(counts)
  }
}

/// The counts as metrics.
private struct ExportMetrics {
  private let exported, rejected, failed, dropped: Counter
  private var shown = ExportCounts()

  init(factory: any MetricsFactory) {
    func counter(_ outcome: String) -> Counter {
      Counter(label: "otlp.spans", dimensions: [("outcome", outcome)], factory: factory)
    }
    exported = counter("exported")
    rejected = counter("rejected")
    failed = counter("failed")
    dropped = counter("dropped")
  }

  mutating func show(_ counts: ExportCounts) {
    exported.increment(by: counts.exported - shown.exported)
    rejected.increment(by: counts.rejected - shown.rejected)
    failed.increment(by: counts.failed - shown.failed)
    dropped.increment(by: counts.dropped - shown.dropped)
    shown = counts
  }
}
