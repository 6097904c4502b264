import Effects
package import Ledger

/// Looks at a deployment whenever its watch says so, until there is a verdict.
package struct HealthWatcher: Sendable {
  private let target: any DeployTarget
  private let now: @Sendable () -> Instant
  private let pause: @Sendable (Duration) async throws -> Void

  /// - Parameters:
  ///   - now: What time it is.
  ///   - pause: How it waits.
  package init(
    _ target: any DeployTarget, now: @escaping @Sendable () -> Instant,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.target = target
    self.now = now
    self.pause = pause
  }

  /// - Parameters:
  ///   - keep: Called after each look, before the next; what it keeps, another process can take up.
  /// - Returns: The watch with its verdict.
  /// - Throws: What `keep` and cancellation throw. A target that cannot be asked is a look that saw nothing.
  package func run(
    _ watch: HealthWatch, keep: (HealthWatch) async throws -> Void
  ) async throws -> HealthWatch {
    var watch = watch
    while let next = watch.nextLook {
      try Task.checkCancellation()
      let wait = next - now()
      // No longer than one interval, whatever the clock was set to.
      if wait > .zero { try await pause(min(wait, watch.criteria.interval)) }
      await look(&watch)
      try await keep(watch)
    }
    return watch
  }

  /// Looks once.
  package func look(_ watch: inout HealthWatch) async {
    let standing: DeploymentStanding
    do throws(ToolFailure) {
      standing = try await target.find(watch.effect)
    } catch {
      standing = .unknown(error.description)
    }
    let sample = watch.live == nil && !standing.runs ? nil : await target.probe()
    watch.observe(standing, sample, at: now())
  }
}

extension DeploymentStanding {
  var runs: Bool { if case .live = self { true } else { false } }
}
