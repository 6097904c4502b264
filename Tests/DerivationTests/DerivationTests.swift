import Attribution
import Derivation
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Derivation")
struct DerivationTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop() }

  @Test("Nothing new is no work, and what is new is only what changed")
  func nothingNew() async throws {
    try workshop.makeRepository()
    try workshop.store(session: 1, lines: Workshop.code(1))
    try workshop.store(session: 2, directory: "/nowhere/else")
    let now = Workshop.at(minutes: 30)
    #expect(try await workshop.derivation().run(now: now) == 2)
    let cells = try workshop.cells
    #expect(try await workshop.derivation().run(now: now) == 0)
    #expect(try await workshop.derivation().run(now: now + .minutes(1)) == 0)
    #expect(try workshop.cells == cells)
    try workshop.store(session: 3, directory: "/nowhere/else")
    #expect(try await workshop.derivation().run(now: now) == 1)
  }

  @Test("A price that changes, and another hold window, derive everything anew")
  func stamps() async throws {
    try workshop.store(session: 1, model: "model-of-our-own")
    let now = Workshop.at(minutes: 30)
    try await workshop.derivation().run(now: now)
    #expect(try workshop.cells.map(\.totals.cost) == [nil])
    #expect(try workshop.cells.map(\.totals.unpricedRecords) == [1])
    let file = try workshop.directory.write(
      Array(
        """
        {"format": "assay.prices/1", "version": "test", "currency": "USD", "models": [{
          "model": "model-of-our-own", "provider": "us", "source": "https://example.org", "checked": "2026-01-01",
          "input": "1", "cache_read": "1", "cache_write_5m": "1", "cache_write_1h": "1", "output": "10"}]}
        """.utf8), to: "prices.json")
    let priced = try workshop.derivation(prices: .builtIn(withFileAt: file))
    #expect(try await priced.run(now: now) == 1)
    #expect(try workshop.cells.map(\.totals.cost) == [NanoDollars(1_000_000 + 1_000_000)])
    #expect(try await priced.run(now: now) == 0)
    var policy = AttributionPolicy()
    policy.holdWindow = .days(3)
    #expect(
      try await workshop.derivation(prices: .builtIn(withFileAt: file), policy: policy).run(now: now) == 1)
  }

  @Test("Records that state other classes stay apart, so that each class says how many state it")
  func statedClasses() async throws {
    try workshop.makeRepository()
    try workshop.store(session: 1, lines: Workshop.code(1))
    // The same turn in two states, and beside records that say more, one that says less and one that says nothing.
    try workshop.commit(Array(Workshop.code(1).prefix(6)), to: "src/main.swift", at: Workshop.at(minutes: 20))
    let more = [
      TokenCounts(input: 7, cacheRead: 0, cacheWrite5m: 3, cacheWrite1h: 0, output: 9, reasoning: 2),
      TokenCounts(input: 7, output: 9), TokenCounts(output: 9), TokenCounts(),
    ]
    var batch = FactBatch()
    for (number, counts) in more.enumerated() {
      batch.usage.append(
        UsageRecord(
          id: Key128(space: "test/more", "\(number)"), session: Workshop.session(1),
          ownerRank: OwnerRank(rawValue: 0),
          turn: Key128(space: "test/turn", "1"), at: Workshop.at(minutes: 1), tool: .claudeCode,
          model: "claude-opus-4-5-20251101", counts: counts))
    }
    try workshop.append(batch)
    try await workshop.derivation().run(now: Workshop.at(minutes: 30))
    let cells = try workshop.cells
    func known(_ path: KeyPath<TokenCounts, Int64?>) -> Int64 {
      cells.filter { $0.totals.counts[keyPath: path] != nil }.reduce(0) { $0 + $1.totals.records }
    }
    #expect(cells.reduce(0) { $0 + $1.totals.records } == 5)
    #expect([known(\.input), known(\.cacheRead), known(\.output), known(\.reasoning)] == [3, 1, 4, 1])
    #expect(cells.reduce(0) { $0 + ($1.totals.counts.output ?? 0) } == 127)
  }

  @Test("Time alone makes fresh held, and open unexplained")
  func time() async throws {
    try workshop.makeRepository()
    try workshop.store(session: 1, lines: Workshop.code(1), file: "src/landed.swift")
    try workshop.commit(Workshop.code(1), to: "src/landed.swift", at: Workshop.at(minutes: 20))
    try workshop.store(session: 2, lines: Workshop.code(2), file: "src/never.swift")
    try await workshop.derivation().run(now: Workshop.at(days: 1))
    #expect(try workshop.states(of: 1) == [.fresh])
    #expect(try workshop.states(of: 2) == [.open])
    #expect(try await workshop.derivation().run(now: Workshop.at(days: 6)) == 0)
    #expect(try await workshop.derivation().run(now: Workshop.at(days: 8)) == 1)
    #expect(try workshop.states(of: 1) == [.fresh])
    #expect(try workshop.states(of: 2) == [.unexplained])
    #expect(try await workshop.derivation().run(now: Workshop.at(days: 15)) == 1)
    #expect(try workshop.states(of: 1) == [.held])
    #expect(try await workshop.derivation().run(now: Workshop.at(days: 400)) == 0)
    let commits = try workshop.ledger.derivedSessions().first { $0.session.id == Workshop.session(1) }?
      .commits
    #expect(commits == [try workshop.git("rev-parse", "HEAD")])
  }

  @Test("A ref that moves is noticed, in a given directory of several repositories too")
  func refs() async throws {
    try workshop.makeRepository()
    try workshop.makeRepository(at: workshop.directory.path("given/other"))
    try workshop.makeRepository(at: workshop.directory.path("given/third"))
    try workshop.store(session: 1, lines: Workshop.code(1))
    let given = [workshop.directory.path("given")]
    let now = Workshop.at(days: 1)
    try await workshop.derivation(repositories: given).run(now: now)
    #expect(try workshop.states() == [.open])
    #expect(try await workshop.derivation(repositories: given).run(now: now) == 0)
    let before = try workshop.ledger.placeNotes()
    #expect(before.count == 3)

    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 20))
    #expect(try await workshop.derivation(repositories: given).run(now: now) == 1)
    #expect(try workshop.states() == [.fresh])
    for name in ["other", "third"] {
      let path = workshop.directory.path("given/\(name)")
      let old = Set(try workshop.ledger.placeNotes())
      try workshop.git("commit", "-q", "--allow-empty", "-m", "More", in: path)
      try await workshop.derivation(repositories: given).run(now: now)
      #expect(Set(try workshop.ledger.placeNotes()) != old, "\(name) moved")
    }
    try workshop.makeRepository(at: workshop.directory.path("given/new"))
    try await workshop.derivation(repositories: given).run(now: now)
    #expect(try workshop.ledger.placeNotes().count == 4, "a repository that appears is noticed")
  }

  @Test("A repository that appears where a session ran is noticed")
  func appears() async throws {
    try FileManager.default.createDirectory(atPath: workshop.repository, withIntermediateDirectories: true)
    try workshop.store(session: 1, lines: Workshop.code(1))
    let now = Workshop.at(days: 1)
    try await workshop.derivation().run(now: now)
    #expect(try workshop.states() == [.unknown])
    #expect(try await workshop.derivation().run(now: now) == 0)
    try workshop.makeRepository()
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 20))
    try await workshop.derivation().run(now: now)
    #expect(try workshop.states() == [.fresh])
  }

  @Test("What a copy held before its original came is not counted twice")
  func copyFirst() async throws {
    let now = Workshop.at(days: 1)
    try workshop.store(session: 2, directory: "/nowhere/x", rank: 50, call: 7)
    try await workshop.derivation().run(now: now)
    #expect(try workshop.cells.map(\.session) == [Workshop.session(2)])
    try workshop.store(session: 1, directory: "/nowhere/x", rank: 10, call: 7)
    try await workshop.derivation().run(now: now)
    #expect(try workshop.cells.map(\.session) == [Workshop.session(1)])
    #expect(try workshop.cells.map(\.totals.records) == [1])
    #expect(try workshop.ledger.derivedSessions().map(\.session.id) == [Workshop.session(1)])
  }

  @Test("A session known only by a copy has its calls all the same")
  func onlyCopy() async throws {
    var batch = FactBatch()
    batch.usage = [
      UsageRecord(
        id: Key128(space: "test/event", "1"), session: Workshop.session(9), ownerRank: .stated,
        at: Workshop.at(),
        tool: .claudeCode, model: "claude-opus-4-5-20251101", counts: TokenCounts(input: 10, output: 1))
    ]
    try workshop.append(batch)
    try await workshop.derivation().run(now: Workshop.at(days: 1))
    #expect(try workshop.cells.map(\.totals.counts.input) == [10])
    #expect(try workshop.states(of: 9) == [.unknown])
    #expect(try workshop.ledger.derivedSessions().count == 1)
  }

  @Test("A fork's totals begin with its parent's, whichever is read first", arguments: [true, false])
  func forkBaseline(parentFirst: Bool) async throws {
    func total(_ number: Int, _ input: Int64, minute: Int64) -> SessionTotalFact {
      SessionTotalFact(
        session: Workshop.session(number), model: "claude-opus-4-5-20251101",
        at: Workshop.at(minutes: minute),
        counts: TokenCounts(input: input, output: input / 10), webSearches: input / 1000)
    }
    let fill: [() throws -> Void] = [
      {
        try workshop.store(session: 1, directory: "/nowhere/x")
        var batch = FactBatch()
        batch.totals = [total(1, 1500, minute: 2), total(1, 9000, minute: 60)]
        try workshop.append(batch)
      },
      {
        try workshop.store(session: 2, directory: "/nowhere/x")
        var batch = FactBatch()
        batch.sessions = [
          SessionFact(
            id: Workshop.session(2), tool: .claudeCode, name: "session 2", parent: Workshop.session(1),
            forkedAt: Workshop.at(minutes: 10))
        ]
        batch.totals = [total(2, 3500, minute: 20)]
        try workshop.append(batch)
      },
    ]
    for step in parentFirst ? fill : fill.reversed() {
      try step()
      try await workshop.derivation().run(now: Workshop.at(days: 1))
    }
    let input = try Dictionary(grouping: workshop.cells, by: \.session)
      .mapValues { $0.reduce(0) { $0 + ($1.totals.counts.input ?? 0) } }
    #expect(input[Workshop.session(1)] == 9000)
    // 3,500 of which 1,500 are the parent's as they were at the fork.
    #expect(input[Workshop.session(2)] == 2000)
  }
}
