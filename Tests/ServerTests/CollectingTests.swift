import Arena
import AsyncHTTPClient
import Collection
import ControlSQLite
import Derivation
import Directory
import Gzip
import Foundation
import Ledger
import LedgerSQLite
import NIOHTTP1
import Outcomes
import Shipping
import TestCorpus
import Testing

@testable import Server

@Suite("Facts from people's machines") struct CollectingTests {
  /// What a rollup says, whoever's it is and whatever its session is called here.
  private struct Line: Hashable {
    var slot: Instant
    var model: String?
    var state: OutcomeState
    var tier: OutcomeTier?
    var totals: Totals
  }

  private static func lines(_ cells: [RollupCell]) -> [Line: Int] {
    Dictionary(
      cells.map {
        (Line(slot: $0.slot, model: $0.model, state: $0.state, tier: $0.tier, totals: $0.totals), 1)
      }, uniquingKeysWith: +)
  }

  @Test("A machine's facts make the same account on the server as at home, without a line of what was said")
  func sameAccount() async throws {
    try await ServerUnderTest.run { server in
      let now = Instant(Date())
      let place = server.directory
      let home = URL(filePath: place.path("home"))
      let repositories = URL(filePath: place.path("src"))
      _ = try await Scenario.demo(endingAt: now).write(home: home, repositories: repositories)
      let prices = try PriceCatalogue.builtIn(withFileAt: nil)

      // At home.
      let own = try SQLiteLedger(path: place.path("own.sqlite"))
      let discovery = Discovery(homes: [HomeDirectory(path: home.path)], files: [])
      _ = try await Collector(store: own).collect(discovery)
      try await Derivation(
        store: own, prices: prices,
        directories: GeminiProjects.directories(of: [HomeDirectory(path: home.path)]),
        cacheDirectory: nil
      ).run(now: now)

      // By way of the server, interrupted once.
      let person = try server.control.addPerson(name: "Ada", mail: "ada@example.org", at: now)
      let (_, secret) = try server.control.createToken(
        TokenRequest(name: "laptop", holder: .person(person.id), scopes: [.ingest]), at: now)
      guard let address = URL(string: server.url) else { return }
      let shipper = Shipper(server: address, token: secret.revealed, client: .shared)
      let terms = try await shipper.terms()
      let redaction = Redaction(key: terms.hashKey) { directory in
        (try? RepositoryLocation.containing(directory))?.originAddress
      }
      let outbox = try SQLiteOutbox(path: place.path("outbox.sqlite"), key: terms.hashKey) {
        redaction.shipment($0)
      }
      _ = try await Collector(store: outbox).collect(discovery)
      let shipped = try #require(try outbox.pending(bytes: .max))
      try await shipper.empty(outbox)
      // What is sent a second time, since the first answer was lost, adds nothing.
      let again =
        "[" + shipped.bodies.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",") + "]"
      let answer = try await server.ask(
        .POST, "/api/v1/facts", as: .program(secret), headers: [("content-type", "application/json")],
        body: Array(again.utf8))
      #expect(answer.status == 200)
      _ = try await Collector(store: outbox).collect(discovery)
      #expect(try outbox.pendingCount() == 0)
      try await Derivation(
        store: server.ledger, prices: prices, repositories: [repositories.path], isServing: true,
        cacheDirectory: nil
      ).run(now: now)

      let everything = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
      let (mine, theirs) = (try own.cells(in: everything), try server.ledger.cells(in: everything))
      #expect(mine.count > 50)
      #expect(Self.lines(mine) == Self.lines(theirs))
      #expect(theirs.allSatisfy { $0.account == person.account })
      #expect(try server.ledger.cells(in: everything, of: person.account).count == theirs.count)
      #expect(try server.ledger.cells(in: everything, of: .local).isEmpty)

      // Nothing that left names a place of the machine, or anything that was said or written there.
      for words in [home.path, repositories.path, "def ", "func ", "import "] {
        #expect(!again.contains(words), "\(words)")
      }
    }
  }

  @Test("What no machine of ours would send is refused whole, or left out and counted")
  func hostileFacts() async throws {
    try await ServerUnderTest.run { server in
      let staff = try Staff(of: server)
      let visitor = staff.visitor("token ingest")
      func send(_ body: [UInt8], _ headers: [(String, String)] = []) async throws -> Int {
        try await server.ask(
          .POST, "/api/v1/facts", as: visitor, headers: [("content-type", "application/json")] + headers,
          body: body
        ).status
      }
      for body in ["", "{", "{}", "[{}]", "null", "[[]]", String(repeating: "[", count: 100_000)] {
        #expect(try await send(Array(body.utf8)) == 400, "\(body.prefix(10))")
      }
      #expect(try await send(Array("[]".utf8), [("content-encoding", "br")]) == 415)
      #expect(try await send(Array("not gzip".utf8), [("content-encoding", "gzip")]) == 400)

      var batch = FactBatch()
      let session = SessionID.random()
      let now = staff.now
      func record(_ counts: TokenCounts, at: Instant, model: String = "claude-opus-4-5") -> UsageRecord {
        UsageRecord(
          id: .random(), session: session, ownerRank: .stated, at: at, tool: .claudeCode, model: model,
          counts: counts)
      }
      batch.usage = [
        record(TokenCounts(input: 1, output: 1), at: now),
        record(TokenCounts(input: -1, output: 1), at: now),
        record(TokenCounts(input: .max, output: 1), at: now),
        record(TokenCounts(input: 1, output: 1), at: now + .days(30)),
        record(TokenCounts(input: 1, output: 1), at: Instant(milliseconds: .min)),
        record(TokenCounts(input: 1, output: 1), at: now, model: String(repeating: "m", count: 5000)),
      ]
      batch.usage[0].account = AccountID(rawValue: 999)
      let shipment = FactShipment(
        tool: .claudeCode, shape: .lines, source: "../../x'; DROP TABLE usage", fromStart: true, batch: batch)
      #expect(try await send(Array(JSONEncoder().encode([shipment]))) == 200)
      let usage = try server.ledger.usage(of: [session]).records
      #expect(usage.count == 1)
      // The credential says whose it is, whatever the payload claims.
      #expect(usage.first?.account == staff.people["ada"]?.account)
      let diagnostics = try server.ledger.diagnostics()
      #expect(diagnostics.map(\.diagnostic.count) == [5])
      #expect(diagnostics.allSatisfy { !$0.path.contains("DROP TABLE") })
    }
  }

  @Test("A body that is too large, or becomes so, is refused before it is read whole")
  func tooLarge() async throws {
    try await ServerUnderTest.run(configure: { $0.bounds.ingestBytes = 1 << 20 }) { server in
      let visitor = try Staff(of: server).visitor("token ingest")
      let body = [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)
      for headers in [[], [("content-encoding", "gzip")]] {
        let sent = headers.isEmpty ? body : Gzip.deflated(body)
        let answer = try await server.ask(
          .POST, "/api/v1/facts", as: visitor, headers: [("content-type", "application/json")] + headers,
          body: sent)
        #expect(answer.status == 413)
      }
    }
  }
}
