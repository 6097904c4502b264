import NIOCore
import NIOHTTP1
import NIOPosix

/// A real HTTP server on the loopback interface, for as long as a body runs.
struct LocalServer: Sendable {
  struct Request: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8]
  }
  struct Answer: Sendable {
    var status: HTTPResponseStatus = .ok
    var headers: HTTPHeaders = [:]
    var body = "{}"
  }

  let port: Int
  var base: String { "http://127.0.0.1:\(port)" }

  private typealias Connection = NIOAsyncChannel<
    HTTPServerRequestPart, HTTPServerResponsePart
  >

  /// - Parameter answer: called for each request; nil closes the connection without an answer.
  static func with<Value: Sendable>(
    port: Int = 0, answer: @escaping @Sendable (Request) async -> Answer?,
    _ body: (LocalServer) async throws -> Value
  ) async throws -> Value {
    let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
    let port = listener.channel.localAddress?.port ?? 0
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try? await listener.executeThenClose { connections in
          await withDiscardingTaskGroup { open in
            do {
              for try await connection in connections {
                open.addTask { try? await serve(connection, answer: answer) }
              }
            } catch {}
          }
        }
      }
      let value = try await body(LocalServer(port: port))
      group.cancelAll()
      return value
    }
  }

  private static func serve(_ connection: Connection, answer: @Sendable (Request) async -> Answer?)
    async throws
  {
    try await connection.executeThenClose { inbound, outbound in
      var request: Request?
      for try await part in inbound {
        switch part {
        case .head(let head): request = Request(head: head, body: [])
        case .body(let buffer): request?.body += Array(buffer.readableBytesView)
        case .end:
          guard let whole = request, let answer = await answer(whole) else { return }
          var head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
          head.headers.add(name: "content-length", value: "\(answer.body.utf8.count)")
          try await outbound.write(.head(head))
          try await outbound.write(.body(.byteBuffer(ByteBuffer(string: answer.body))))
          try await outbound.write(.end(nil))
        }
      }
    }
  }
}
