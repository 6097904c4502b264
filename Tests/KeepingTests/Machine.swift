import Arena
import Foundation
import Ledger
import Synchronization

/// A simulated machine with the logs of its tools and the repositories they worked in.
enum Machine {
  static func write(home: String, repositories: String, endingAt now: Instant, seed: UInt64) async throws {
    _ = try await Scenario.demo(endingAt: now, seed: seed)
      .write(home: URL(filePath: home), repositories: URL(filePath: repositories))
  }
}

/// Counts how often something was reached.
final class Occasions: Sendable {
  private let value = Mutex(0)

  func add() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}
