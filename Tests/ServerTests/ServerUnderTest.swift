import AsyncHTTPClient
import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import ServiceSettings
import SignIn
import TestCorpus

@testable import Server

/// A server that really listens, with a ledger and a directory of its own.
struct ServerUnderTest: Sendable {
  let directory: TemporaryDirectory
  let ledger: SQLiteLedger
  let control: ControlStore
  let port: Int

  var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter isLocal: Whether it serves whoever is at this machine, without sign-in.
  static func run(
    isLocal: Bool = false, configure: (inout ServerSettings) -> Void = { _ in },
    environment: [String: String] = [:],
    _ body: @Sendable (ServerUnderTest) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    var settings = ServerSettings()
    settings.listen.port = 0
    if !isLocal, let issuer = URL(string: "http://127.0.0.1:1/") {
      settings.signIn = OpenIDSettings(issuer: issuer, clientID: "assay")
    }
    configure(&settings)
    let ledger = try SQLiteLedger(path: directory.path("ledger.sqlite"))
    let control = try ControlStore(path: directory.path("control.sqlite"))
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try Server(
      settings, stores: Server.Stores(ledger: ledger, control: control), client: .shared,
      environment: environment,
      log: log
    ) { announce.yield($0) }
    let group = ServiceGroup(services: [server], gracefulShutdownSignals: [], logger: log)
    try await withThrowingTaskGroup { tasks in
      tasks.addTask {
        defer { announce.finish() }
        try await group.run()
      }
      guard let port = await ports.first(where: { _ in true }) else { return try await tasks.waitForAll() }
      do {
        try await body(
          ServerUnderTest(directory: directory, ledger: ledger, control: control, port: port))
      } catch {
        await group.triggerGracefulShutdown()
        try? await tasks.waitForAll()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: String
  }

  /// - Parameter body: bytes as they are.
  func ask(
    _ method: HTTPMethod, _ path: String, as visitor: Visitor = .nobody, headers: [(String, String)] = [],
    body: [UInt8]? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    for (name, value) in visitor.headers + headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
    let bytes = try await response.body.collect(upTo: 16 << 20)
    return Answer(
      status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes))
  }

  /// Sends a form as a page of this server would.
  func submit(_ path: String, as visitor: Visitor, _ fields: [String: String]) async throws -> Answer {
    let pairs = fields.map {
      "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
    return try await ask(
      .POST, path, as: visitor,
      headers: [("content-type", "application/x-www-form-urlencoded"), ("origin", url)],
      body: Array(pairs.joined(separator: "&").utf8))
  }
}

/// Who asks a server under test.
enum Visitor: Sendable {
  case nobody
  case browser(KeySecret)
  case program(KeySecret)

  var headers: [(String, String)] {
    switch self {
    case .nobody: []
    case .browser(let secret): [("cookie", "assay=\(secret.revealed)")]
    case .program(let secret): [("authorization", "Bearer \(secret.revealed)")]
    }
  }

  /// What a page's form brings back.
  var proof: String? {
    if case .browser(let secret) = self { SessionCookie.proof(of: secret.revealed) } else { nil }
  }
}
