import Foundation
package import Ledger
import NIOCore
import NIOHTTP1
import NIOPosix

/// A model that says what a script tells it to, in all three wire formats, streaming or not: the peer of tests, and what
/// every example runs with. It listens on loopback only, takes any key, and keeps count of what it would have billed.
///
/// It is as strict as providers are: calls without results, ids that come twice, empty texts, and reasoning that comes
/// back changed are refused.
package final class ScriptedModel: Sendable {
  package let port: Int
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let player: Player

  private init(port: Int, _ channel: any Channel, _ group: MultiThreadedEventLoopGroup, _ player: Player) {
    self.port = port
    self.channel = channel
    self.group = group
    self.player = player
  }

  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - now: For the times in answers.
  package static func start(
    _ script: Script, port: Int = 0, now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) async throws -> ScriptedModel {
    var random = SystemRandomNumberGenerator()
    let nonce = String(random.next() as UInt64, radix: 36) + "x"
    let player = Player(script, nonce: nonce, now: now)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(
              withPipeliningAssistance: true, withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(PlayHandler(player))
          }
        }
        .bind(host: "127.0.0.1", port: port).get()
      return ScriptedModel(port: channel.localAddress?.port ?? port, channel, group, player)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  package func stop() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }

  /// Where clients of either provider's find it: `ANTHROPIC_BASE_URL`; `OPENAI_BASE_URL` with `/v1` behind it.
  package var baseURL: String { "http://127.0.0.1:\(port)" }

  /// All requests answered so far, in the order in which they came; the same as JSON at `/served`.
  package var served: [ServedCall] { player.served }
}
