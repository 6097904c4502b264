import NIOCore
import NIOHTTP1

/// One connection: requests in, what the player has for them out.
final class PlayHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let longestBody = 32 << 20

  private let player: Player
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLong = false

  init(_ player: Player) { self.player = player }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      isTooLong = false
    case .body(let part):
      guard body.count + part.readableBytes <= Self.longestBody else {
        isTooLong = true
        return
      }
      body += part.readableBytesView
    case .end:
      guard let head else { return }
      guard !isTooLong else {
        context.close(promise: nil)
        return
      }
      let steps = player.answer(method: head.method.rawValue, path: head.uri, body: body)
      body = []
      run(steps[...], NIOLoopBound(context, eventLoop: context.eventLoop))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func run(_ steps: ArraySlice<Player.Step>, _ bound: NIOLoopBound<ChannelHandlerContext>) {
    let context = bound.value
    var steps = steps
    while let step = steps.popFirst() {
      guard context.channel.isActive else { return }
      switch step {
      case .head(let status, let headers):
        let head = HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: status),
          headers: HTTPHeaders(headers.map { ($0.name, $0.value) }))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
      case .bytes(let bytes):
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
      case .pause(let milliseconds):
        let rest = steps
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) {
          self.run(rest, bound)
        }
        return
      case .end: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      // What was written goes out first.
      case .cut: context.close(promise: nil)
      }
    }
  }
}
