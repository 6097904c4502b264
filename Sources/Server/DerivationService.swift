package import Derivation
import Foundation
import Ledger
package import Logging
import ServiceLifecycle

/// Keeps outcomes, costs and rollups up to date with what comes in, with the repositories, and with time.
package struct DerivationService: Service, CustomStringConvertible {
  private let derivation: Derivation
  private let pause: Duration
  private let log: Logger

  private let collect: @Sendable () async throws -> Void

  /// - Parameter collect: Brings in what is new where that does not come by itself.
  package init(
    _ derivation: Derivation, every pause: Duration = .seconds(15), log: Logger,
    collecting collect: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.derivation = derivation
    self.collect = collect
    self.pause = pause
    self.log = log
  }

  package var description: String { "derivation" }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        await once()
        try await Task.sleep(for: pause)
      }
    }
  }

  /// What fails now may work the next time: a repository that is being fetched, a disk that is full.
  private func once() async {
    do {
      try await collect()
      let count = try await derivation.run(now: Instant(Date()))
      if count > 0 { log.debug("derived \(count) sessions") }
    } catch {
      log.error("what follows from records and repositories could not be derived: \(type(of: error))")
    }
  }
}
