import Foundation
import GRDB
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("The SQLite ledger as a store")
struct SQLiteLedgerTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  /// An empty ledger in which nothing may change or delete a usage row.
  private func make() throws -> SQLiteLedger {
    let path = directory.path("\(UUID().uuidString)/ledger.sqlite")
    let ledger = try SQLiteLedger(path: path)
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      for action in ["UPDATE", "DELETE"] {
        try db.execute(
          sql: """
            CREATE TRIGGER no_\(action) BEFORE \(action) ON usage
            BEGIN SELECT RAISE(ABORT, 'usage is append-only'); END
            """)
      }
    }
    return ledger
  }

  @Test("Reports of a call merge in any order, as further rows", arguments: 0..<8 as Range<UInt64>)
  func merges(seed: UInt64) throws { try LedgerStoreSuite.mergesInAnyOrder({ try make() }, seed: seed) }

  @Test("What telemetry, log and gateway report is one record, whatever comes first")
  func telemetry() throws { try LedgerStoreSuite.telemetryCountsOnce { try make() } }

  @Test("A call through the gateway and the same by telemetry are one record")
  func gatewayAndTelemetry() throws { try LedgerStoreSuite.gatewayAndTelemetryAreOne { try make() } }

  @Test("Telemetry that no record of a log can be told from does not count")
  func nameless() throws { try LedgerStoreSuite.namelessLogCountsAlone(make()) }

  @Test("Telemetry's turns give way to a log's")
  func telemetryTurns() throws { try LedgerStoreSuite.telemetryTurnsGiveWay { try make() } }

  @Test("The strongest claim owns a call, and both sessions are due")
  func ownerRank() throws { try LedgerStoreSuite.ownerRankMovesACall(make()) }

  @Test("Facts stored again are the same facts")
  func idempotent() throws { try LedgerStoreSuite.factsAreIdempotent(make()) }

  @Test("Turns merge in any order")
  func turns() throws { try LedgerStoreSuite.turnsMergeInAnyOrder { try make() } }

  @Test("Sessions merge in any order")
  func sessions() throws { try LedgerStoreSuite.sessionsMergeInAnyOrder { try make() } }

  @Test("How far a source was read is remembered")
  func sources() throws { try LedgerStoreSuite.sourcesAreRemembered(make()) }

  @Test("What was observed of sessions is replaced with their states, and read account by account")
  func observations() throws { try LedgerStoreSuite.observationsAreReplaced(make()) }

  @Test("What somebody says of a session of theirs is theirs alone")
  func contests() throws { try LedgerStoreSuite.contestsAreTheirAuthors(make()) }

  @Test("A newer reader adds what calls were aimed at")
  func aims() throws { try LedgerStoreSuite.aimsAreAdded(make()) }

  @Test("What landed is replaced as a whole, and is read by when it landed")
  func changes() throws { try LedgerStoreSuite.changesAreReplaced(make()) }

  @Test("What becomes due during a derivation stays due")
  func due() throws { try LedgerStoreSuite.dueIsAQueue(make()) }

  @Test("A derivation that was overtaken changes nothing")
  func overtaken() throws { try LedgerStoreSuite.slowDerivationIsRefused(make()) }

  @Test("Derived data is replaced session by session")
  func derived() throws { try LedgerStoreSuite.derivedIsReplaced(make()) }

  @Test("Cells are found by the slot they begin in")
  func cells() throws { try LedgerStoreSuite.cellsByPeriod(make()) }

  @Test("A directory may hold several repositories")
  func places() throws { try LedgerStoreSuite.placesAreKept(make()) }

  @Test("Diagnostics of a source read anew replace the old ones")
  func diagnostics() throws { try LedgerStoreSuite.diagnosticsAreReplaced(make()) }

  @Test("A call is settled once, in whatever order its frames come", arguments: 0..<6 as Range<UInt64>)
  func settles(seed: UInt64) throws { try LedgerStoreSuite.callsSettleOnce({ try make() }, seed: seed) }

  @Test("Calls that share the identifier of a response stay apart")
  func equalResponses() throws { try LedgerStoreSuite.equalResponsesStayApart(make()) }

  @Test("What may have been billed is usage, what was not is none")
  func endings() throws { try LedgerStoreSuite.endingsBecomeUsage(make()) }

  @Test("Calls without a session are gathered by key, tool and day")
  func madeUpSessions() throws { try LedgerStoreSuite.sessionsAreMadeUp(make()) }

  @Test("How far a spool was drained is remembered")
  func positions() throws { try LedgerStoreSuite.positionsAreKept(make()) }

  @Test("Charges add up by scope and slot")
  func charges() throws { try LedgerStoreSuite.chargesAddUp(make()) }
}

