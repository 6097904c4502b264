import Directory
import Foundation
import Ledger
import Visibility

/// What a target does: how use, spend and outcomes were before it was announced, and after. Counts, side by side; that
/// one thing came after another does not say that it came of it.
package struct TargetPanel: Sendable, Hashable {
  package struct BeforeAfter<Value: Sendable & Hashable>: Sendable, Hashable {
    package var before: Value
    package var after: Value
  }

  /// How many weeks each side is made of. The week in which the target was announced is on neither, unless it was at
  /// its very beginning.
  package let weeks: BeforeAfter<Int>
  /// Weeks in which others were counted, or otherwise; they are left out.
  package let countedOtherwise: Int
  /// People by the number of days on which they used AI, summed over weeks; `nil` without any.
  package let days: BeforeAfter<DaySums?>
  /// What was spent, and how much of it no outcome is known of.
  package let spend: BeforeAfter<SpendSums>
  /// Week by week, adoption beside what of the spend held, and how many changes did.
  package let divergence: [DivergenceWeek]
  /// What statistics can say of all that.
  package let behaviour: TargetBehaviour
  /// `nil` unless teams got something at different times.
  package let rollout: RolloutEffect?

  /// - Parameter announcements: Of all targets there ever were, and whatever else was.
  init(
    of target: AdoptionTarget, announcements: [Announcement], rollout: Rollout?, adoption: [FrozenAdoption],
    use: [FrozenWeek],
    countedOtherwise: Int, timeZone: TimeZone
  ) {
    let sides = Sides(announced: target.announced, timeZone: timeZone)
    let (before, after) = (
      adoption.filter { sides.side(of: $0.week) == .before },
      adoption.filter { sides.side(of: $0.week) == .after }
    )
    weeks = BeforeAfter(before: before.count, after: after.count)
    self.countedOtherwise = countedOtherwise
    let bins = DaySums.commonBins(of: before + after)
    days = BeforeAfter(before: DaySums(of: before, in: bins), after: DaySums(of: after, in: bins))
    let counted = Set(adoption.map(\.week))
    let spent = use.filter { counted.contains($0.week) }
    spend = BeforeAfter(
      before: SpendSums(of: spent.filter { sides.side(of: $0.week) == .before }),
      after: SpendSums(of: spent.filter { sides.side(of: $0.week) == .after }))
    divergence = DivergenceWeek.weeks(adoption, spent, sides)
    self.rollout = rollout.map { RolloutEffect($0, adoption: adoption, use: spent, timeZone: timeZone) }
    behaviour = TargetBehaviour(
      of: target, announcements: announcements, adoption: adoption, divergence: divergence, timeZone: timeZone
    )
  }
}

/// Whether a week lies before or after an announcement.
package struct Sides: Sendable {
  package enum Side: String, Sendable, Hashable {
    case before
    /// The week in which it was announced.
    case during
    case after
  }

  let announced: Instant
  let timeZone: TimeZone

  func side(of week: Week) -> Side {
    guard let bounds = week.bounds(in: timeZone) else { return .during }
    return bounds.upperBound <= announced ? .before : bounds.lowerBound >= announced ? .after : .during
  }
}
