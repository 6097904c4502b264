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

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var count = 0
      while !Task.isCancelled {
        for round in rounds where count.isMultiple(of: round.every) {
          do {
            try await round.look()
          } catch {
            guard !Task.isCancelled else { return }
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
