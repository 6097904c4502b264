import Budgets
package import ControlSQLite
import Foundation
package import Ledger
package import Logging
import Metering
import NIOCore
import NIOPosix
import ServiceLifecycle
package import Tracing
import ServiceSettings

/// The gateway as a service: recovers what a crash left, listens, and stops in good order.
///
/// Whoever prints it (ServiceLifecycle logs its services) sees its name only: what it holds has secrets in it.
package struct Gateway: Service, CustomStringConvertible, CustomReflectable {
  /// What it stands on: where calls are recorded and who may make them.
  package struct Stores: Sendable {
    package var ledger: any LedgerStore & CallStore
    package var control: ControlStore
    /// Of this gateway alone.
    package var spoolDirectory: String

    package init(ledger: any LedgerStore & CallStore, control: ControlStore, spoolDirectory: String) {
      self.ledger = ledger
      self.control = control
      self.spoolDirectory = spoolDirectory
    }
  }

  private let configuration: GatewayConfiguration
  private let environment: [String: String]
  private let stores: Stores
  private let prices: PriceCatalogue
  private let tracer: (any Tracer)?
  private let log: Logger
  private let clock: @Sendable () -> Instant
  private let onListening: @Sendable (Int) -> Void

  /// - Parameters:
  ///   - environment: Where upstreams' credentials may be.
  ///   - clock: By which calls are dated, limits reset and keys expire.
  ///   - onListening: Told the port, once calls are taken.
  package init(
    _ configuration: GatewayConfiguration, environment: [String: String], stores: Stores,
    prices: PriceCatalogue,
    tracer: (any Tracer)? = nil, log: Logger,
    clock: @escaping @Sendable () -> Instant = { Instant(Date()) },
    onListening: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.environment = environment
    self.stores = stores
    self.prices = prices
    self.tracer = tracer
    self.log = log
    self.clock = clock
    self.onListening = onListening
  }

  package var description: String { "gateway" }
  package var customMirror: Mirror { Mirror(self, children: []) }

  package func run() async throws {
    let spool = try Spool(directory: stores.spoolDirectory)
    let drain = SpoolDrain(spool, into: stores.ledger)
    // What a crash left is settled before anything is admitted: budgets begin with all that was spent.
    let recovery = try await drain.recover(prices: prices, at: clock())
    report(recovery.drained)
    if !recovery.crashed.isEmpty {
      log.warning(
        "calls were under way when the gateway last ended; they are settled at what was reserved for them",
        metadata: ["calls": "\(recovery.crashed.count)"])
    }
    let shared = try GatewayShared(
      configuration, environment: environment, stores: stores, prices: prices, tracer: tracer, log: log,
      clock: clock)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    do {
      try await serve(shared, spool: spool, drain: drain, group: group)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  private func serve(
    _ shared: GatewayShared, spool: Spool, drain: SpoolDrain, group: MultiThreadedEventLoopGroup
  ) async throws {
    let loops = try await makeLoops(shared, spool: spool, group: group)
    do {
      let listener = GatewayListener(configuration: configuration, group: group, loops: loops)
      let channel = try await listener.bind()
      try await withThrowingTaskGroup { tasks in
        let log = log
        tasks.addTask {
          await drain.run { result in
            switch result {
            case .success(let drained): Self.report(drained, to: log)
            case .failure(let error):
              log.error("calls stay in the spool for now", metadata: ["cause": "\(error)"])
            }
          }
        }
        let control = stores.control
        tasks.addTask {
          for await notice in shared.notices {
            do { try control.append(notice) } catch {
              log.error("a notice to an owner could not be kept", metadata: ["cause": "\(error)"])
            }
          }
        }
        onListening(channel.localAddress?.port ?? configuration.listen.port)
        try await gracefulShutdown()
        try await channel.close()
        await loops.stop(within: configuration.bounds.shutdownTime)
        tasks.cancelAll()
        try await tasks.waitForAll()
      }
    } catch {
      await loops.shutDown()
      throw error
    }
    await loops.shutDown()
  }

  private func makeLoops(
    _ shared: GatewayShared, spool: Spool, group: MultiThreadedEventLoopGroup
  ) async throws -> GatewayLoops {
    var loops: [GatewayLoops.Entry] = []
    let addresses = shared.upstreams.map(\.address)
    let tls = addresses.contains { $0.isSecure } ? try UpstreamClient.makeTLS() : nil
    let bounds = UpstreamPool.Bounds(
      connections: shared.configuration.bounds.connections,
      connectTime: TimeAmount(shared.configuration.bounds.connectTime))
    for eventLoop in group.makeIterator() {
      let loop = try await eventLoop.submit {
        let lane = try spool.makeLane()
        let client = UpstreamClient(addresses, on: eventLoop, tls: tls, bounds: bounds)
        let loop = GatewayLoop(eventLoop: eventLoop, shared: shared, client: client, lane: lane)
        return NIOLoopBound(loop, eventLoop: eventLoop)
      }.get()
      loops.append(GatewayLoops.Entry(eventLoop: eventLoop, loop: loop))
    }
    return GatewayLoops(loops)
  }

  private func report(_ drained: SpoolDrain.Report) { Self.report(drained, to: log) }

  private static func report(_ drained: SpoolDrain.Report, to log: Logger) {
    for problem in drained.problems {
      log.warning("a frame of the spool was passed over", metadata: ["problem": "\(problem)"])
    }
  }
}
