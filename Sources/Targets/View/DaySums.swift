/// People by the number of days on which they used AI, summed over weeks: sums of what was published, and so nothing
/// new of anybody.
package struct DaySums: Sendable, Hashable {
  package struct Bin: Sendable, Hashable {
    package var days: ClosedRange<Int>
    /// One person in one week is one.
    package var personWeeks: Int

    /// `0`, `2–3`.
    package var text: String {
      days.lowerBound == days.upperBound ? "\(days.lowerBound)" : "\(days.lowerBound)–\(days.upperBound)"
    }
  }

  package let bins: [Bin]
  package let weeks: Int
  /// Whether some are in the first bin of whom nothing could be seen.
  package let hasNotConnected: Bool

  package var total: Int { bins.reduce(0) { $0 + $1.personWeeks } }

  package func share(of bin: Bin) -> Double { total > 0 ? Double(bin.personWeeks) / Double(total) : 0 }

  /// - Parameter bins: As ``commonBins(of:)`` found them for these and others.
  /// - Returns: `nil` if none of the weeks has a distribution.
  init?(of adoption: [FrozenAdoption], in bins: [ClosedRange<Int>]) {
    let distributions = adoption.compactMap(\.days)
    guard !distributions.isEmpty, !bins.isEmpty else { return nil }
    self.bins = bins.map { days in
      let people = distributions.flatMap(\.bins).filter { days.contains($0.first) }
      return Bin(days: days, personWeeks: people.reduce(0) { $0 + $1.people })
    }
    weeks = distributions.count
    hasNotConnected = distributions.contains { $0.bins.contains(where: \.hasNotConnected) }
  }

  /// The finest bins of which those of each week are parts: a boundary is one only if every week has it.
  static func commonBins(of adoption: [FrozenAdoption]) -> [ClosedRange<Int>] {
    let distributions = adoption.compactMap(\.days)
    guard !distributions.isEmpty else { return [] }
    var ends = Set(0...7)
    for one in distributions { ends.formIntersection(one.bins.map(\.last)) }
    var (bins, first): ([ClosedRange<Int>], Int) = ([], 0)
    for end in ends.sorted() {
      bins.append(first...end)
      first = end + 1
    }
    return bins
  }
}

extension FrozenAdoption {
  var days: DayDistribution? {
    if case .counted(let counted) = organisation { counted.days } else { nil }
  }
}
