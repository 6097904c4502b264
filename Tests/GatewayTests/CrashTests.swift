import AsyncHTTPClient
import ControlSQLite
import Directory
import Foundation
import Ledger
import LedgerSQLite
import NIOCore
import NIOHTTP1
import Synchronization
import TestCorpus
import Testing

/// The program itself, killed. `./test --full` does it more often, with more clients, and against every limit.
@Suite("The server is killed")
struct CrashTests {
  /// Call `number` asks for so many tokens at most, by which its row is known, and is answered with as many of input.
  /// All are of one length.
  private static func question(_ number: Int) -> String {
    #"{"model":"claude-sonnet-4-5","stream":\#(number % 2 == 0 ? "true " : "false"),"max_tokens":\#(number),"messages":[]}"#
  }

  private static func usage(_ number: Int, output: Int = 7) -> String {
    #""usage":{"input_tokens":\#(number),"output_tokens":\#(output)}"#
  }

  private static func number(of request: ScriptedUpstream.Request) -> Int {
    Int(request.text.split(separator: #""max_tokens":"#).last?.prefix { $0.isNumber } ?? "") ?? 0
  }

  private static func answer(_ number: Int) -> [ScriptedUpstream.Step] {
    let pause = ScriptedUpstream.Step.pause(milliseconds: Int64(number % 20))
    let message = #""id":"msg_\#(number)","type":"message","model":"claude-sonnet-4-5""#
    guard number % 2 == 0 else { return [pause] + Exchange.answer("{\(message),\(usage(number))}") }
    return [
      pause, Exchange.streamHead,
      .bytes(
        Exchange.event(
          "message_start", #"{"type":"message_start","message":{\#(message),\#(usage(number, output: 1))}}"#)),
      pause,
      .bytes(Exchange.event("message_delta", #"{"type":"message_delta","delta":{},\#(usage(number))}"#)),
      .bytes(Exchange.event("message_stop", #"{"type":"message_stop"}"#)), .end,
    ]
  }

  /// What the clients know.
  private final class Clients: Sendable {
    /// Nobody waits for a server that is not there to come back: the next has another port.
    let http: HTTPClient = {
      var configuration = HTTPClient.Configuration()
      configuration.connectionPool.retryConnectionEstablishment = false
      return HTTPClient(configuration: configuration)
    }()
    let port = Mutex<Int?>(nil)
    let next = Atomic<Int>(10_000)
    let answered = Mutex<Set<Int>>([])
    let isOver = Atomic<Bool>(false)

    // Whether or not the test came to its end.
    deinit { try? http.syncShutdown() }

    func post(_ body: String, to port: Int, secret: String) async throws -> (Int, String) {
      var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/messages")
      request.method = .POST
      request.headers.add(name: "x-api-key", value: secret)
      request.body = .bytes(ByteBuffer(string: body))
      let response = try await http.execute(request, timeout: .seconds(10))
      return (
        Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20))
      )
    }

    /// Asks until it is over, a new question each time.
    func ask(_ secret: String) async {
      while !isOver.load(ordering: .acquiring) {
        guard let port = port.withLock({ $0 }) else {
          try? await Task.sleep(for: .milliseconds(2))
          continue
        }
        let number = next.wrappingAdd(1, ordering: .relaxed).newValue
        if let (status, body) = try? await post(CrashTests.question(number), to: port, secret: secret),
          status == 200, body.contains(#""output_tokens":7"#)
        {
          answered.withLock { _ = $0.insert(number) }
        }
      }
    }
  }

  @Test(
    "T12: killed in mid-load and started again, the ledger is what the upstream served, each call once",
    .timeLimit(.minutes(2)))
  func killed() async throws {
    let upstream = try await ScriptedUpstream { request, _ in Self.answer(Self.number(of: request)) }
    let place = try ServerPlace(upstream: upstream)
    let control = try ControlStore(path: place.control)
    let everybody = try Everybody(in: control)
    let clients = Clients()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<8 { tasks.addTask { await clients.ask(everybody.secret) } }
      for _ in 1...3 {
        let (server, port) = try await place.start()
        clients.port.withLock { $0 = port }
        let enough = clients.answered.withLock { $0.count } + 25
        while clients.answered.withLock({ $0.count }) < enough { try await Task.sleep(for: .milliseconds(1)) }
        server.kill()
        #expect(try server.wait().status == nil)
        clients.port.withLock { $0 = nil }
      }
      clients.isOver.store(true, ordering: .releasing)
      try await tasks.waitForAll()
    }
    let (server, port) = try await place.start()
    // What was left is in the ledger before it listens.
    let overhead = try account(
      place, served: upstream.requests.map(Self.number), answered: clients.answered.withLock { $0 })

    // There is room for what the ledger says, and one call: neither more was counted nor less.
    let ledger = try SQLiteLedger(path: place.ledger)
    let spent = try Self.calls(ledger).reduce(0) { $0 + $1.chargedTokens }
    let last = 99_999
    for (room, status) in [(-1, 429), (0, 200)] {
      try control.setLimit(
        .tokens(spent + overhead + Int64(last + room)), per: .month, on: .key(everybody.key.id),
        at: Instant(Date()))
      let got = try await clients.post(Self.question(last), to: port, secret: everybody.secret)
      #expect(got.0 == status, "\(got.1)")
    }
    server.kill()
    _ = try server.wait()
    try await upstream.stop()
  }

  private static func calls(_ ledger: SQLiteLedger) throws -> [CallFact] {
    try ledger.calls(in: Instant(milliseconds: 0)..<Instant(milliseconds: .max), limit: .max)
  }

  /// - Returns: How many tokens are reserved for a call beyond its output.
  private func account(_ place: ServerPlace, served: [Int], answered: Set<Int>) throws -> Int64 {
    let ledger = try SQLiteLedger(path: place.ledger)
    let calls = try Self.calls(ledger)
    let overhead = Int64(Self.question(10_000).utf8.count)
    let numbers = calls.map { Int($0.reservedTokens - overhead) }
    let rows = Dictionary(zip(numbers, calls)) { first, _ in first }
    #expect(rows.count == calls.count, "a call is there twice")
    #expect(calls.allSatisfy { !$0.isOpen }, "a reservation is left")
    #expect(Set(served).count == served.count && Set(served).isSubset(of: rows.keys), "a call is lost")
    let crashed = rows.filter { $0.value.ending == .crashed }
    #expect(!crashed.isEmpty, "it was not killed while calls were under way")
    let completed = rows.filter { $0.value.ending == .completed }
    #expect(completed.count + crashed.count == rows.count)
    #expect(Set(completed.keys).isSubset(of: served) && answered.isSubset(of: completed.keys))
    for (number, call) in completed {
      #expect(call.usage.map(\.counts) == [TokenCounts(input: Int64(number), output: 7)])
      #expect(call.usageSource == .provider && call.chargedTokens == Int64(number) + 7)
    }
    for (number, call) in crashed {
      // A stream's input was seen; of anything else nothing is known, and it counts as all that it might have been.
      if let counts = call.usage.first?.counts {
        #expect(call.usageSource == .partial && counts.input == Int64(number))
      } else {
        #expect(call.usageSource == .unknown && call.chargedTokens == call.reservedTokens)
      }
    }
    // What is counted is what was served, but for what nobody can know.
    let records = try ledger.usage(of: ledger.sessions().map(\.id)).records
    #expect(records.count == calls.count)
    let known =
      completed.keys.reduce(0) { $0 + $1 }
      + crashed.filter { !$0.value.usage.isEmpty }.keys.reduce(0) { $0 + $1 }
    #expect(records.reduce(0) { $0 + ($1.counts.input ?? 0) } == Int64(known))
    #expect(try ledger.integrityProblems().isEmpty)
    return overhead
  }
}

/// Where a server keeps everything, and how it is started there.
private struct ServerPlace {
  let directory: TemporaryDirectory
  var ledger: String { directory.path("ledger.sqlite") }
  var control: String { directory.path("control.sqlite") }

  init(upstream: ScriptedUpstream) throws {
    directory = try TemporaryDirectory()
    _ = try directory.write(
      Array(
        """
        keys: required
        repeat_breaker: off
        upstreams:
          - {name: anthropic, dialect: anthropic, url: "\(upstream.url)", credential: {environment: UPSTREAM_KEY}}
        """.utf8), to: "gateway.yaml")
  }

  /// The server, once it takes calls, and where.
  func start() async throws -> (ChildProcess, port: Int) {
    let server = try ChildProcess(
      ChildProcess.built("assay-server"),
      [
        "gateway", "--config", directory.path("gateway.yaml"), "--ledger", ledger, "--control", control,
        "--spool", directory.path("spool"), "--listen", "127.0.0.1:0",
      ], environment: ["UPSTREAM_KEY": "sk-upstream"])
    while true {
      let log = server.errors
      if let address = log.split(separator: "listening on http://127.0.0.1:").dropFirst().first,
        let port = Int(address.prefix { $0.isNumber }), address.contains("\n")
      {
        return (server, port)
      }
      try #require(server.isRunning, "\(log)")
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
