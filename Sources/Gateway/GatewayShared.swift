import Budgets
import ControlSQLite
import Directory
import Foundation
import Ledger
import Logging
import NIOHTTP1
import Tracing

/// What all event loops have in common; each part of it may be used from any of them.
final class GatewayShared: Sendable {
  let configuration: GatewayConfiguration
  let upstreams: [Upstream]
  let health: UpstreamHealth
  let budgets: BudgetBook
  let gatekeeper: Gatekeeper
  let prices: PriceCatalogue
  /// What owners are to be told; written by the service.
  let notices: AsyncStream<Notice>
  let connections: Gauge
  let drains: Gauge
  let log: Logger
  let now: @Sendable () -> Instant
  /// `nil`: nobody collects spans, and nothing is spent on them.
  let tracing: GatewayTracing?

  init(
    _ configuration: GatewayConfiguration, environment: [String: String], stores: Gateway.Stores,
    prices: PriceCatalogue, tracer: (any Tracer)?, log: Logger, clock: @escaping @Sendable () -> Instant
  ) throws {
    self.configuration = configuration
    self.prices = prices
    self.log = log
    now = clock
    tracing = tracer.map { GatewayTracing($0) }
    var upstreams: [Upstream] = []
    for upstream in configuration.upstreams {
      upstreams.append(try Upstream(upstream, environment: environment))
    }
    self.upstreams = upstreams
    health = UpstreamHealth(count: upstreams.count)
    // A flood of notices tells nobody more than its beginning.
    let (notices, noticesIn) = AsyncStream.makeStream(
      of: Notice.self, bufferingPolicy: .bufferingOldest(1000))
    self.notices = notices
    budgets = BudgetBook(
      policy: BudgetPolicy(unpricedModels: configuration.unpricedModels, repeats: configuration.repeats))
    try Self.load(budgets, from: stores.ledger, at: clock())
    gatekeeper = Gatekeeper(
      configuration: configuration, upstreams: upstreams, health: health, budgets: budgets,
      directory: try LiveDirectory(stores.control), notices: noticesIn, log: log, clock: clock)
    connections = Gauge(bound: configuration.bounds.connections)
    drains = Gauge(bound: configuration.bounds.drains)
  }

  /// Days make up months and weeks; of the last minutes single seconds are wanted, since minutes slide.
  private static func load(_ budgets: BudgetBook, from store: any LedgerStore & CallStore, at now: Instant)
    throws
  {
    let recent = now - .minutes(3)
    let end = now + .days(1)
    let earlier = try store.charges(in: BudgetBook.loadStart(at: now)..<recent, by: .hours(1))
    let latest = try store.charges(in: recent..<end, by: .seconds(1))
    budgets.load(
      (earlier + latest).map {
        Charge(scopes: $0.scopes, cost: $0.charged, tokens: $0.tokens, requests: $0.calls, admitted: $0.slot)
      }, at: now)
  }

  /// What the gateway answers for itself: whether it is well.
  func page(for head: HTTPRequestHead) -> PlainAnswer? {
    guard head.method == .GET, head.uri == "/healthz" else { return nil }
    return PlainAnswer(
      status: .ok, headers: [("content-type", "text/plain; charset=utf-8")], body: Array("ok\n".utf8))
  }
}
