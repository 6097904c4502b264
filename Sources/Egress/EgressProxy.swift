import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The way out as a socket that is mounted into a sandbox: an HTTP/1.1 proxy (RFC 9112, absolute form) in front of an
/// ``EgressClient``.
///
/// Inside, `curl --unix-socket /run/egress.sock http://host/path` speaks to it outright. For programs that know only
/// proxies by port the sandbox runs socat from its own loopback to the socket and sets `http_proxy`. Either way a program
/// asks for `http://…`; the way out asks on over TLS, because through a tunnel (`CONNECT`) it could see neither method nor
/// path nor add a credential. For git the sandbox sets `url.http://.insteadOf=https://`, so that addresses stay as they
/// are written; pip and npm take `http://` as their index.
package struct EgressProxy: Sendable {
  private let client: EgressClient

  package init(_ client: EgressClient) { self.client = client }

  private typealias Connection = NIOAsyncChannel<
    HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>
  >

  /// Answers on a socket of its own, which its owner alone can reach, for as long as `body` takes.
  package func serve<Result: Sendable>(
    _ body: @Sendable @escaping (_ socket: String) async throws -> Result
  ) async throws -> Result {
    let directory = try Self.directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let path = directory + "/egress.sock"
    let server: NIOAsyncChannel<Connection, Never>
    do {
      server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
            try pipeline.addHandler(ByteBufferAnswers())
            return try Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      throw EgressSetUpError.socket(cause: "\(error)")
    }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await accept(on: server)
        return nil
      }
      group.addTask { try await body(path) }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  private static func directory() throws(EgressSetUpError) -> String {
    // Short, because a socket's path has at most 107 bytes (unix(7)).
    var template = Array(("/tmp/assay-egress-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else { throw .socket(cause: String(cString: strerror(errno))) }
    let bytes = template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func accept(on server: NIOAsyncChannel<Connection, Never>) async throws {
    try await server.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { group in
        // Waiting to be taken is the kernel's queue; at most so many are answered at once.
        let places = Places(client.limits.concurrent)
        for try await connection in connections {
          guard await places.take() else { return }
          group.addTask {
            // What goes wrong on one connection is that connection's end.
            try? await answer(on: connection)
            await places.giveBack()
          }
        }
      }
    }
  }

  private func answer(on connection: Connection) async throws {
    try await connection.executeThenClose { inbound, outbound in
      let answer: EgressAnswer
      var isHead = false
      do {
        let request = try await read(inbound)
        isHead = request.method == "HEAD"
        answer = try await client.answer(to: request)
      } catch let refusal as EgressRefusal {
        answer = Self.refusing(refusal)
      }
      var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
      // One request a connection, so that there is nothing to smuggle a second one in.
      headers.add(name: "Connection", value: "close")
      let hasBody = !isHead && answer.status != 204 && answer.status != 304
      if hasBody { headers.add(name: "Content-Length", value: String(answer.body.count)) }
      let status = HTTPResponseStatus(statusCode: answer.status)
      try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
      if hasBody { try await outbound.write(.body(ByteBuffer(bytes: answer.body))) }
      try await outbound.write(.end(nil))
    }
  }

  private static func refusing(_ refusal: EgressRefusal) -> EgressAnswer {
    EgressAnswer(
      status: refusal.status,
      headers: [
        EgressHeader("Content-Type", "text/plain; charset=utf-8"), EgressHeader("X-Assay-Refused", "yes"),
      ], body: Array("\(refusal)\n".utf8))
  }

  private func read(_ inbound: NIOAsyncChannelInboundStream<HTTPServerRequestPart>) async throws
    -> EgressRequest
  {
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    for try await part in inbound {
      switch part {
      case .head(let found):
        // Refused before its body is waited for: a tunnel's never comes.
        guard found.method != .CONNECT, !found.headers.contains(name: "upgrade") else {
          throw EgressRefusal.tunnel
        }
        guard found.uri.contains("://") else {
          throw EgressRefusal.malformed(
            "this is a proxy; ask for a whole address, http://host/path")
        }
        head = found
      case .body(let buffer):
        guard body.count + buffer.readableBytes <= client.limits.request else {
          throw EgressRefusal.tooLarge(client.limits.request)
        }
        body.append(contentsOf: buffer.readableBytesView)
      case .end:
        guard let head else { break }
        return EgressRequest(
          head.method.rawValue, head.uri, headers: head.headers.map { EgressHeader($0.name, $0.value) },
          body: body)
      }
    }
    throw CancellationError()
  }
}

/// So many at once; the others wait their turn.
private actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func take() async -> Bool {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
    return !Task.isCancelled
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// NIO's server speaks of `IOData`, which may be a file and so is not sendable.
private final class ByteBufferAnswers: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
  typealias OutboundOut = HTTPServerResponsePart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part: HTTPServerResponsePart =
      switch unwrapOutboundIn(data) {
      case .head(let head): .head(head)
      case .body(let buffer): .body(.byteBuffer(buffer))
      case .end(let trailers): .end(trailers)
      }
    context.write(wrapOutboundOut(part), promise: promise)
  }
}
