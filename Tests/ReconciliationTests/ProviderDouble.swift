import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A provider's API that answers as it is told, over real sockets.
struct ProviderDouble: Sendable {
  struct Request: Sendable {
    var method: String
    /// Path and query as sent.
    var target: String
    var headers: [String: String]
    var body: String

    var path: String { String(target.prefix { $0 != "?" }) }

    func query(_ name: String) -> String? {
      URLComponents(string: "http://x" + target)?.queryItems?.first { $0.name == name }?.value
    }
  }

  struct Answer: Sendable {
    var status = 200
    var headers: [(String, String)] = []
    var body = ""
    /// Says that it sends more than it does, and hangs up.
    var isCutOff = false
  }

  /// - Parameter number: Which request it is, from 1.
  typealias Script = @Sendable (_ request: Request, _ number: Int) -> Answer

  /// What was asked, in order.
  final class Log: Sendable {
    private let requests = Mutex<[Request]>([])
    var all: [Request] { requests.withLock { $0 } }
    func add(_ request: Request) -> Int {
      requests.withLock {
        $0.append(request)
        return $0.count
      }
    }
  }

  let port: Int
  let log: Log
  var url: String { "http://127.0.0.1:\(port)" }

  static func run(_ script: @escaping Script, _ body: (ProviderDouble) async throws -> Void) async throws {
    let log = Log()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(script: script, log: log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await body(ProviderDouble(port: channel.localAddress?.port ?? 0, log: log))
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let script: Script
    private let log: Log
    private var head: HTTPRequestHead?
    private var body = ""

    init(script: @escaping Script, log: Log) {
      self.script = script
      self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = ""
      case .body(let part): body += String(buffer: part)
      case .end: answer(context)
      }
    }

    private func answer(_ context: ChannelHandlerContext) {
      guard let head else { return }
      let request = Request(
        method: head.method.rawValue, target: head.uri,
        headers: Dictionary(
          head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
        body: body)
      let answer = script(request, log.add(request))
      var headers = HTTPHeaders(answer.headers)
      headers.add(
        name: "content-length", value: "\(answer.body.utf8.count + (answer.isCutOff ? 100 : 0))")
      context.write(
        wrapOutboundOut(
          .head(
            HTTPResponseHead(
              version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers))),
        promise: nil)
      context.writeAndFlush(
        wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
      if answer.isCutOff {
        context.close(promise: nil)
      } else {
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
