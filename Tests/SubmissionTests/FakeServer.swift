import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A mail server that does wrong what a test wants.
final class FakeServer: Sendable {
  enum Reaction: Sendable {
    case say(String)
    /// Closes the connection.
    case drop
    case silence
    /// Says it again and again.
    case endless(String)
  }

  let port: Int
  /// What came, as it came.
  var received: String { seen.withLock { $0 } }
  private let seen = Mutex("")

  private init(port: Int) { self.port = port }

  /// What a server that does nothing wrong says to a line, or to the end of a message.
  static func sound(_ line: String) -> Reaction {
    switch line.prefix(4) {
    case "": .say("220 fake.example\r\n")
    case "EHLO":
      .say("250-fake.example\r\n250-8BITMIME\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 0\r\n")
    case "DATA": .say("354 go on\r\n")
    case "AUTH": .say("235 2.7.0 ok\r\n")
    default: .say("250 2.0.0 ok\r\n")
    }
  }

  /// - Parameter react: To a line; to the greeting's turn as ``sound(_:)`` has it, the empty line; to the end of a message,
  ///   `.`.
  static func with(
    react: @escaping @Sendable (_ line: String) -> Reaction,
    _ body: @Sendable @escaping (FakeServer) async throws -> Void
  ) async throws {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
      }
    let fake = FakeServer(port: server.channel.localAddress?.port ?? 0)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await server.executeThenClose { connections in
          try await withThrowingDiscardingTaskGroup { each in
            for try await connection in connections {
              each.addTask {
                try? await connection.executeThenClose { try await fake.serve($0, $1, react: react) }
              }
            }
          }
        }
        return false
      }
      group.addTask {
        try await body(fake)
        return true
      }
      defer { group.cancelAll() }
      while let isDone = try await group.next(), !isDone {}
    }
  }

  private func serve(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    react: @Sendable (String) -> Reaction
  ) async throws {
    guard try await perform(react(""), outbound) else { return }
    var pending = ""
    var isInData = false
    for try await buffer in inbound {
      let text = String(buffer: buffer)
      seen.withLock { $0 += text }
      pending += text
      while let end = pending.range(of: isInData ? "\r\n.\r\n" : "\r\n") {
        let line = String(pending[..<end.lowerBound])
        pending = String(pending[end.upperBound...])
        let reaction = react(isInData ? "." : line)
        if case .say(let reply) = reaction, line.hasPrefix("DATA"), !isInData {
          isInData = reply.hasPrefix("354")
        } else {
          isInData = false
        }
        guard try await perform(reaction, outbound) else { return }
      }
    }
  }

  private func perform(_ reaction: Reaction, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>)
    async throws -> Bool
  {
    switch reaction {
    case .say(let text): try await outbound.write(ByteBuffer(string: text))
    case .drop: return false
    case .silence: break
    case .endless(let text): while true { try await outbound.write(ByteBuffer(string: text)) }
    }
    return true
  }
}
