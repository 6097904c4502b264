import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request to one address and its answer, on a connection of its own.
struct UpstreamExchange: Sendable {
  var host: EgressHost
  /// Where it connects to, whatever the name may lead to by now.
  var place: IPAddress
  var port: UInt16
  var security: NIOSSLContext?
  var limits: EgressLimits

  private typealias Connection = NIOAsyncChannel<
    HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>
  >

  func perform(_ head: HTTPRequestHead, body: [UInt8]) async throws(EgressRefusal) -> EgressAnswer {
    let connection: Connection
    do {
      connection = try await connected()
    } catch {
      throw .unreachable(host)
    }
    do {
      return try await withThrowingTaskGroup(of: EgressAnswer?.self) { group in
        group.addTask { try await exchanged(head, body: body, over: connection) }
        group.addTask {
          try await Task.sleep(for: limits.time)
          return nil
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() ?? nil else {
          throw EgressRefusal.broken(
            host, reason: "it took longer than \(limits.time.components.seconds) seconds")
        }
        return answer
      }
    } catch let refusal as EgressRefusal {
      throw refusal
    } catch {
      if Task.isCancelled { throw .broken(host, reason: "the run was stopped while it was asked") }
      throw .broken(host, reason: error is NIOSSLError ? "TLS failed" : "the connection failed")
    }
  }

  private func connected() async throws -> Connection {
    let address = try SocketAddress(ipAddress: "\(place)", port: Int(port))
    // Of an address there is no name to send; the certificate then has to name the address.
    let name: String? = if case .name(let name) = host { name } else { nil }
    let security = security
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(10))
      .connect(to: address) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let security {
            try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
          }
          try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
          try pipeline.addHandler(ByteBufferOut())
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
  }

  private func exchanged(_ head: HTTPRequestHead, body: [UInt8], over connection: Connection) async throws
    -> EgressAnswer
  {
    try await connection.executeThenClose { inbound, outbound in
      try await outbound.write(.head(head))
      if !body.isEmpty { try await outbound.write(.body(ByteBuffer(bytes: body))) }
      try await outbound.write(.end(nil))
      var answer: EgressAnswer?
      for try await part in inbound {
        switch part {
        case .head(let head):
          answer = EgressAnswer(
            status: Int(head.status.code), headers: head.headers.map { EgressHeader($0.name, $0.value) },
            body: [])
        case .body(let buffer):
          guard let count = answer?.body.count, count + buffer.readableBytes <= limits.answer else {
            throw EgressRefusal.broken(host, reason: "its answer has more than \(limits.answer) bytes")
          }
          answer?.body.append(contentsOf: buffer.readableBytesView)
        case .end:
          if let answer { return answer }
        }
      }
      throw EgressRefusal.broken(host, reason: "the connection ended before the answer did")
    }
  }
}

/// NIO's client speaks of `IOData`, which may be a file and so is not sendable.
private final class ByteBufferOut: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPRequestHead, ByteBuffer>
  typealias OutboundOut = HTTPClientRequestPart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part: HTTPClientRequestPart =
      switch unwrapOutboundIn(data) {
      case .head(let head): .head(head)
      case .body(let buffer): .body(.byteBuffer(buffer))
      case .end(let trailers): .end(trailers)
      }
    context.write(wrapOutboundOut(part), promise: promise)
  }
}
