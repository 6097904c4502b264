import Ledger
import Logging
import ServiceLifecycle
import SlackClient

/// Looks again and again at what people in Slack are to be told of.
struct SlackWatch: Service {
  let interval: Duration
  let log: Logger
  let rounds: [Round]

  struct Round: Sendable {
    /// Looks, of which this one is had.
    var every = 1
    var look: @Sendable () async throws -> Void
  }

  /// What goes wrong again and again is tried less and less often, but at least so often.
  private static let longestPause = Duration.minutes(5)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var count = 0
      var failures = [Int](repeating: 0, count: rounds.count)
      var due = [Int](repeating: 0, count: rounds.count)
      while !Task.isCancelled {
        for (index, round) in rounds.enumerated() where due[index] <= count {
          do {
            try await round.look()
            failures[index] = 0
            due[index] = count + round.every
          } catch {
            guard !Task.isCancelled else { return }
            failures[index] += 1
            let most = max(1, Int(Self.longestPause / interval))
            due[index] = count + max(round.every, min(most, 1 << min(failures[index], 16)))
            // Errors of others may have content in them.
            log.warning(
              "people in Slack could not be told something; it is tried again",
              metadata: ["slack.error": "\((error as? SlackFailure)?.description ?? "\(type(of: error))")"])
          }
        }
        count += 1
        try? await Task.sleep(for: interval)
      }
    }
  }
}
