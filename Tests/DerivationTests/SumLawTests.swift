import Attribution
import Ledger
import TestCorpus
import Testing

@testable import Derivation

@Suite("The sum law of rollups")
struct SumLawTests {
  private static let session = Key128(space: "test/session", "sum")

  private static func share(_ generator: inout SeededGenerator) -> TurnAttribution.Share {
    let weights: [Int64] = [1, 1, 2, 7, 1000, .max, 0]
    return TurnAttribution.Share(
      state: OutcomeState.allCases.randomElement(using: &generator) ?? .open,
      weight: weights.randomElement(using: &generator) ?? 1,
      tier: Bool.random(using: &generator) ? OutcomeTier.allCases.randomElement(using: &generator) : nil,
      reasons: [])
  }

  private static func counts(_ generator: inout SeededGenerator) -> TokenCounts {
    var counts = TokenCounts()
    for path in TokenCounts.classes where Int.random(in: 0..<4, using: &generator) > 0 {
      let limit: Int64 = [1, 3, 100, 1_000_000_000_000].randomElement(using: &generator) ?? 1
      counts[keyPath: path] = .random(in: 0...limit, using: &generator)
    }
    return counts
  }

  @Test(
    "Whatever the shares, weights, gaps and models, the parts add up", arguments: 0..<150 as Range<UInt64>)
  func addsUp(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let turns = (0..<Int.random(in: 0..<6, using: &generator)).map { number in
      TurnAttribution(
        turn: Key128(space: "test/turn", "\(number)"),
        shares: (0..<Int.random(in: 1...5, using: &generator)).map { _ in Self.share(&generator) })
    }
    let attribution = SessionAttribution(
      session: Self.session, version: 1, turns: turns, rest: Self.share(&generator))
    let models: [String?] = ["claude-opus-4-5-20251101", "gpt-5", "nobody-knows-it", nil]
    let records = (0..<Int.random(in: 0..<40, using: &generator)).map { number in
      UsageRecord(
        id: Key128(space: "test/event", "\(number)"), session: Self.session, ownerRank: .stated,
        turn: Bool.random(using: &generator)
          ? Key128(space: "test/turn", "\(Int.random(in: 0..<7, using: &generator))") : nil,
        at: Instant(milliseconds: .random(in: -5_000_000...1_790_000_000_000, using: &generator)),
        tool: .claudeCode,
        model: models.randomElement(using: &generator) ?? nil,
        counts: Int.random(in: 0..<5, using: &generator) == 0 ? TokenCounts() : Self.counts(&generator),
        service: UsageRecord.Service(webSearches: .random(in: 0...3, using: &generator)),
        kind: Int.random(in: 0..<6, using: &generator) == 0 ? .notBilled : .itemised)
    }
    let fact = SessionFact(
      id: Self.session, tool: .claudeCode, name: "s", parent: Key128(space: "test/session", "parent"),
      forkedAt: Bool.random(using: &generator) ? Instant(milliseconds: 500) : nil)
    func totals(_ session: SessionID) -> [SessionTotalFact] {
      (0..<Int.random(in: 0..<5, using: &generator)).map { number in
        SessionTotalFact(
          session: session, scope: number % 2 == 0 ? "" : "run", model: models[number % 3] ?? "",
          at: Instant(milliseconds: Int64(number) * 300), counts: Self.counts(&generator))
      }
    }
    let missing = Unitemised(
      session: fact, records: records, totals: totals(Self.session),
      parentTotals: totals(Key128(space: "test/session", "parent")))
    #expect(!missing.records.contains { $0.counts.hasNegative })

    let prices = try PriceCatalogue.builtIn()
    var builder = RollupBuilder(attribution, prices: prices, totalsCoverInput: missing.coversInput)
    for record in records { builder.add(record) }
    for record in missing.records { builder.add(unitemised: record) }
    let cells = builder.cells()
    let sum = cells.reduce(into: Totals()) { $0 += $1.totals }

    let counted = records.filter { $0.kind == .itemised } + missing.records
    for path in TokenCounts.classes {
      let known = counted.compactMap { $0.counts[keyPath: path] }
      #expect(sum.counts[keyPath: path] == (known.isEmpty ? nil : known.reduce(0, &+)))
    }
    let costs = counted.compactMap { record in
      if case .priced(let cost) = prices.cost(of: record) { cost.count } else { nil }
    }
    #expect(sum.cost?.count == (costs.isEmpty ? nil : costs.reduce(0, &+)))
    #expect(sum.records == Int64(records.count { $0.kind == .itemised }))
    #expect(sum.notBilledRecords == Int64(records.count { $0.kind == .notBilled }))
    #expect(sum.unitemisedRecords == Int64(missing.records.count))
    #expect(
      cells.allSatisfy { $0.totals.records >= 0 && !$0.totals.counts.hasNegative || !Self.isSound(counted) }
    )
    #expect(cells.allSatisfy { $0.slot.milliseconds % RollupCell.slotLength.wholeMilliseconds == 0 })
    struct Key: Hashable {
      var slot: Instant
      var model: String?
      var state: OutcomeState
      var tier: OutcomeTier?
      var stated: [Bool]
    }
    func stated(_ counts: TokenCounts) -> [Bool] { TokenCounts.classes.map { counts[keyPath: $0] != nil } }
    let keys = cells.map {
      Key(slot: $0.slot, model: $0.model, state: $0.state, tier: $0.tier, stated: stated($0.totals.counts))
    }
    #expect(Set(keys).count == cells.count)
    for path in TokenCounts.classes {
      let stating = cells.filter { $0.totals.counts[keyPath: path] != nil }.reduce(0) {
        $0 + $1.totals.records
      }
      #expect(stating == records.count { $0.kind == .itemised && $0.counts[keyPath: path] != nil })
    }
    for part in cells.map(\.totals) {
      #expect(part.unknownRecords >= 0 && part.unpricedRecords >= 0)
      #expect(part.unknownRecords + part.unpricedRecords <= part.records)
    }
    let unpriced = cells.filter(\.totals.isUnpriced).reduce(0) { $0 + $1.totals.unitemisedRecords }
    #expect(
      unpriced
        == missing.records.count { record in
          if case .unpriced = prices.cost(of: record) { !record.counts.isUnknown } else { false }
        })
    #expect(builder.cells() == cells, "the same every time")
  }

  /// Whether reasoning is within output everywhere, as readers see to.
  private static func isSound(_ records: [UsageRecord]) -> Bool {
    records.allSatisfy { ($0.counts.reasoning ?? 0) <= ($0.counts.output ?? 0) }
  }
}
