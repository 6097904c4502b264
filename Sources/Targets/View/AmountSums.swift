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

  /// - Parameter edges: As ``commonEdges(of:)`` found them for these and others; weeks without one of them are left out.
  /// - Returns: `nil` of no weeks.
  init?(of all: [FrozenAmounts], edges: [Int]) {
    let weeks = all.filter { $0.has(edges) }
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

  /// The edges that most weeks have, as long as half of the weeks on each side have them all.
  static func commonEdges(of sides: [[FrozenAmounts]]) -> [Int] {
    var counts: [Int: Int] = [:]
    for week in sides.joined() { for bin in week.bins { counts[bin.first, default: 0] += 1 } }
    var edges: [Int] = []
    for (edge, _) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let wider = edges + [edge]
      if sides.allSatisfy({ side in side.isEmpty || side.count { $0.has(wider) } * 2 >= side.count }) {
        edges = wider
      }
    }
    return edges.sorted()
  }
}

extension FrozenAmounts {
  func has(_ edges: [Int]) -> Bool { edges.allSatisfy { edge in bins.contains { $0.first == edge } } }

  /// People who just reach a threshold in the week, and those beyond; `nil` where the week is not divided so. Where those who
  /// just reach the lowest of all are fewer than five, they are shown with others, and counted as two: none to four.
  func reached(from first: Int, upTo end: Int) -> (just: Int, beyond: Int)? {
    func people(from first: Int, upTo end: Int?) -> Int {
      bins.filter { bin in bin.first >= first && end.map { bin.first < $0 } ?? true }.reduce(0) {
        $0 + $1.people
      }
    }
    if has([first, end]) { return (people(from: first, upTo: end), people(from: end, upTo: nil)) }
    guard scale == .requests, first == Self.requestEdges.first, let lowest = bins.first,
      lowest.first == first,
      !lowest.hasUnknown
    else { return nil }
    return (2, people(from: first, upTo: nil) - 2)
  }
}
