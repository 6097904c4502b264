/// What an OTLP/HTTP request carries, as its path says (OpenTelemetry protocol specification, "OTLP/HTTP Request").
package enum OTLPSignal: String, CaseIterable, Sendable, Hashable {
  case logs, metrics, traces

  /// Below the base address.
  package var path: String { "/v1/\(rawValue)" }
}
