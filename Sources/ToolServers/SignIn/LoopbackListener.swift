import NIOCore
import NIOHTTP1
import NIOPosix

/// Where a browser comes back to on this machine (RFC 8252, section 7.3): one path on 127.0.0.1, for one attempt.
struct LoopbackListener: Sendable {
  private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  static let path = "/callback"
  private let server: NIOAsyncChannel<Connection, Never>
  private let port: Int

  /// - Parameter port: 0: any.
  init(port: Int) async throws(SignInProblem) {
    do {
      server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
            return try Connection(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      throw .settings("Port \(port) of this machine cannot be listened on for the browser to come back to.")
    }
    self.port = server.channel.localAddress?.port ?? port
  }

  var redirect: String { "http://127.0.0.1:\(port)\(Self.path)" }

  /// Waits for the answer, and stops listening.
  ///
  /// - Parameter isAnswer: Whether a query is to the question that was asked. Others are turned away and change nothing:
  ///   anybody on this machine can ask, and any page in the browser.
  func answer(
    within patience: Duration, where isAnswer: @escaping @Sendable ([String: [String]]) -> Bool
  ) async throws(SignInProblem) -> [String: [String]] {
    let (server, port) = (server, port)
    let answer = await withTaskGroup(of: [String: [String]]?.self) { group in
      group.addTask {
        (try? await server.executeThenClose { connections in
          for try await connection in connections {
            if let answer = await Self.serve(connection, port: port, where: isAnswer) { return answer }
          }
          return nil
        }) ?? nil
      }
      group.addTask {
        try? await Task.sleep(for: patience)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    guard let answer else {
      throw .refused(
        reason: "the browser did not come back within \(patience.components.seconds / 60) minutes")
    }
    return answer
  }

  /// One request of one connection; whoever sends none is not waited for.
  private static func serve(
    _ connection: Connection, port: Int, where isAnswer: @escaping @Sendable ([String: [String]]) -> Bool
  ) async -> [String: [String]]? {
    let channel = connection.channel
    let deadline = channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
    defer { deadline.cancel() }
    let answer = try? await connection.executeThenClose { parts, out -> [String: [String]]? in
      for try await part in parts {
        guard case .head(let head) = part else { return nil }
        let fields = query(of: head, port: port)
        let isRight = fields.map(isAnswer) ?? false
        let text =
          isRight
          ? "You can close this page and go back to the terminal.\n" : "This is not what was waited for.\n"
        let response = HTTPResponseHead(
          version: .http1_1, status: isRight ? .ok : .badRequest,
          headers: [
            "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(text.utf8.count),
            "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Connection": "close",
          ])
        // A browser may be gone before the last of it is written; its answer counts all the same.
        try? await out.write(
          contentsOf: [.head(response), .body(.byteBuffer(ByteBuffer(string: text))), .end(nil)])
        return isRight ? fields : nil
      }
      return nil
    }
    return answer ?? nil
  }

  /// `nil` for anything but what a browser asks that was sent here: another name for this machine may be one that an
  /// attacker's DNS gives.
  private static func query(of head: HTTPRequestHead, port: Int) -> [String: [String]]? {
    guard head.method == .GET, head.headers["Host"] == ["127.0.0.1:\(port)"], head.uri.hasPrefix(path + "?"),
      head.uri.utf8.count <= 16_384
    else { return nil }
    return FormText.decoded(String(head.uri.dropFirst(path.count + 1)))
  }
}
