import ArgumentParser
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
import UnixSignals
import Surroundings

struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Passes model calls on to their providers, and meters every one of them.",
    discussion: """
      Point a tool at it and nothing else changes:
        ANTHROPIC_BASE_URL=http://127.0.0.1:8787   Claude Code, Anthropic's SDKs
        OPENAI_BASE_URL=http://127.0.0.1:8787/v1   Codex, OpenAI's SDKs

      Without a configuration it serves this machine alone: calls go to the providers themselves, with the key in \
      ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or else with whatever the client signs in with. \
      docs/gateway.md explains the file that serves an organisation.

      EXAMPLES
        assay gateway
        assay gateway --config gateway.yaml
        assay key create laptop --person ada@example.org

      EXIT STATUS
        0   stopped by a signal, with every call settled
        1   it could not start, or had to stop; the message says why
      """)

  @Option(help: ArgumentHelp("A YAML file; see docs/gateway.md.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Where to listen instead: address:port.", valueName: "address"))
  var listen: String?

  @Option(help: ArgumentHelp("The ledger that calls are written to.", valueName: "file"))
  var ledger: String?

  @Option(help: ArgumentHelp("The control database: people, keys, limits.", valueName: "file"))
  var control: String?

  @Option(help: ArgumentHelp("The directory of the write-ahead spool.", valueName: "dir"))
  var spool: String?

  @Option(help: ArgumentHelp("An organisation's own price file. Also $ASSAY_PRICES.", valueName: "file"))
  var prices: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var configuration =
      try config.map { try GatewayConfiguration(fileAt: GivenPath.absolute($0)) }
      ?? GatewayConfiguration.local(environment: environment)
    if let listen { configuration.listen = try ListenAddress(listen, key: "--listen") }
    try configuration.validate()

    raiseFileLimit()
    let metrics = PrometheusMetrics(descriptions: Gateway.metricHelp.mapValues { MetricDescription($0) })
    MetricsSystem.bootstrap(metrics)
    LoggingSystem.bootstrap { LineLogHandler(label: $0, level: .info) }
    let log = Logger(label: "gateway")

    let data = XDGDirectory.data
    let stores = Gateway.Stores(
      ledger: try SQLiteLedger(path: ledger.map(GivenPath.absolute) ?? data + "/ledger.sqlite"),
      control: try ControlStore(path: control.map(GivenPath.absolute) ?? data + "/control.sqlite"),
      spoolDirectory: spool.map(GivenPath.absolute) ?? data + "/spool")
    let prices = try PriceCatalogue.builtIn(
      withFileAt: prices ?? environment["ASSAY_PRICES"].flatMap { $0.isEmpty ? nil : $0 })
    let scheme = configuration.tls == nil ? "http" : "https"
    let host = configuration.listen.host
    var services: [any Service] = []
    if let address = configuration.metrics {
      services.append(MetricsListener(address, render: metrics.render, log: log))
    }
    let spans = OTLPConfiguration.read(
      environment: environment, serviceName: "assay-gateway", serviceVersion: nil)
    for warning in spans.warnings { log.warning("\(warning)") }
    let collector = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    let tracer = spans.configuration.map { OTLPTracer(configuration: $0, client: collector, logger: log) }
    if let tracer { services.append(tracer) }
    services.append(
      Gateway(
        configuration, environment: environment, stores: stores, prices: prices, tracer: tracer, log: log,
        onListening: { port in
          log.notice("listening on \(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        }))
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    do {
      try await group.run()
    } catch {
      try? await collector.shutdown()
      throw error
    }
    try await collector.shutdown()
  }

  /// Each call takes two connections, and the usual limit is for programs that have few files open.
  private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
