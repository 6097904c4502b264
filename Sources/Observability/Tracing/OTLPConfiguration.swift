/// Where spans go and how. Read from the environment variables of the OpenTelemetry specification
/// (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables and …/protocol/exporter).
package struct OTLPConfiguration: Sendable {
  /// The address spans are posted to, whole.
  package var tracesEndpoint: String
  /// Sent with every export. May hold credentials: never printed.
  package var headers: SecretHeaders
  /// What made the spans: `service.name` and more.
  package var resource: [String: String]
  package var sampler: TraceSampler
  /// How long one attempt may take.
  package var timeout: Duration = .seconds(10)
  package var queue = SpanQueueLimits()
  package var retry = RetryPolicy()
  /// How long the last spans may take when the process ends.
  package var shutdownTimeout: Duration = .seconds(5)

  package init(
    tracesEndpoint: String, headers: [(String, String)] = [], resource: [String: String],
    sampler: TraceSampler = .standard
  ) {
    self.tracesEndpoint = tracesEndpoint
    self.headers = SecretHeaders(headers)
    self.resource = resource
    self.sampler = sampler
  }

  /// - Returns: nil if tracing is off: no endpoint is set, `OTEL_SDK_DISABLED=true` or `OTEL_TRACES_EXPORTER=none`;
  ///   and sentences on what could not be read and what is done instead.
  package static func read(
    environment: [String: String], serviceName: String, serviceVersion: String? = nil
  ) -> (configuration: OTLPConfiguration?, warnings: [String]) {
    var reader = EnvironmentReader(environment: environment)
    let configuration = reader.configuration(serviceName: serviceName, serviceVersion: serviceVersion)
    return (configuration, reader.warnings)
  }
}

/// Headers that no description shows.
package struct SecretHeaders: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let pairs: [(String, String)]
  init(_ pairs: [(String, String)]) { self.pairs = pairs }

  package var description: String { "\(pairs.count) headers, not shown" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Bounds of the queue between the spans that end and the export (`OTEL_BSP_…`).
package struct SpanQueueLimits: Sendable, Hashable {
  /// Spans that wait; what ends while so many do is dropped and counted.
  package var most = 2_048
  package var batch = 512
  /// How long a span waits for company at most.
  package var delay: Duration = .seconds(5)
}

/// How an export that may succeed later is tried again.
package struct RetryPolicy: Sendable, Hashable {
  package var attempts = 6
  package var firstDelay: Duration = .seconds(1)
  package var longestDelay: Duration = .seconds(30)
  /// A collector that asks for a longer pause is not waited for any longer.
  package var longestRetryAfter: Duration = .seconds(300)
}
