import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A provider on loopback that answers as it is told, part by part, and remembers what it was asked.
final class ScriptedUpstream: Sendable {
  enum Step: Sendable {
    case head(Int, [(String, String)])
    case bytes(String)
    case pause(milliseconds: Int64)
    /// The end of the answer.
    case end
    /// The connection ends here, without an end.
    case cut
    /// Nothing more, until the peer hangs up.
    case hang
    /// Bytes on the wire that are no HTTP.
    case raw(String)
  }

  struct Request: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  private let state: Shared
  let port: Int

  final class Shared: Sendable {
    let requests = Mutex<[Request]>([])
    /// How many answers came to their end, whoever was there to read them.
    let completed = Atomic<Int>(0)
    /// Connections that the gateway hung up on before the answer was whole.
    let abandoned = Atomic<Int>(0)
    let answer: @Sendable (Request, Int) -> [Step]
    init(_ answer: @escaping @Sendable (Request, Int) -> [Step]) { self.answer = answer }
  }

  var requests: [Request] { state.requests.withLock { $0 } }
  var completed: Int { state.completed.load(ordering: .acquiring) }
  var abandoned: Int { state.abandoned.load(ordering: .acquiring) }
  var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter answer: What to do with a request, given how many came before it.
  init(_ answer: @escaping @Sendable (Request, Int) -> [Step]) async throws {
    let shared = Shared(answer)
    state = shared
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try channel.pipeline.syncOperations.addHandler(ScriptedAnswers(shared))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  func stop() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }
}

private final class ScriptedAnswers: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let shared: ScriptedUpstream.Shared
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isAnswering = false

  init(_ shared: ScriptedUpstream.Shared) { self.shared = shared }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part): body += part.readableBytesView
    case .end:
      guard let head else { return }
      let request = ScriptedUpstream.Request(head: head, body: body)
      let number = shared.requests.withLock { requests in
        requests.append(request)
        return requests.count - 1
      }
      isAnswering = true
      run(shared.answer(request, number)[...], NIOLoopBound(context, eventLoop: context.eventLoop))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isAnswering { shared.abandoned.wrappingAdd(1, ordering: .releasing) }
    isAnswering = false
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func run(_ steps: ArraySlice<ScriptedUpstream.Step>, _ bound: NIOLoopBound<ChannelHandlerContext>) {
    let context = bound.value
    var steps = steps
    while let step = steps.popFirst() {
      guard context.channel.isActive else { return }
      switch step {
      case .head(let status, let headers):
        let head = HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(headers))
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
      case .bytes(let text):
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
      case .pause(let milliseconds):
        let rest = steps
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) {
          self.run(rest, bound)
        }
        return
      case .end:
        isAnswering = false
        shared.completed.wrappingAdd(1, ordering: .releasing)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .cut:
        isAnswering = false
        context.close(promise: nil)
      case .hang: return
      case .raw(let text):
        // Past the encoder, straight onto the wire.
        context.channel.pipeline.syncOperations.writeRaw(ByteBuffer(string: text))
      }
    }
  }
}

extension ChannelPipeline.SynchronousOperations {
  fileprivate func writeRaw(_ bytes: ByteBuffer) {
    guard let encoder = try? context(handlerType: HTTPResponseEncoder.self) else { return }
    encoder.writeAndFlush(NIOAny(bytes), promise: nil)
  }
}
