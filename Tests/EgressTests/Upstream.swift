import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import Egress

/// A host that a run may or may not ask: takes whole requests as text and answers with whatever bytes a test wants.
final class Upstream: Sendable {
  let port: Int
  private let seen: Mutex<[String]>

  /// The requests that came, as they came.
  var requests: [String] { seen.withLock { $0 } }

  private init(port: Int, seen: consuming Mutex<[String]>) {
    self.port = port
    self.seen = seen
  }

  private func note(_ request: String) { seen.withLock { $0.append(request) } }

  /// - Parameter answer: `nil` for silence.
  static func with(
    security: NIOSSLContext? = nil, answer: @escaping @Sendable (_ request: String) -> String?,
    _ body: @Sendable @escaping (Upstream) async throws -> Void
  ) async throws {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
          }
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
    let upstream = Upstream(port: server.channel.localAddress?.port ?? 0, seen: Mutex([]))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await server.executeThenClose { connections in
          try await withThrowingDiscardingTaskGroup { each in
            for try await connection in connections {
              each.addTask {
                try? await connection.executeThenClose { inbound, outbound in
                  var text = ""
                  for try await buffer in inbound {
                    text += String(buffer: buffer)
                    guard isWhole(text) else { continue }
                    upstream.note(text)
                    guard let reply = answer(text) else {
                      try await Task.sleep(for: .seconds(100))
                      return
                    }
                    try await outbound.write(ByteBuffer(string: reply))
                    return
                  }
                }
              }
            }
          }
        }
        return false
      }
      group.addTask {
        try await body(upstream)
        return true
      }
      defer { group.cancelAll() }
      while let isDone = try await group.next(), !isDone {}
    }
  }

  private static func isWhole(_ text: String) -> Bool {
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let length = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
    return text[end.upperBound...].utf8.count >= (length ?? 0)
  }

  static func plain(_ body: String, status: String = "200 OK", headers: [String] = []) -> String {
    (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n")
      + "\r\n\r\n"
      + body
  }
}

/// Says for each name what a test wants, and how often it was asked.
final class FixedResolver: NameResolver {
  private let answers: Mutex<[String: [[IPAddress]]]>
  private let count = Mutex(0)

  var timesAsked: Int { count.withLock { $0 } }

  /// - Parameter names: For each name what is said the first time, the second and so on; the last from then on.
  init(_ names: [String: [[String]]]) {
    answers = Mutex(names.mapValues { $0.map { $0.compactMap { IPAddress($0) } } })
  }

  func addresses(of name: String) async -> [IPAddress] {
    count.withLock { $0 += 1 }
    return answers.withLock { answers in
      guard let turns = answers[name], let now = turns.first else { return [] }
      if turns.count > 1 { answers[name] = Array(turns.dropFirst()) }
      return now
    }
  }
}

extension EgressClient {
  /// A way out on which `api.example` and `other.example` are this machine.
  convenience init(
    _ rules: [EgressRule], limits: EgressLimits = EgressLimits(), authorities: String? = nil,
    record: @escaping @Sendable (EgressEntry) -> Void = { _ in }
  ) throws {
    try self.init(
      rules: rules, limits: limits,
      resolver: FixedResolver(["api.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]]),
      certificateAuthorities: authorities, record: record)
  }

  func refusal(of request: EgressRequest) async -> EgressRefusal? {
    do {
      _ = try await answer(to: request)
      return nil
    } catch {
      return error
    }
  }
}
