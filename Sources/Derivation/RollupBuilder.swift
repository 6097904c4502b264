import Attribution
import Ledger

/// Adds up one session's usage by slot, model and outcome state, dividing each turn's tokens among its states so
/// that the parts add up to the whole in every class.
struct RollupBuilder {
  private let attribution: SessionAttribution
  private let prices: PriceCatalogue
  private let totalsCoverInput: Bool
  private let shares: [TurnID: [TurnAttribution.Share]]
  private var groups: [Group: Amounts] = [:]
  private var unitemised: [(record: UsageRecord, amounts: Amounts)] = []

  /// Usage that divides in the same way.
  private struct Group: Hashable {
    var slot: Instant
    var model: String?
    var turn: TurnID?
  }

  private struct CellKey: Hashable {
    var slot: Instant
    var model: String?
    var state: OutcomeState
    var tier: OutcomeTier?
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
    groups[Group(slot: slot(of: record.at), model: record.model, turn: turn), default: Amounts()] += amounts(
      of: record)
  }

  /// Usage that no turn made alone: it divides as the rest of the session does.
  mutating func add(unitemised record: UsageRecord) {
    unitemised.append((record, amounts(of: record)))
  }

  func cells() -> [RollupCell] {
    var cells: [CellKey: Amounts] = [:]
    for (group, amounts) in groups {
      let shares = group.turn.flatMap { self.shares[$0] } ?? [attribution.rest]
      for (share, part) in zip(shares, amounts.divided(by: shares.map(\.weight))) {
        let key = CellKey(slot: group.slot, model: group.model, state: share.state, tier: share.tier)
        cells[key, default: Amounts()] += part
      }
    }
    let itemised = cells
    for (record, amounts) in unitemised { divide(amounts, of: record, like: itemised, into: &cells) }
    return cells.map { key, amounts in
      RollupCell(
        slot: key.slot, session: attribution.session, model: key.model, state: key.state, tier: key.tier,
        amounts: amounts)
    }.sorted {
      ($0.slot, $0.model ?? "", $0.state.rawValue, $0.tier?.rawValue ?? -1)
        < ($1.slot, $1.model ?? "", $1.state.rawValue, $1.tier?.rawValue ?? -1)
    }
  }

  private func divide(
    _ amounts: Amounts, of record: UsageRecord, like itemised: [CellKey: Amounts],
    into cells: inout [CellKey: Amounts]
  ) {
    struct Outcome: Hashable {
      var state: OutcomeState
      var tier: OutcomeTier?
    }
    var weights: [Outcome: Int64] = [:]
    for (key, amounts) in itemised {
      let weight = max(1, amounts.cost?.count ?? amounts.counts.output ?? 1)
      weights[Outcome(state: key.state, tier: key.tier), default: 0] &+= weight
    }
    if weights.isEmpty { weights[Outcome(state: attribution.rest.state, tier: attribution.rest.tier)] = 1 }
    let outcomes = weights.sorted {
      ($0.key.state.rawValue, $0.key.tier?.rawValue ?? -1) < (
        $1.key.state.rawValue, $1.key.tier?.rawValue ?? -1
      )
    }
    for (outcome, part) in zip(outcomes, amounts.divided(by: outcomes.map(\.value))) {
      let key = CellKey(
        slot: slot(of: record.at), model: record.model, state: outcome.key.state, tier: outcome.key.tier)
      cells[key, default: Amounts()] += part
    }
  }

  private func amounts(of record: UsageRecord) -> Amounts {
    var amounts = Amounts()
    switch record.kind {
    case .notBilled:
      amounts.notBilledRecords = 1
      return amounts
    case .itemised: amounts.records = 1
    case .unitemised: amounts.unitemisedRecords = 1
    }
    amounts.counts = record.counts
    let lacksInput = record.counts.input == nil && !totalsCoverInput
    if record.kind == .itemised, record.counts.output == nil || lacksInput { amounts.unknownRecords = 1 }
    switch prices.cost(of: record) {
    case .priced(let cost): amounts.cost = cost
    case .unpriced: amounts.unpricedRecords = 1
    case .unknown, .notBilled: break
    }
    return amounts
  }

  private func slot(of instant: Instant) -> Instant {
    let length = RollupCell.slotMilliseconds
    let remainder = ((instant.milliseconds % length) + length) % length
    return Instant(milliseconds: instant.milliseconds &- remainder)
  }
}

extension Amounts {
  /// The amounts in parts by `weights`, whole units each, which add up to them exactly.
  func divided(by weights: [Int64]) -> [Amounts] {
    guard weights.count > 1 else { return [self] }
    var parts = [Amounts](repeating: Amounts(), count: weights.count)
    func divide(_ total: Int64?, _ place: (inout Amounts, Int64) -> Void) {
      guard let total else { return }
      for (index, part) in apportion(total, weights: weights).enumerated() { place(&parts[index], part) }
    }
    divide(counts.input) { $0.counts.input = $1 }
    divide(counts.cacheRead) { $0.counts.cacheRead = $1 }
    divide(counts.cacheWrite5m) { $0.counts.cacheWrite5m = $1 }
    divide(counts.cacheWrite1h) { $0.counts.cacheWrite1h = $1 }
    // Reasoning is part of output in every part too.
    divide(counts.reasoning) { $0.counts.reasoning = $1 }
    divide(counts.output.map { $0 &- (counts.reasoning ?? 0) }) {
      $0.counts.output = $1 &+ ($0.counts.reasoning ?? 0)
    }
    divide(cost?.count) { $0.cost = NanoDollars($1) }
    divide(records) { $0.records = $1 }
    divide(unknownRecords) { $0.unknownRecords = $1 }
    divide(unpricedRecords) { $0.unpricedRecords = $1 }
    divide(notBilledRecords) { $0.notBilledRecords = $1 }
    divide(unitemisedRecords) { $0.unitemisedRecords = $1 }
    return parts
  }
}
