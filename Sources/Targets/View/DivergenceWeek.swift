package import Visibility

/// Adoption in one week beside what of its spend held and how many changes did, each also as compared with the weeks before the target.
package struct DivergenceWeek: Sendable, Hashable {
  package var week: Week
  package var side: Sides.Side
  /// `nil`: too few people.
  package var adoption: AdoptionRate?
  /// The middle of ``adoption``; the mean of the weeks before is 100.
  package var adoptionIndex: Double?
  package var spend: SpendSums
  /// The share of spend that held; the mean of the weeks before is 100.
  package var heldIndex: Double?
  /// The number of changes that held; the mean of the weeks before is 100.
  package var changesIndex: Double?
  /// Whether the week's outcomes are known; until then there is no share that held.
  package var isSettled: Bool { spend.openWeeks == 0 }

  /// With fewer weeks before there is nothing to compare with.
  static let fewestBefore = 3

  static func weeks(_ adoption: [FrozenAdoption], _ use: [FrozenWeek], _ sides: Sides) -> [DivergenceWeek] {
    let use = Dictionary(use.map { ($0.week, $0) }, uniquingKeysWith: { first, _ in first })
    var weeks = adoption.map { one in
      DivergenceWeek(
        week: one.week, side: sides.side(of: one.week), adoption: one.organisation.map { AdoptionRate($0) },
        spend: SpendSums(of: use[one.week].map { [$0] } ?? []))
    }
    let before = weeks.filter { $0.side == .before }
    let rate = mean(before.compactMap { $0.adoption?.middle })
    let held = mean(before.compactMap(\.spend.heldShare))
    let changes = mean(before.compactMap { $0.spend.heldChanges.map(Double.init) })
    for index in weeks.indices {
      weeks[index].adoptionIndex = rate.flatMap { rate in
        weeks[index].adoption.map { $0.middle / rate * 100 }
      }
      weeks[index].heldIndex = held.flatMap { held in
        weeks[index].spend.heldShare.map { $0 / held * 100 }
      }
      weeks[index].changesIndex = changes.flatMap { changes in
        weeks[index].spend.heldChanges.map { Double($0) / changes * 100 }
      }
    }
    return weeks
  }

  /// `nil` of too few, and of nothing but zeros.
  private static func mean(_ values: [Double]) -> Double? {
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    return values.count >= fewestBefore && mean > 0 ? mean : nil
  }
}
