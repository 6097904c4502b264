import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import IMAP

/// A server that says what a test wants: for what Dovecot and Cyrus never do.
final class FakeServer: Sendable {
  enum Reply {
    /// Sent at once, `%` standing for the tag of the line.
    case say(String)
    case nothing
    /// Sent, then the connection is closed.
    case close(String)
    /// Sent, and TLS begins.
    case secure(String)
  }

  let port: Int
  private let heard = Mutex<[String]>([])

  /// All lines that clients sent.
  var lines: [String] { heard.withLock { $0 } }

  private init(port: Int) { self.port = port }

  func account(
    _ security: ConnectionSecurity = .loopback,
    _ signIn: SignIn = .password(user: "me", MailSecret("pass word"))
  ) -> IMAPAccount {
    IMAPAccount(host: "127.0.0.1", port: port, security: security, signIn: signIn)
  }

  static let able = "IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ ENABLE IDLE MOVE UIDPLUS CONDSTORE QRESYNC ESEARCH"

  /// What signs anybody in and opens any mailbox.
  static func usual(_ line: String) -> Reply {
    let words = line.split(separator: " ")
    switch words.dropFirst().first {
    case "AUTHENTICATE", "LOGIN": return .say("% OK [CAPABILITY \(able)] in\r\n")
    case "CAPABILITY": return .say("* CAPABILITY \(able)\r\n% OK done\r\n")
    case "ENABLE": return .say("* ENABLED QRESYNC\r\n% OK done\r\n")
    case "SELECT", "EXAMINE":
      return .say(
        "* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\Flagged \\*)] x\r\n* OK [UIDVALIDITY 7] x\r\n"
          + "* OK [UIDNEXT 4] x\r\n* OK [HIGHESTMODSEQ 9] x\r\n% OK [READ-WRITE] done\r\n")
    case "LOGOUT": return .close("* BYE bye\r\n% OK done\r\n")
    default: return .say("% OK done\r\n")
    }
  }

  /// - Parameter answer: To each line of a client, without its end.
  static func with(
    greeting: String = "* OK [CAPABILITY \(able)] hello\r\n", security: NIOSSLContext? = nil,
    answer: @escaping @Sendable (_ line: String) -> Reply = usual,
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
              each.addTask { try? await fake.serve(connection, greeting, security, answer) }
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
    _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ greeting: String, _ security: NIOSSLContext?,
    _ answer: @Sendable (String) -> Reply
  ) async throws {
    let channel = connection.channel
    try await connection.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: greeting))
      var pending = ByteBuffer()
      for try await buffer in inbound {
        pending.writeImmutableBuffer(buffer)
        while let end = pending.readableBytesView.firstIndex(of: 0x0A) {
          let bytes = pending.readBytes(length: end + 1 - pending.readerIndex) ?? []
          let line = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "")
          heard.withLock { $0.append(line) }
          let tag = line.split(separator: " ").first ?? "*"
          switch answer(line) {
          case .nothing: break
          case .say(let text): try await outbound.write(ByteBuffer(string: text.replacing("%", with: tag)))
          case .close(let text):
            try await outbound.write(ByteBuffer(string: text.replacing("%", with: tag)))
            return
          case .secure(let text):
            try await outbound.write(ByteBuffer(string: text.replacing("%", with: tag)))
            guard let security else { return }
            try await channel.eventLoop.submit {
              try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: security), position: .first)
            }.get()
          }
        }
      }
    }
  }
}

/// What comes through to a real server, until it is cut.
enum CuttingProxy {
  /// Where connections are cut.
  enum Cut: Sendable {
    /// As soon as the client sent these bytes on, before the server's answer is passed back.
    case after(String)
    /// Before the bytes are sent on.
    case before(String)
  }

  /// - Parameter body: Is given the port to connect to.
  static func with(
    to port: Int, cut: Cut, _ body: @Sendable @escaping (_ port: Int) async throws -> Void
  ) async throws {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    let group = MultiThreadedEventLoopGroup.singleton
    let server = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0) { channel in
      channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
    }
    let own = server.channel.localAddress?.port ?? 0
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      tasks.addTask {
        try await server.executeThenClose { connections in
          try await withThrowingDiscardingTaskGroup { each in
            for try await client in connections {
              each.addTask {
                guard
                  let upstream = try? await ClientBootstrap(group: group).connect(
                    host: "127.0.0.1", port: port,
                    channelInitializer: { channel in
                      channel.eventLoop.makeCompletedFuture {
                        try Connection(wrappingChannelSynchronously: channel)
                      }
                    })
                else { return }
                try? await pass(client, upstream, cut)
              }
            }
          }
        }
        return false
      }
      tasks.addTask {
        try await body(own)
        return true
      }
      defer { tasks.cancelAll() }
      while let isDone = try await tasks.next(), !isDone {}
    }
  }

  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isUp: Bool { value.withLock { $0 } }
    func raise() { value.withLock { $0 = true } }
  }

  private static func pass(
    _ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ upstream: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
    _ cut: Cut
  ) async throws {
    try await client.executeThenClose { fromClient, toClient in
      try await upstream.executeThenClose { fromServer, toServer in
        let isCut = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            for try await buffer in fromServer {
              if isCut.isUp { break }
              try await toClient.write(buffer)
            }
          }
          group.addTask {
            for try await buffer in fromClient {
              let text = String(buffer: buffer)
              switch cut {
              case .after(let mark) where text.contains(mark):
                isCut.raise()
                try await toServer.write(buffer)
                // The server has done it when it answers, which nobody is told.
                return
              case .before(let mark) where text.contains(mark): return
              default: try await toServer.write(buffer)
              }
            }
          }
          switch cut {
          case .after:
            // Both: the command is through, and answered.
            try await group.waitForAll()
          case .before:
            try await group.next()
            group.cancelAll()
          }
        }
      }
    }
  }
}