@Suite("The SQLite ledger as a file")
struct SQLiteLedgerFileTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  @Test("What was stored is there after opening again, under the same key")
  func reopens() throws {
    let path = directory.path("deep/er/ledger.sqlite")
    let key = try {
      let ledger = try SQLiteLedger(path: path)
      try ledger.append([Facts.update { $0.usage = [Facts.record(1)] }])
      return ledger.hashKey
    }()
    let again = try SQLiteLedger(path: path)
    #expect(again.hashKey == key)
    #expect(try LedgerStoreSuite.records(in: again).count == 1)
  }

  @Test("Nobody else can read the ledger or the files beside it")
  func isPrivate() throws {
    let path = directory.path("ledger.sqlite")
    let ledger = try SQLiteLedger(path: path)
    try ledger.append([Facts.update { $0.usage = [Facts.record(1)] }])
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.url.path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: directory.path(file))
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
    }
  }

  @Test("A ledger of a newer Assay is refused, and says so")
  func newer() throws {
    let path = directory.path("ledger.sqlite")
    _ = try SQLiteLedger(path: path)
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99: the future')")
    }
    let error = #expect(throws: LedgerError.self) { _ = try SQLiteLedger(path: path) }
    #expect(error?.reason == .newerVersion)
    #expect(error?.description.contains("newer version") == true)
  }

  @Test("What is no ledger is not opened, and the message says what to do")
  func notALedger() throws {
    let text = try directory.write(
      Array(String(repeating: "not a database. ", count: 99).utf8), to: "notes.txt")
    let folder = directory.path("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, reason) in [(text, LedgerError.Reason.cannotOpen), (folder, .cannotCreate)] {
      let error = #expect(throws: LedgerError.self) { _ = try SQLiteLedger(path: path) }
      #expect(error?.reason == reason)
      #expect(error?.description.contains(path) == true)
    }
    #expect(
      try String(contentsOfFile: text, encoding: .utf8).hasPrefix("not a database"), "it is left as it was")
  }

  @Test(
    "A place where nothing can be made is named",
    arguments: ["/dev/null/ledger.sqlite", "/proc/assay/ledger.sqlite"])
  func unwritable(path: String) throws {
    let error = #expect(throws: LedgerError.self) { _ = try SQLiteLedger(path: path) }
    #expect(error?.reason == .cannotCreate)
    #expect(error?.description.contains("--ledger") == true)
  }

  @Test("A ledger damaged inside says so, wherever it is noticed")
  func damagedInside() throws {
    let path = directory.path("ledger.sqlite")
    try {
      let ledger = try SQLiteLedger(path: path)
      try ledger.append([Facts.update { batch in batch.usage = (0..<3000).map { Facts.record($0) } }])
    }()
    let pages = try #require(FileManager.default.contents(atPath: path)).count / 4096
    #expect(pages > 60)
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: 30 * 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: (pages - 30) * 4096))
    try file.close()
    let error = #expect(throws: LedgerError.self) {
      let ledger = try SQLiteLedger(path: path)
      _ = try LedgerStoreSuite.records(in: ledger)
      try ledger.append([Facts.update { batch in batch.usage = (0..<6000).map { Facts.record($0) } }])
    }
    #expect(error?.reason == .cannotOpen)
    #expect(error?.description.contains("move it away") == true)
    #expect(error?.description.contains("SELECT") == false, "no SQL")
  }

  @Test("Many threads open a new ledger at once and write to it")
  func opensAtOnce() async throws {
    let path = directory.path("ledger.sqlite")
    try await withThrowingTaskGroup(of: SipHash24.Key.self) { group in
      for number in 0..<8 {
        group.addTask {
          let ledger = try SQLiteLedger(path: path)
          for part in 0..<5 {
            try ledger.append([Facts.update { $0.usage = [Facts.record(number * 10 + part)] }])
          }
          return ledger.hashKey
        }
      }
      var keys: Set<SipHash24.Key> = []
      for try await key in group { keys.insert(key) }
      #expect(keys.count == 1)
    }
    #expect(try LedgerStoreSuite.records(in: SQLiteLedger(path: path)).count == 40)
  }
}
