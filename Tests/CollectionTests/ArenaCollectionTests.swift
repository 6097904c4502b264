import Arena
import Collection
import Foundation
import Ledger
import LedgerSQLite
import Testing

@Suite("What the arena writes, read by the ordinary readers")
struct ArenaCollectionTests {
  @Test("All tools are read without a rejected line, and every session has the tokens that the truth has")
  func readsEverything() async throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("arena-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let people = Dictionary(uniqueKeysWithValues: PersonKind.allCases.map { ($0, 2) })
    let truth = try await ArenaOrganisation(seed: 21, weeks: 4, people: people).write(to: root)
    let homes = truth.people.map { HomeDirectory(path: "\(root.path)/homes/\($0.name)") }
    let ledger = try SQLiteLedger(path: "\(root.path)/ledger.sqlite")
    let outcome = try await Collector(store: ledger).collect(Discovery(homes: homes))
    #expect(outcome.discovery.unreadable == [])
    #expect(try ledger.diagnostics().isEmpty)

    let sessions = truth.people.flatMap(\.sessions)
    #expect(Set(sessions.map(\.tool)) == Set(Tool.withRecords).subtracting([.cursor]))
    let facts = try ledger.sessions()
    let known = Dictionary(
      facts.map { ("\($0.tool) \($0.name)", $0.id) }, uniquingKeysWith: { first, _ in first })
    let usage = try ledger.usage(of: facts.map(\.id))
    var read: [SessionID: Int64] = [:]
    for record in usage.records { read[record.session, default: 0] += record.counts.allClassesTogether }
    // Copilot CLI itemises output only; the rest is in the totals of its sessions.
    let isItemised = Dictionary(facts.map { ($0.id, $0.tool != .copilotCLI) }, uniquingKeysWith: { $0 && $1 })
    for total in usage.totals where isItemised[total.session] == false {
      read[total.session] = total.counts.allClassesTogether
    }
    for session in sessions {
      let id = try #require(known["\(session.tool) \(session.name)"], "\(session.tool) \(session.name)")
      let written = session.performed.allClassesTogether + session.real.allClassesTogether
      #expect(read[id] ?? 0 == written, "\(session.tool) \(session.name)")
    }
  }
}
