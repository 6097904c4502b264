package import Logging
import ServiceLifecycle
package import Slack
import Synchronization

/// Hands out what is in the inbox, one after the other as it came, several at once. What a handler throws is tried again
/// later; what it dies over, too. A handler whose effects bear the delivery's id may so be called twice and do a thing once.
package struct SlackHandling: Service {
  private let inbox: any SlackInbox
  private let settings: Settings
  private let logger: Logger
  private let bell: SlackBell
  private let handle: @Sendable (SlackClaim) async throws -> Void

  package struct Settings: Hashable, Sendable {
    /// For how long a delivery is a handler's alone. It is given up in time before: see ``SlackHandling/init(inbox:settings:bell:logger:handle:)``.
    package var lease = Duration.seconds(60)
    /// Many: who waits for Slack's leave to answer must keep nobody's STOP waiting.
    package var mostAtOnce = 64
    /// How often it is looked for what nobody rang for: what another process took in, or let go.
    package var looksEvery = Duration.seconds(5)
    package var mostAttempts = 8
    /// After a failure, times the attempt.
    package var retriesAfter = Duration.seconds(5)

    package init() {}
  }

  /// - Parameters:
  ///   - bell: Rung by whoever persists.
  ///   - handle: Is cancelled shortly before the lease runs out: what takes longer is begun here and done elsewhere.
  package init(
    inbox: any SlackInbox, settings: Settings = Settings(), bell: SlackBell, logger: Logger,
    handle: @escaping @Sendable (SlackClaim) async throws -> Void
  ) {
    self.inbox = inbox
    self.settings = settings
    self.bell = bell
    self.logger = logger
    self.handle = handle
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown { await work() }
  }

  private func work() async {
    let underWay = UnderWay()
    await withDiscardingTaskGroup { tasks in
      while !Task.isCancelled {
        var claims: [SlackClaim] = []
        let free = settings.mostAtOnce - underWay.count
        if free > 0 {
          do { claims = try await inbox.claim(lease: settings.lease, most: free) } catch {
            logger.error("Slack's inbox cannot be read", metadata: ["slack.error": "\(type(of: error))"])
          }
        }
        for claim in claims {
          underWay.add(1)
          tasks.addTask {
            await work(on: claim)
            underWay.add(-1)
            bell.ring()
          }
        }
        if claims.isEmpty { await bell.wait(atMost: settings.looksEvery) }
      }
    }
  }

  private func work(on claim: SlackClaim) async {
    do {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await handle(claim) }
        tasks.addTask {
          try await Task.sleep(for: settings.lease * 0.8)
          throw SlackOverdue()
        }
        defer { tasks.cancelAll() }
        try await tasks.next()
      }
      if try await !inbox.finish(claim) {
        logger.warning("a delivery of Slack's was handled later than it was leased for")
      }
    } catch {
      if Task.isCancelled {
        // Whoever comes next need not wait for the lease.
        _ = try? await inbox.release(claim, after: .zero)
        return
      }
      logger.warning(
        "a delivery of Slack's was not handled",
        metadata: [
          "slack.attempt": "\(claim.attempt)",
          // Errors of others may have content in them.
          "slack.error": "\((error as? SlackFailure)?.description ?? "\(type(of: error))")",
        ])
      if claim.attempt >= settings.mostAttempts {
        logger.error("a delivery of Slack's is given up: nobody is told anything of it")
        _ = try? await inbox.abandon(claim)
      } else {
        _ = try? await inbox.release(claim, after: settings.retriesAfter * claim.attempt)
      }
    }
  }
}

/// A handler took longer than it may.
package struct SlackOverdue: Error, Hashable, Sendable {}

/// How many handlers are at work.
private final class UnderWay: Sendable {
  private let number = Mutex(0)

  var count: Int { number.withLock { $0 } }

  func add(_ difference: Int) { number.withLock { $0 += difference } }
}
