package import Effects
import Foundation
package import Ledger
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
package import Slack

/// A workspace of Slack's that exists on this machine only: Web API and Socket Mode on loopback, with people who write and
/// click when they are told to. The peer of tests, and what the demo writes into; what was posted can be looked at.
///
/// It is as strict as Slack is where a mistake of ours would show: tokens, bounds of blocks, metadata that is given back only
/// to who asks for it, events that come again until they are acknowledged.
package final class ScriptedSlack: Sendable {
  package let port: Int
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let desk: Desk

  private init(port: Int, _ channel: any Channel, _ group: MultiThreadedEventLoopGroup, _ desk: Desk) {
    self.port = port
    self.channel = channel
    self.group = group
    self.desk = desk
  }

  /// Which way events go.
  package enum Delivery: Sendable {
    case socketMode
    /// They are kept in ``takeRequests()`` for whoever plays the network.
    case requests
  }

  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - sendsAgainAfter: What was not acknowledged over Socket Mode.
  ///   - now: For timestamps; each is later than the one before, whatever this says.
  package static func start(
    _ workspace: Workspace = Workspace(), delivery: Delivery = .socketMode, port: Int = 0,
    sendsAgainAfter: Duration = .seconds(3), now: @escaping @Sendable () -> Instant = { Instant(Date()) }
  ) async throws -> ScriptedSlack {
    let desk = Desk(workspace, delivery: delivery, sendsAgainAfter: sendsAgainAfter, now: now)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try Self.configure(channel, desk) }
        }
        .bind(host: "127.0.0.1", port: port).get()
      let bound = channel.localAddress?.port ?? port
      desk.setPort(bound)
      return ScriptedSlack(port: bound, channel, group, desk)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  private static func configure(_ channel: any Channel, _ desk: Desk) throws {
    let handler = CallHandler(desk)
    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: 1 << 20,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeSucceededFuture(desk.admits(head.uri) ? HTTPHeaders() : nil)
      },
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SocketHandler(desk))
        }
      })
    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
      withPipeliningAssistance: true,
      withServerUpgrade: (
        upgraders: [upgrader],
        completionHandler: { context in
          context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
        }
      ), withErrorHandling: true)
    try channel.pipeline.syncOperations.addHandler(handler)
  }

  package func stop() async throws {
    desk.closeSockets()
    try await channel.close()
    try await group.shutdownGracefully()
  }

  /// What clients take for `https://slack.com/api`.
  package var address: String { "http://127.0.0.1:\(port)/api" }
  package var workspace: Workspace { desk.workspace }

  // MARK: What there is to see

  /// All messages, in the order of their timestamps.
  package var posted: [ScriptedPost] { desk.state { $0.posts } }
  package func post(_ key: SlackMessageKey) -> ScriptedPost? {
    posted.first { $0.channel == key.channel && $0.ts == key.ts }
  }
  /// Every call, in the order in which they came.
  package var calls: [ScriptedCall] { desk.state { $0.calls } }
  /// By user, the view that was published for them last.
  package var homes: [String: JSON] { desk.state { $0.homes } }
  /// By message, who reacted with what.
  package var reactions: [SlackMessageKey: [String]] { desk.state { $0.reactions } }
  /// The ids of envelopes, as they were acknowledged.
  package var acknowledged: [String] { desk.state { $0.acknowledged } }
  /// How many envelopes wait to be acknowledged.
  package var unacknowledged: Int { desk.state { $0.envelopes.count } }
  /// How many connections of Socket Mode there are.
  package var sockets: Int { desk.state { $0.sockets.count } }
  /// How often an envelope was sent, the first time included.
  package var sent: [String: Int] { desk.state { $0.sent } }

  // MARK: What people do

  /// A person writes. Our app is told of it, and of a mention twice.
  @discardableResult
  package func say(
    _ text: String, in channel: String, by user: String, thread: String? = nil
  ) -> SlackMessageKey {
    desk.say(text, in: channel, by: user, thread: thread)
  }

  /// A person clicks a button of a message of ours.
  ///
  /// - Throws: There is no such button.
  package func click(_ action: String, on message: SlackMessageKey, by user: String) throws {
    try desk.click(action, on: message, by: user)
  }

  package func command(_ command: String, _ text: String, in channel: String, by user: String) {
    desk.command(command, text, in: channel, by: user)
  }

  package func openHome(by user: String) { desk.openHome(by: user) }

  /// The channel of a person's direct messages with our app.
  package func direct(with user: String) -> String { desk.direct(with: user) }

  /// Any event of our making, under an id of its own or one that was there before.
  package func send(event: JSON, id: String? = nil) { desk.send(event: event, id: id) }

  // MARK: What goes wrong

  package func fail(_ method: String, _ fault: ScriptedFault) {
    desk.state { $0.faults[method, default: []].append(fault) }
  }

  /// Names another port of this machine to whoever wants a connection of Socket Mode; `nil` for our own again.
  package func openSocketsElsewhere(at port: Int?) { desk.state { $0.elsewhere = port } }

  /// Ends all connections of Socket Mode without a word.
  package func dropSockets() { desk.closeSockets() }

  /// Asks for new connections, as Slack does every few hours; the old ones stay until they are closed.
  package func refreshSockets(_ reason: String = "refresh_requested") {
    desk.broadcast(["type": "disconnect", "reason": .string(reason)])
  }

  /// Sends a text over all connections of Socket Mode, in fragments where more than one is given.
  package func sendRaw(_ fragments: [String]) { desk.sendRaw(fragments) }

  // MARK: Over HTTP

  /// What Slack would have sent since this was asked last, signed.
  package func takeRequests() -> [ScriptedRequest] {
    desk.state { state in
      defer { state.requests = [] }
      return state.requests
    }
  }
}
