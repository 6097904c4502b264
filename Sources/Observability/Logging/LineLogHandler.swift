import Instrumentation
package import Logging
import Tracing

/// Writes each log record as one line, with credentials taken out and nothing in it that could pass for another line.
///
/// In the composition root: `LoggingSystem.bootstrap { LineLogHandler(label: $0) }`.
package struct LineLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let sink: LogSink
  private let format: LogFormat

  /// - Parameter format: nil: what suits the sink.
  package init(
    label: String, level: Logger.Level = .info, sink: LogSink = .standardError, format: LogFormat? = nil,
    metadataProvider: Logger.MetadataProvider? = nil
  ) {
    self.label = label
    self.logLevel = level
    self.sink = sink
    self.format = format ?? .suited(to: sink)
    self.metadataProvider = metadataProvider
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, later in later } }
    if let own = event.metadata { all.merge(own) { _, later in later } }
    if let error = event.error {
      all["error.type"] = "\(String(reflecting: type(of: error)))"
      all["error.message"] = "\(error)"
    }
    let record = LogRecord(
      nanosecondsSinceEpoch: DefaultTracerClock.now.nanosecondsSinceEpoch, level: event.level, label: label,
      message: event.message.description, metadata: all, trace: ServiceContext.current?.traceContext)
    sink.write(record.line(format))
  }
}
