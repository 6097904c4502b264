import Attribution
import Ledger

/// Adds up one session's usage by slot, model and outcome state, dividing each turn's tokens among its states so
/// that the parts add up to the whole in every class.
struct RollupBuilder {
  private let attribution: SessionAttribution
  private let prices: PriceCatalogue
  private let totalsCoverInput: Bool
  private let shares: [TurnID: [TurnAttribution.Share]]
  private var groups: [Group: Totals] = [:]
  private var unitemised: [(record: UsageRecord, totals: Totals)] = []

  /// Usage that divides in the same way.
  private struct Group: Hashable {
    var slot: Instant
    var account: AccountID
    var model: String?
    var turn: TurnID?
    var stated: StatedClasses
  }

  private struct CellKey: Hashable {
    var slot: Instant
    var account: AccountID
    var model: String?
    var state: OutcomeState
    var tier: OutcomeTier?
    var stated: StatedClasses
  }

  init(_ attribution: SessionAttribution, prices: PriceCatalogue, totalsCoverInput: Bool) {
    self.attribution = attribution
    self.prices = prices
    self.totalsCoverInput = totalsCoverInput
    shares = Dictionary(
      attribution.turns.map { ($0.turn, $0.shares) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func add(_ record: UsageRecord) {
    let turn = record.turn.flatMap { shares[$0] == nil ? nil : $0 }
    let group = Group(
      slot: RollupCell.slot(of: record.at), account: record.account, model: record.model, turn: turn,
      stated: StatedClasses(record.counts))
    groups[group, default: Totals()] += totals(of: record)
  }

  /// Usage that no turn made alone: it divides as the rest of the session does.
  mutating func add(unitemised record: UsageRecord) {
    unitemised.append((record, totals(of: record)))
  }

  func cells() -> [RollupCell] {
    var cells: [CellKey: Totals] = [:]
    for (group, totals) in groups {
      let shares = group.turn.flatMap { self.shares[$0] } ?? [attribution.rest]
      for (share, part) in zip(shares, totals.divided(by: shares.map(\.weight))) {
        let key = CellKey(
          slot: group.slot, account: group.account, model: group.model, state: share.state, tier: share.tier,
          stated: group.stated)
        cells[key, default: Totals()] += part
      }
    }
    let itemised = cells
    for (record, totals) in unitemised { divide(totals, of: record, like: itemised, into: &cells) }
    return cells.map { key, totals in
      RollupCell(
        slot: key.slot, session: attribution.session, model: key.model, state: key.state, tier: key.tier,
        totals: totals, account: key.account)
    }.sorted {
      // The classes that are stated tell cells apart that are otherwise alike.
      (
        $0.slot, $0.account, $0.model ?? "", $0.state.rawValue, $0.tier?.rawValue ?? -1,
        StatedClasses($0.totals.counts)
      )
        < (
          $1.slot, $1.account, $1.model ?? "", $1.state.rawValue, $1.tier?.rawValue ?? -1,
          StatedClasses($1.totals.counts)
        )
    }
  }

  private func divide(
    _ totals: Totals, of record: UsageRecord, like itemised: [CellKey: Totals],
    into cells: inout [CellKey: Totals]
  ) {
    struct Outcome: Hashable {
      var state: OutcomeState
      var tier: OutcomeTier?
    }
    var weights: [Outcome: Int64] = [:]
    for (key, totals) in itemised {
      let weight = max(1, totals.cost?.count ?? totals.counts.output ?? 1)
      weights[Outcome(state: key.state, tier: key.tier), default: 0] &+= weight
    }
    if weights.isEmpty { weights[Outcome(state: attribution.rest.state, tier: attribution.rest.tier)] = 1 }
    let outcomes = weights.sorted {
      ($0.key.state.rawValue, $0.key.tier?.rawValue ?? -1) < (
        $1.key.state.rawValue, $1.key.tier?.rawValue ?? -1
      )
    }
    for (outcome, part) in zip(outcomes, totals.divided(by: outcomes.map(\.value))) {
      let key = CellKey(
        slot: RollupCell.slot(of: record.at), account: record.account, model: record.model,
        state: outcome.key.state,
        tier: outcome.key.tier, stated: StatedClasses(record.counts))
      cells[key, default: Totals()] += part
    }
  }

  private func totals(of record: UsageRecord) -> Totals {
    var totals = Totals()
    switch record.kind {
    case .notBilled:
      totals.notBilledRecords = 1
      return totals
    // Stores hand over what telemetry alone itemises as itemised, if it counts.
    case .itemised, .telemetry: totals.records = 1
    case .unitemised: totals.unitemisedRecords = 1
    }
    totals.counts = record.counts
    let lacksInput = record.counts.input == nil && !totalsCoverInput
    if record.kind == .itemised, record.counts.output == nil || lacksInput { totals.unknownRecords = 1 }
    switch prices.cost(of: record) {
    case .priced(let cost): totals.cost = cost
    case .unpriced: totals.unpricedRecords = totals.records - totals.unknownRecords
    case .unknown, .notBilled: break
    }
    return totals
  }
}

/// Which token classes a record says anything about. Records that differ in it are kept in cells of their own, so
/// that how many say can still be told when they have been added up.
private struct StatedClasses: Hashable, Comparable {
  private let bits: UInt8

  /// One for each record: spelt out, since key paths are slow.
  init(_ counts: TokenCounts) {
    func bit(_ class: Int64?, _ bit: UInt8) -> UInt8 { `class` == nil ? 0 : bit }
    bits =
      bit(counts.input, 1) | bit(counts.cacheRead, 2) | bit(counts.cacheWrite5m, 4)
      | bit(counts.cacheWrite1h, 8) | bit(counts.output, 16) | bit(counts.reasoning, 32)
  }

  static func < (a: StatedClasses, b: StatedClasses) -> Bool { a.bits < b.bits }
}
