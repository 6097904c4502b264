import Statistics

/// Those who just reach a target's number of days, beside those who go beyond it: the binomial form of bunching, for a
/// count of few values has no density. A target that is met for its own sake has more who do just that.
///
/// Sums of what was published, and so nothing new of anybody.
package struct ThresholdCounts: Sendable, Hashable {
  package struct Side: Sendable, Hashable {
    /// Person-weeks of as many days as the target counts from, or of those that are shown together with them.
    package var justReached: Int
    /// Person-weeks of more.
    package var beyond: Int
    package var weeks: Int

    /// Of those who reached it, who did so just; `nil` of none.
    package var share: Double? {
      let all = justReached + beyond
      return all > 0 ? Double(justReached) / Double(all) : nil
    }
  }

  /// The days that count as just reached.
  package let days: ClosedRange<Int>
  package let sides: TargetPanel.BeforeAfter<Side>
  /// That both sides would be so different by chance (Fisher's exact test), with the people of one average week on each:
  /// the same people come again each week, and more weeks are not more people.
  package let likelihood: Double?

  /// - Parameter bins: That all weeks have in common.
  /// - Returns: `nil` unless those who just reached it are apart from those beyond, on both sides of the announcement.
  init?(before: [FrozenAdoption], after: [FrozenAdoption], bins: [ClosedRange<Int>], threshold: Int) {
    guard let place = bins.firstIndex(where: { $0.lowerBound == threshold }), place + 1 < bins.count,
      let first = DaySums(of: before, in: bins), let second = DaySums(of: after, in: bins)
    else { return nil }
    func side(_ sums: DaySums) -> Side {
      Side(
        justReached: sums.bins[place].personWeeks,
        beyond: sums.bins[(place + 1)...].reduce(0) { $0 + $1.personWeeks }, weeks: sums.weeks)
    }
    days = bins[place]
    sides = TargetPanel.BeforeAfter(before: side(first), after: side(second))
    likelihood = Self.likelihood(sides.before, sides.after)
  }

  /// With the people of one average week on each side.
  static func likelihood(_ before: Side, _ after: Side) -> Double? {
    func week(_ side: Side) -> (count: Int64, of: Int64) {
      func mean(_ personWeeks: Int) -> Int64 { Int64((Double(personWeeks) / Double(side.weeks)).rounded()) }
      return (mean(side.justReached), mean(side.justReached) + mean(side.beyond))
    }
    return Comparison.shares(week(before), week(after))
  }

  /// Of one week; `nil` if it is not divided so.
  static func share(of week: FrozenAdoption, _ bins: [ClosedRange<Int>], threshold: Int) -> Double? {
    guard let place = bins.firstIndex(where: { $0.lowerBound == threshold }), place + 1 < bins.count,
      let sums = DaySums(of: [week], in: bins)
    else { return nil }
    let (just, all) = (
      sums.bins[place].personWeeks, sums.bins[place...].reduce(0) { $0 + $1.personWeeks }
    )
    return all > 0 ? Double(just) / Double(all) : nil
  }
}
