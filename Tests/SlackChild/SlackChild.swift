// A process for the tests of Slack's inbox to kill, and for scripts in other languages to talk to.
//
//   slack-child receive DATABASE DIRECTORY SECRET [PERCENT SEED]   takes in requests over HTTP, handles them, dies now and then
//   slack-child play [requests]                                    a scripted workspace, steered at /_/…
//   slack-child blocks                                             one of each block that we make, as JSON

import ControlSQLite
import Effects
import Foundation
import Ledger
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ScriptedSlack
import ServiceSettings
import Slack
import SlackClient
import Synchronization

@main
struct SlackChild {
  static func main() async {
    do {
      let arguments = CommandLine.arguments
      switch arguments.dropFirst().first {
      case "receive" where arguments.count >= 5: try await receive(arguments)
      case "play":
        let isHTTP = arguments.contains("requests")
        let slack = try await ScriptedSlack.start(
          delivery: isHTTP ? .requests : .socketMode, sendsAgainAfter: .milliseconds(500))
        say("\(slack.port)")
        // Until whoever began it goes away.
        while readLine() != nil {}
        try await slack.stop()
      case "blocks": say(try Samples.blocks().canonical)
      default: throw Usage()
      }
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private struct Usage: Error {}

  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func receive(_ arguments: [String]) async throws {
    let inbox = SQLiteSlackInbox(try ControlStore(path: arguments[2]))
    let fate = Fate(
      percent: arguments.count > 5 ? UInt64(arguments[5]) ?? 0 : 0,
      seed: arguments.count > 6 ? UInt64(arguments[6]) ?? 1 : 1)
    let bell = SlackBell()
    let reception = SlackReception(
      inbox: inbox, signingSecret: Credential(secret: arguments[4]),
      noted: { note in if note == .persisted { bell.ring() } })
    let peer = Peer(path: arguments[3] + "/log")
    var settings = SlackHandling.Settings()
    // There is one process at a time, and the next need not wait.
    settings.lease = .milliseconds(1500)
    settings.looksEvery = .milliseconds(100)
    settings.mostAttempts = 1000
    let handling = SlackHandling(
      inbox: Witness(inbox: inbox, peer: peer), settings: settings, bell: bell,
      logger: Logger(label: "child") { _ in SwiftLogNoOpLogHandler() }
    ) { claim in
      fate.point()
      peer.write("handle \(claim.delivery.id)")
      fate.point()
    }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await handling.run() }
      tasks.addTask { try await Listener(reception: reception, fate: fate).run { port in say("\(port)") } }
      try await tasks.next()
    }
  }
}

/// Where a process may be killed.
final class Fate: Sendable {
  private let state: Mutex<UInt64>
  private let percent: UInt64

  init(percent: UInt64, seed: UInt64) {
    state = Mutex(seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    self.percent = percent
  }

  func point() {
    let dies = state.withLock { state in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return (state >> 20) % 1000 < percent
    }
    if dies { kill(getpid(), SIGKILL) }
  }
}

/// What happened, in lines of a file that outlives us.
struct Peer {
  let path: String

  func write(_ line: String) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
    guard descriptor >= 0 else { return }
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}

/// The inbox, with a note of what it was told is handled.
struct Witness: SlackInbox {
  let inbox: SQLiteSlackInbox
  let peer: Peer

  func persist(_ delivery: SlackDelivery) async throws -> SlackReceipt { try await inbox.persist(delivery) }
  func claim(lease: Duration, most: Int) async throws -> [SlackClaim] {
    try await inbox.claim(lease: lease, most: most)
  }
  func finish(_ claim: SlackClaim) async throws -> Bool {
    let stood = try await inbox.finish(claim)
    if stood { peer.write("finished \(claim.delivery.id)") }
    return stood
  }
  func release(_ claim: SlackClaim, after pause: Duration) async throws -> Bool {
    try await inbox.release(claim, after: pause)
  }
  func abandon(_ claim: SlackClaim) async throws -> Bool { try await inbox.abandon(claim) }
}

/// An endpoint over HTTP on loopback.
struct Listener: Sendable {
  typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  let reception: SlackReception
  let fate: Fate

  func run(_ ready: (Int) -> Void) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 1024)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
    ready(server.channel.localAddress?.port ?? 0)
    try await withThrowingDiscardingTaskGroup { tasks in
      try await server.executeThenClose { connections in
        for try await connection in connections { tasks.addTask { try? await serve(connection) } }
      }
    }
  }

  private func serve(_ connection: Connection) async throws {
    try await connection.executeThenClose { inbound, outbound in
      var head: HTTPRequestHead?
      var body = Data()
      for try await part in inbound {
        switch part {
        case .head(let next): (head, body) = (next, Data())
        case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
        case .end:
          guard let fields = head?.headers else { return }
          fate.point()
          let answer = await reception.answer(header: { fields.first(name: $0) }, body: body)
          fate.point()
          var headers = HTTPHeaders(answer.headers.map { ($0.key, $0.value) })
          headers.add(name: "Content-Length", value: String(answer.body.utf8.count))
          let line = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
          try await outbound.write(
            contentsOf: [.head(line), .body(.byteBuffer(ByteBuffer(string: answer.body))), .end(nil)])
        }
      }
    }
  }
}
