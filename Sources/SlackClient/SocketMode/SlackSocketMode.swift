package import Logging
package import NIOCore
import NIOPosix
package import NIOSSL
import ServiceLifecycle
package import Slack

/// Listens to Slack over Socket Mode, which needs no address that Slack can reach: keeps a connection open, and opens the next
/// before Slack closes one, so that at no time nobody listens. What is not acknowledged on one, Slack sends on another.
package struct SlackSocketMode: Service {
  private let api: SlackWebAPI
  private let reception: SlackReception
  private let settings: Settings
  private let group: any EventLoopGroup
  private let tls: NIOSSLContext?
  private let logger: Logger

  package struct Settings: Hashable, Sendable {
    package var openWithin = Duration.seconds(15)
    package var pingEvery = Duration.seconds(10)
    /// Slack sends pings of its own every few seconds.
    package var longestSilence = Duration.seconds(35)
    /// Of a message of several frames too.
    package var longestFrame = 4 << 20
    /// Deliveries that wait for the inbox, a connection.
    package var mostUnderWay = 64
    package var shortestBackoff = Duration.milliseconds(500)
    package var longestBackoff = Duration.seconds(60)
    /// How long a connection is kept that Slack said it would close.
    package var lingers = Duration.seconds(60)

    package init() {}
  }

  /// - Parameters:
  ///   - api: With the app's own token, `xapp-…`.
  ///   - tls: `nil` where the API is on this machine and so unencrypted.
  package init(
    api: SlackWebAPI, reception: SlackReception, tls: NIOSSLContext?, settings: Settings = Settings(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger
  ) {
    self.api = api
    self.reception = reception
    self.settings = settings
    self.group = group
    self.tls = tls
    self.logger = logger
  }

  private enum Signal: Sendable {
    case hello(Int)
    case wantsSuccessor(Int, reason: String)
    case ended(Int)
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown { await listen() }
  }

  private func listen() async {
    let (signals, report) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
    await withTaskGroup(of: Void.self) { connections in
      var number = 0
      var current = 0
      var failures = 0
      func open(after pause: Duration) {
        number += 1
        current = number
        let own = number
        connections.addTask {
          await connection(own, after: pause, report)
          report.yield(.ended(own))
        }
      }
      open(after: .zero)
      for await signal in signals {
        switch signal {
        case .hello(let from):
          failures = 0
          logger.info("Slack is listened to", metadata: ["slack.connection": "\(from)"])
        case .wantsSuccessor(let from, let reason):
          guard from == current else { continue }
          logger.info("Slack asks for a new connection", metadata: ["slack.reason": "\(reason)"])
          // At once for the first time; one that asks again and again is a trouble like others.
          open(after: failures == 0 ? .zero : backoff(failures))
          failures += 1
        case .ended(let from):
          guard from == current, !Task.isCancelled else { continue }
          failures += 1
          open(after: backoff(failures))
        }
      }
      connections.cancelAll()
    }
    report.finish()
  }

  /// Doubles from failure to failure; at random, so that many who lost Slack together do not come back together.
  private func backoff(_ failures: Int) -> Duration {
    let doubled = settings.shortestBackoff * (1 << min(failures - 1, 16))
    return min(doubled, settings.longestBackoff) * Double.random(in: 0.5...1)
  }

  /// One connection, to its end. That it fails is no error of ours.
  private func connection(
    _ number: Int, after pause: Duration, _ signals: AsyncStream<Signal>.Continuation
  ) async {
    do {
      if pause > .zero { try await Task.sleep(for: pause) }
      let text = try await api.openConnection()
      guard let address = SlackSocketAddress(text) else {
        throw SlackSocketConnection.Failure("Slack named no address of a secure WebSocket")
      }
      let (asked, ask) = AsyncStream.makeStream(of: Void.self)
      let one = SlackSocketConnection(reception: reception, settings: settings) { event in
        switch event {
        case .hello: signals.yield(.hello(number))
        case .disconnect(let reason):
          ask.yield()
          // A connection that is refused altogether has no successor that fares better: it ends, and is tried later.
          if reason != .linkDisabled { signals.yield(.wantsSuccessor(number, reason: "\(reason)")) }
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await one.run(to: address, on: group, tls: tls) }
        tasks.addTask {
          for await _ in asked {
            try await Task.sleep(for: settings.lingers)
            return
          }
        }
        defer { tasks.cancelAll() }
        try await tasks.next()
      }
    } catch is CancellationError {
    } catch {
      logger.warning(
        "the connection to Slack is lost, and will be made again",
        metadata: ["slack.error": "\(Self.words(error))"])
    }
  }

  /// What libraries say may name an address with a secret in it.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as SlackFailure: error.description
    case let error as SlackSocketConnection.Failure: error.description
    case is NIOConnectionError: "it could not be made"
    case is NIOSSLError: "TLS failed"
    default: "\(type(of: error))"
    }
  }
}
