import AsyncHTTPClient
import ControlSQLite
import Foundation
import Gateway
import Ledger
import LedgerSQLite
import Logging
import Metrics
import Observability
import ServiceLifecycle
import ServiceSettings
import UnixSignals

/// What every long-running command sets up once and takes down again: logging, metrics, tracing, outgoing
/// connections, and services until a signal stops them.
struct LongRunningProcess {
  let log: Logger
  /// Follows no redirects.
  let client: HTTPClient
  let environment: [String: String]
  private let metrics: PrometheusMetrics

  /// - Parameter isQuiet: Whether only what somebody has to see to is logged, because the output is for something else.
  init(label: String, environment: [String: String], isQuiet: Bool = false) {
    Self.raiseFileLimit()
    metrics = PrometheusMetrics(descriptions: Gateway.metricHelp.mapValues { MetricDescription($0) })
    MetricsSystem.bootstrap(metrics)
    LoggingSystem.bootstrap { LineLogHandler(label: $0, level: isQuiet ? .warning : .info) }
    log = Logger(label: label)
    client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    self.environment = environment
  }

  /// The gateway, and what of its metrics and traces goes out.
  func gatewayServices(
    _ configuration: GatewayConfiguration, ledger: SQLiteLedger, control: ControlStore,
    spoolDirectory: String,
    prices: PriceCatalogue, onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
  ) throws -> [any Service] {
    var services: [any Service] = []
    if let address = configuration.metrics {
      services.append(MetricsListener(address, render: metrics.render, log: log))
    }
    let spans = OTLPConfiguration.read(
      environment: environment, serviceName: "assay-gateway", serviceVersion: nil)
    for warning in spans.warnings { log.warning("\(warning)") }
    let tracer = spans.configuration.map { OTLPTracer(configuration: $0, client: client, logger: log) }
    if let tracer { services.append(tracer) }
    let scheme = configuration.tls == nil ? "http" : "https"
    let stores = Gateway.Stores(ledger: ledger, control: control, spoolDirectory: spoolDirectory)
    services.append(
      Gateway(
        configuration, environment: environment, stores: stores, prices: prices, tracer: tracer, log: log,
        onListening: { [log] port in
          onListening(port)
          log.notice("listening on \(scheme)://\(configuration.listen.named(port: port))")
        }))
    return services
  }

  /// Runs until a signal asks to stop, a service fails, or the last one ends where it may, and takes down what was set up.
  func run(_ services: [any Service], endsWithLast: Bool = false) async throws {
    var services = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
    if endsWithLast, !services.isEmpty {
      services[services.count - 1].successTerminationBehavior = .gracefullyShutdownGroup
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
    do {
      try await group.run()
    } catch {
      try? await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }

  /// Each call takes two connections, and the usual limit is for programs that have few files open.
  private static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension ListenAddress {
  /// As it stands in an address for people.
  func named(port: Int) -> String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
