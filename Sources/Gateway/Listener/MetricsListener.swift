import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
package import ServiceSettings

/// Answers `GET /metrics` for Prometheus, on an address of its own: who may see it is for the network to say.
package struct MetricsListener: Service {
  private let address: ListenAddress
  private let render: @Sendable () -> String
  private let log: Logger

  package init(_ address: ListenAddress, render: @escaping @Sendable () -> String, log: Logger) {
    self.address = address
    self.render = render
    self.log = log
  }

  package func run() async throws {
    let render = render
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(60)))
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
          try pipeline.addHandler(MetricsHandler(render))
        }
      }
      .bind(host: address.host, port: address.port).get()
    log.notice("metrics on http://\(address.host):\(channel.localAddress?.port ?? address.port)/metrics")
    try await gracefulShutdown()
    try await channel.close()
  }
}

private final class MetricsHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let render: @Sendable () -> String
  private var head: HTTPRequestHead?

  init(_ render: @escaping @Sendable () -> String) { self.render = render }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      let isAsked = head?.method == .GET && head?.uri == "/metrics"
      let body = ByteBuffer(string: isAsked ? render() : "not found\n")
      var answer = HTTPResponseHead(version: .http1_1, status: isAsked ? .ok : .notFound)
      answer.headers.add(name: "content-type", value: "text/plain; version=0.0.4; charset=utf-8")
      answer.headers.add(name: "content-length", value: String(body.readableBytes))
      context.write(wrapOutboundOut(.head(answer)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      if head?.isKeepAlive == false { context.close(promise: nil) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
