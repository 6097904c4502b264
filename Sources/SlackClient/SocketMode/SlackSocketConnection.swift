import Foundation
import Ledger
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Slack

/// One connection of Socket Mode, from its opening to its end.
struct SlackSocketConnection {
  typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

  var reception: SlackReception
  var settings: SlackSocketMode.Settings
  /// Told as it goes.
  var report: @Sendable (Event) -> Void

  enum Event: Sendable {
    case hello
    /// A successor is wanted; this one goes on until it is closed.
    case disconnect(SlackEnvelope.Disconnect)
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  /// Returns when the other side closes.
  ///
  /// - Throws: The connection could not be made, broke off, fell silent, or spoke no WebSocket.
  func run(to address: SlackSocketAddress, on group: any EventLoopGroup, tls: NIOSSLContext?) async throws {
    let frames = try await open(address, on: group, tls: tls)
    try await frames.executeThenClose { inbound, outbound in
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        let heard = LastHeard()
        tasks.addTask { try await watch(heard, outbound) }
        tasks.addTask { try await read(inbound, outbound, heard) }
        defer { tasks.cancelAll() }
        try await tasks.next()
      }
    }
  }

  // MARK: Reading

  private func read(
    _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
    _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ heard: LastHeard
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { answers in
      var underWay = 0
      for try await frame in inbound {
        heard.now()
        switch frame.opcode {
        case .text:
          let envelope: SlackEnvelope
          do throws(SlackUnreadable) {
            envelope = try SlackEnvelope(Data(frame.unmaskedData.readableBytesView))
          } catch {
            throw Failure("Slack sent something that is no envelope: \(error.reason)")
          }
          switch envelope {
          case .hello: report(.hello)
          case .disconnect(let reason): report(.disconnect(reason))
          case .other: break
          case .payload:
            if underWay >= settings.mostUnderWay {
              try await answers.next()
              underWay -= 1
            }
            underWay += 1
            // Many at once, so that what waits for the disk waits together.
            answers.addTask {
              guard let answer = await reception.answer(envelope) else { return }
              try await outbound.write(Self.frame(.text, ByteBuffer(string: answer)))
            }
          }
        case .ping: try await outbound.write(Self.frame(.pong, frame.unmaskedData))
        case .connectionClose:
          try? await outbound.write(Self.frame(.connectionClose, frame.unmaskedData))
          return
        default: break
        }
      }
    }
  }

  /// Asks whether anybody is there, and ends a connection on which nobody is.
  private func watch(
    _ heard: LastHeard, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) async throws {
    while true {
      try await Task.sleep(for: settings.pingEvery)
      guard heard.silence < settings.longestSilence else {
        throw Failure("Slack has not been heard of for \(settings.longestSilence.components.seconds) s")
      }
      try await outbound.write(Self.frame(.ping, ByteBuffer(string: "assay")))
    }
  }

  /// A client's frames are masked (RFC 6455, 5.3).
  private static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
    WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
  }

  // MARK: Opening

  private func open(
    _ address: SlackSocketAddress, on group: any EventLoopGroup, tls: NIOSSLContext?
  ) async throws -> Frames {
    let upgraded = try await ClientBootstrap(group: group)
      .connectTimeout(.milliseconds(settings.openWithin.wholeMilliseconds))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if address.isSecure {
            guard let tls else { throw Failure("there is no TLS here") }
            // An address in numbers names no server.
            let name = Self.isNumeric(address.host) ? nil : address.host
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: name))
          }
          return try upgrade(channel, address)
        }
      }
    guard let frames = try await upgraded.get() else {
      throw Failure("Slack did not take the connection as a WebSocket")
    }
    return frames
  }

  private func upgrade(
    _ channel: any Channel, _ address: SlackSocketAddress
  ) throws -> EventLoopFuture<Frames?> {
    let most = settings.longestFrame
    let upgrader = NIOTypedWebSocketClientUpgrader<Frames?>(
      maxFrameSize: most,
      upgradePipelineHandler: { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024, maxAccumulatedFrameSize: most))
          return try Frames(wrappingChannelSynchronously: channel)
        }
      })
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target)
    let isUsual = address.port == (address.isSecure ? 443 : 80)
    head.headers.add(name: "Host", value: isUsual ? address.host : "\(address.host):\(address.port)")
    head.headers.add(name: "User-Agent", value: "assay")
    let negotiated = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
      configuration: .init(
        upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
          upgradeRequestHead: head, upgraders: [upgrader],
          notUpgradingCompletionHandler: { channel in
            channel.close(promise: nil)
            return channel.eventLoop.makeSucceededFuture(nil)
          })))
    // Who takes the connection and says nothing is not waited for.
    let patience = channel.eventLoop.scheduleTask(in: .milliseconds(settings.openWithin.wholeMilliseconds)) {
      channel.close(promise: nil)
    }
    negotiated.whenComplete { _ in patience.cancel() }
    return negotiated
  }

  private static func isNumeric(_ host: String) -> Bool {
    (try? SocketAddress(ipAddress: host, port: 0)) != nil
  }
}
