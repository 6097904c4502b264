import AsyncHTTPClient
import Budgets
import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import Logging
import ModelAPI
import NIOCore
import ServiceSettings
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import TestCorpus

@testable import Gateway

/// A gateway that really listens, with a ledger, a directory and a spool of its own.
struct GatewayUnderTest: Sendable {
  let directory: TemporaryDirectory
  let ledger: SQLiteLedger
  let control: ControlStore
  let port: Int
  let log: RecordedLog

  var url: String { "http://127.0.0.1:\(port)" }

  /// Runs `body` beside a gateway and stops the gateway in good order; what it spooled is in the ledger then.
  static func run<Result: Sendable>(
    _ upstreams: [ScriptedUpstream], dialect: Dialect = .anthropic, in directory: TemporaryDirectory? = nil,
    credential: String? = "upstream-secret-0123456789",
    clock: @escaping @Sendable () -> Instant = { Instant(Date()) },
    configure: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (GatewayUnderTest) async throws -> Result
  ) async throws -> (Result, GatewayUnderTest) {
    let directory = try directory ?? TemporaryDirectory()
    var configuration = GatewayConfiguration()
    configuration.listen.port = 0
    configuration.unpricedModels = .allow
    configuration.repeats = nil
    configuration.upstreams = upstreams.enumerated().map { index, upstream in
      UpstreamConfiguration(
        name: "upstream\(index)", dialect: dialect, url: URL(string: upstream.url) ?? URL(filePath: "/"),
        credential: credential == nil ? nil : .environment("UPSTREAM_KEY"))
    }
    configure(&configuration)
    let ledger = try SQLiteLedger(path: directory.path("ledger.sqlite"))
    let control = try ControlStore(path: directory.path("control.sqlite"))
    let log = RecordedLog()
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let gateway = Gateway(
      configuration, environment: ["UPSTREAM_KEY": credential ?? ""],
      stores: Gateway.Stores(ledger: ledger, control: control, spoolDirectory: directory.path("spool")),
      prices: try PriceCatalogue.builtIn(withFileAt: nil), log: log.logger,
      clock: clock, onListening: { announce.yield($0) })
    let group = ServiceGroup(services: [gateway], gracefulShutdownSignals: [], logger: log.logger)
    return try await withThrowingTaskGroup { tasks in
      tasks.addTask {
        defer { announce.finish() }
        try await group.run()
      }
      guard let port = await ports.first(where: { _ in true }) else {
        try await tasks.waitForAll()
        throw CancellationError()
      }
      let running = GatewayUnderTest(
        directory: directory, ledger: ledger, control: control, port: port, log: log)
      let result: Result
      do {
        result = try await body(running)
      } catch {
        await group.triggerGracefulShutdown()
        try? await tasks.waitForAll()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      return (result, running)
    }
  }

  struct Answer: Sendable {
    var status: Int
    var headers: [(String, String)]
    var body: String
    func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name }?.1 }
  }

  /// Asks as an SDK would, with a credential of the client's own unless headers say otherwise.
  func post(
    _ body: String, to path: String = "/v1/messages",
    headers: [(String, String)] = [("x-api-key", "sk-client")]
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(ByteBuffer(string: body))
    return try await answer(to: request)
  }

  func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    return try await answer(to: request)
  }

  private func answer(to request: HTTPClientRequest) async throws -> Answer {
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 64 << 20)
    return Answer(
      status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
      body: String(buffer: body))
  }

  /// Every attempt in the ledger, in the order of their making.
  func calls() throws -> [CallFact] {
    let everything = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
    return try ledger.calls(in: everything, limit: 100_000).sorted {
      ($0.opened, $0.attempt) < ($1.opened, $1.attempt)
    }
  }
}

/// Everything that was logged, as lines.
final class RecordedLog: Sendable {
  private let lines = NIOLockedLines()
  var text: String { lines.joined }
  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self.lines) } }

  private struct Handler: LogHandler {
    let lines: NIOLockedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      lines.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
    }
  }
}

final class NIOLockedLines: Sendable {
  private let lines = Mutex<[String]>([])
  func append(_ line: String) { lines.withLock { $0.append(line) } }
  var joined: String { lines.withLock { $0.joined(separator: "\n") } }
}
