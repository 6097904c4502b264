import Attribution
import Derivation
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("What landed, and what became of it")
struct ChangesTests {
  private static let remote = "https://git.example.org/harbour/tidebook.git"
  private let workshop: Workshop
  private let now = Workshop.at(days: 60)

  init() throws {
    workshop = try Workshop()
    try workshop.makeRepository()
    try workshop.git("remote", "add", "origin", Self.remote)
  }

  private func history(at instant: Instant? = nil) async throws -> LandedHistory {
    let derivation = Derivation(
      store: workshop.ledger, prices: try .builtIn(), repositories: [workshop.repository], isServing: true,
      cacheDirectory: workshop.directory.path("cache"))
    try await derivation.run(now: instant ?? now)
    let ever = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    return try #require(try workshop.ledger.landedHistories(in: ever).first)
  }

  private func head() throws -> String { try workshop.git("rev-parse", "HEAD") }

  private func changes(at instant: Instant? = nil) async throws -> [LandedChange] {
    try await history(at: instant).changes.filter { $0.linesAdded > 0 }
  }

  @Test("A commit of a session's counts as linked to it, one of nobody's session as landed all the same")
  func linked() async throws {
    try workshop.store(session: 1, lines: Workshop.code(1), remote: Self.remote)
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 20))
    let first = try head()
    try workshop.commit(Workshop.code(2), to: "src/other.swift", at: Workshop.at(minutes: 50))
    let second = try head()
    let history = try await history()
    let remote = try #require(RemoteName.hash(Self.remote, key: workshop.ledger.hashKey))
    #expect(history.remotes.contains(remote))
    let changes = Dictionary(uniqueKeysWithValues: history.changes.map { ($0.commit, $0) })
    #expect(changes[first]?.parts == [.init(session: Workshop.session(1), lines: 12, isLargest: true)])
    #expect(changes[first]?.linesAdded == 12 && changes[first]?.landed == Workshop.at(minutes: 20))
    #expect(changes[second]?.parts == [])
    #expect(changes[second]?.session == nil)
    let change = try #require(changes[first])
    #expect(change.state(at: Workshop.at(days: 13), holdWindow: .days(14)) == .fresh)
    #expect(change.state(at: Workshop.at(days: 15), holdWindow: .days(14)) == .held)
  }

  @Test("Two sessions in one commit: it counts for the one with more of its lines")
  func shared() async throws {
    try workshop.store(session: 1, lines: Workshop.code(1, lines: 5), remote: Self.remote)
    try workshop.store(session: 2, lines: Workshop.code(2, lines: 9), remote: Self.remote)
    try workshop.commit(
      Workshop.code(1, lines: 5) + Workshop.code(2, lines: 9), to: "src/main.swift",
      at: Workshop.at(minutes: 20))
    let change = try #require(try await changes().first)
    #expect(change.session == Workshop.session(2))
    #expect(change.parts.map(\.lines) == [9, 5])
  }

  @Test("A merge is one change with all that it brought; what its branch took away again never landed")
  func merge() async throws {
    try workshop.git("checkout", "-q", "-b", "side")
    try workshop.commit(
      Workshop.code(1) + Workshop.code(2), to: "src/main.swift", at: Workshop.at(minutes: 1))
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 2))
    try workshop.commit(Workshop.code(3), to: "src/third.swift", at: Workshop.at(minutes: 3))
    try workshop.git("checkout", "-q", "main")
    try workshop.git("merge", "-q", "--no-ff", "-m", "Merge side", "side", at: Workshop.at(days: 1))
    let changes = try await changes()
    #expect(changes.map(\.commit) == [try head()])
    #expect(changes.first?.linesAdded == 24)
    #expect(changes.first?.landed == Workshop.at(days: 1))
  }

  @Test("A revert commit undoes it within the hold window, and not after", arguments: [13, 15])
  func reverted(days: Int64) async throws {
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at())
    let first = try head()
    try workshop.git("revert", "--no-edit", first, at: Workshop.at(days: days))
    let change = try #require(try await changes().first { $0.commit == first })
    #expect(change.undone == (days == 13 ? Workshop.at(days: 13) : nil))
    #expect(change.linesGone14Days == (days == 13 ? 12 : 0))
    #expect(change.linesGone30Days == 12)
  }

  @Test("Lines that were rewritten are churn and no revert; deleted by the half, they are one")
  func churned() async throws {
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at())
    let first = try head()
    let rewritten = Workshop.code(1, lines: 4) + Workshop.code(7, lines: 8)
    try workshop.commit(rewritten, to: "src/main.swift", at: Workshop.at(days: 3))
    let change = try #require(try await changes().first { $0.commit == first })
    #expect(change.undone == nil && change.linesGone14Days == 8)
    try workshop.commit(Workshop.code(1, lines: 4), to: "src/main.swift", at: Workshop.at(days: 5))
    let second = try #require(try await changes().first { $0.landed == Workshop.at(days: 3) })
    #expect(second.undone == Workshop.at(days: 5))
  }

  @Test("Rewritten history takes with it what is on the main line no more")
  func rewritten() async throws {
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at())
    #expect(try await changes().count == 1)
    try workshop.git("reset", "-q", "--hard", "HEAD^")
    try workshop.commit(Workshop.code(2), to: "src/other.swift", at: Workshop.at(days: 1))
    #expect(try await changes().map(\.commit) == [try head()])
  }

  @Test("A machine of one's own keeps none of it")
  func local() async throws {
    try workshop.store(session: 1, lines: Workshop.code(1))
    try workshop.commit(Workshop.code(1), to: "src/main.swift", at: Workshop.at(minutes: 20))
    try await workshop.derivation().run(now: now)
    let ever = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
    #expect(try workshop.ledger.landedHistories(in: ever).isEmpty)
  }
}
