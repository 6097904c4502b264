/// People by how much they used in a week, summed over weeks: sums of what was published, and so nothing new of anybody.
package struct AmountSums: Sendable, Hashable {
  package struct Bin: Sendable, Hashable {
    package var first: Int
    /// `nil`: and more.
    package var last: Int?
    /// One person in one week is one.
    package var personWeeks: Int
    package var hasUnknown: Bool

    /// `1`, `3–4`, `51 and more`.
    package var text: String {
      guard let last else { return "\(first) and more" }
      return first == last ? "\(first)" : "\(first)–\(last)"
    }
  }

  package let bins: [Bin]
  package let weeks: Int

  package var total: Int { bins.reduce(0) { $0 + $1.personWeeks } }

  package func share(of bin: Bin) -> Double { total > 0 ? Double(bin.personWeeks) / Double(total) : 0 }

  /// - Parameter edges: As ``commonEdges(of:)`` found them for these and others.
  /// - Returns: `nil` of no weeks.
  init?(of weeks: [FrozenAmounts], edges: [Int]) {
    guard !weeks.isEmpty, !edges.isEmpty else { return nil }
    self.weeks = weeks.count
    bins = edges.enumerated().map { place, first in
      let next = place + 1 < edges.count ? edges[place + 1] : nil
      let own = weeks.flatMap(\.bins).filter { bin in
        bin.first >= first && next.map { bin.first < $0 } ?? true
      }
      return Bin(
        first: first, last: next.map { $0 - 1 }, personWeeks: own.reduce(0) { $0 + $1.people },
        hasUnknown: own.contains(where: \.hasUnknown))
    }
  }

  /// An edge is one only if every week has it.
  static func commonEdges(of weeks: [FrozenAmounts]) -> [Int] {
    guard let first = weeks.first else { return [] }
    return weeks.dropFirst().reduce(Set(first.bins.map(\.first))) { $0.intersection($1.bins.map(\.first)) }
      .sorted()
  }

  /// Person-weeks from one amount up to, not including, another; `nil` unless both are edges.
  func people(from first: Int, upTo end: Int?) -> Int? {
    guard bins.contains(where: { $0.first == first }),
      end.map({ end in bins.contains { $0.first == end } }) ?? true
    else { return nil }
    return bins.filter { bin in bin.first >= first && end.map { bin.first < $0 } ?? true }
      .reduce(0) { $0 + $1.personWeeks }
  }
}
