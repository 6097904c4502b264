import Effects
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server in this process that answers what a test wants.
final class FakeServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// With its query.
    var target: String
    var headers: HTTPHeaders
    var body: [UInt8]

    var path: String { String(target.prefix { $0 != "?" }) }
    var json: JSON { (try? JSON(bytes: Data(body))) ?? .null }
    var form: [String: String] {
      Dictionary(
        String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
          let parts = pair.split(separator: "=", maxSplits: 1).map {
            String($0).removingPercentEncoding ?? ""
          }
          return (parts[0], parts.count > 1 ? parts[1] : "")
        }
      ) { first, _ in first }
    }
  }

  struct Response: Sendable {
    var status = 200
    var headers: HTTPHeaders = [:]
    /// Each sent by itself.
    var pieces: [[UInt8]] = []
    /// Whether it goes on without an end after the pieces.
    var staysOpen = false
    /// Whether the connection is cut instead of ended.
    var isCut = false

    static func json(_ value: JSON, status: Int = 200, headers: HTTPHeaders = [:]) -> Response {
      var all = headers
      all.add(name: "Content-Type", value: "application/json")
      return Response(status: status, headers: all, pieces: [Array(value.canonical.utf8)])
    }

    static func events(_ pieces: [String], staysOpen: Bool = false) -> Response {
      Response(
        headers: ["Content-Type": "text/event-stream"], pieces: pieces.map { Array($0.utf8) },
        staysOpen: staysOpen)
    }
  }

  let port: Int
  private let channel: any Channel
  private let seen = Mutex<[Request]>([])

  var requests: [Request] { seen.withLock { $0 } }
  func url(_ path: String = "/mcp") -> String { "http://127.0.0.1:\(port)\(path)" }

  private init(_ channel: any Channel) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
  }

  static func start(
    _ answer: @escaping @Sendable (Request) async -> Response
  ) async throws -> FakeServer {
    let shared = Box()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try channel.pipeline.syncOperations.addHandler(
            Handler { request in
              shared.note(request)
              return await answer(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = FakeServer(channel)
    shared.set(server)
    return server
  }

  func stop() { channel.close(promise: nil) }
  /// Returns when nobody is there any more.
  func end() async throws { try await channel.close().get() }

  private final class Box: Sendable {
    private let server = Mutex<FakeServer?>(nil)
    func set(_ server: FakeServer) { self.server.withLock { $0 = server } }
    func note(_ request: Request) {
      server.withLock { server in server?.seen.withLock { $0.append(request) } }
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let answer: @Sendable (Request) async -> Response
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ answer: @escaping @Sendable (Request) async -> Response) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let buffer): body += buffer.readableBytesView
      case .end:
        guard let head else { return }
        let request = Request(
          method: head.method.rawValue, target: head.uri, headers: head.headers, body: body)
        let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { [answer] in await answer(request) }.whenSuccess { response in
          here.value.0.respond(response, here.value.1)
        }
      }
    }

    private func respond(_ response: Response, _ context: ChannelHandlerContext) {
      var headers = response.headers
      if !response.staysOpen, !response.isCut {
        headers.add(name: "Content-Length", value: "\(response.pieces.reduce(0) { $0 + $1.count })")
      } else {
        headers.add(name: "Transfer-Encoding", value: "chunked")
      }
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: response.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      for piece in response.pieces {
        context.writeAndFlush(
          wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: piece)))), promise: nil)
      }
      context.flush()
      if response.isCut { return context.close(promise: nil) }
      if !response.staysOpen { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
    }
  }
}
