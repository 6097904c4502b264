import Collection
import Derivation
import Foundation
import Ledger
import LedgerSQLite
import TestCorpus
import Testing

@Suite("Samples through the whole pipeline", .disabled(if: Samples.isMissing))
struct LabTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop() }

  private func derive(_ discovery: Discovery) async throws -> (records: [UsageRecord], cells: [RollupCell]) {
    _ = try await Collector(store: workshop.ledger).collect(discovery)
    let derivation = try workshop.derivation()
    try await derivation.run(now: Workshop.at())
    let cells = try workshop.cells
    #expect(try await derivation.run(now: Workshop.at()) == 0)
    let records = try workshop.ledger.usage(of: workshop.ledger.sessions().map(\.id)).records
    return (records, cells)
  }

  @Test("What Claude Code 2.1.329 billed and never itemised, to the token")
  func unitemised() async throws {
    let home = try Samples.url("lab/claude-code-2.1.329/home").path
    let (records, cells) = try await derive(Discovery(homes: [HomeDirectory(path: home)]))
    let total = cells.reduce(TokenCounts()) { $0 + $1.totals.counts }
    let itemised = records.reduce(TokenCounts()) { $0 + $1.counts }
    func gap(_ path: KeyPath<TokenCounts, Int64?>) -> Int64 {
      (total[keyPath: path] ?? 0) - (itemised[keyPath: path] ?? 0)
    }
    #expect(gap(\.input) == 128)
    #expect(gap(\.cacheRead) == 12_120)
    #expect(gap(\.cacheWrite5m) == 0)
    #expect(gap(\.cacheWrite1h) == 972)
    #expect(gap(\.output) == 1_410)
    // The provider's own ledger.
    #expect(total.input == 671)
    #expect(total.cacheRead == 122_340)
    #expect((total.cacheWrite5m ?? 0) + (total.cacheWrite1h ?? 0) == 11_439)
  }

  @Test("The cells hold every record once, in every class", arguments: Samples.sessions() + Samples.labHomes)
  func everyTokenOnce(sample: String) async throws {
    let path = try Samples.url(sample).path
    let isHome = sample.hasPrefix("lab/")
    let discovery =
      isHome ? Discovery(homes: [HomeDirectory(path: path)]) : Discovery(homes: [], files: [path])
    let (records, cells) = try await derive(discovery)
    #expect(!records.isEmpty || cells.isEmpty)
    let itemised = records.filter { $0.kind == .itemised }
    let sum = cells.reduce(into: Totals()) { $0 += $1.totals }
    #expect(sum.records == Int64(itemised.count))
    #expect(sum.notBilledRecords == Int64(records.count { $0.kind == .notBilled }))
    for path in TokenCounts.classes {
      let expected = itemised.reduce(Int64(0)) { $0 + ($1.counts[keyPath: path] ?? 0) }
      let found = sum.counts[keyPath: path] ?? 0
      if sum.unitemisedRecords == 0 { #expect(found == expected) } else { #expect(found >= expected) }
    }
    let prices = try PriceCatalogue.builtIn()
    if sum.unitemisedRecords == 0 {
      let cost = itemised.reduce(NanoDollars.zero) { sum, record in
        if case .priced(let cost) = prices.cost(of: record) { sum + cost } else { sum }
      }
      #expect((sum.cost ?? .zero) == cost)
    }
    #expect(Set(cells.map(\.session)).isSubset(of: try workshop.ledger.derivedSessions().map(\.session.id)))
  }
}
