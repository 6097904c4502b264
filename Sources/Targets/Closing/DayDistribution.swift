/// How many people used AI on how many days of a week; no part of it is of fewer than five.
package struct DayDistribution: Sendable, Hashable, Codable {
  package struct Bin: Sendable, Hashable, Codable {
    /// From 0 to 7.
    package var first: Int
    package var last: Int
    package var people: Int
    /// Whether those are in it of whom nothing could be seen: they would be too few for themselves.
    package var hasNotConnected: Bool
  }

  /// In the order of days; together all of 0 to 7.
  package let bins: [Bin]

  init(bins: [Bin]) { self.bins = bins }

  /// - Parameters:
  ///   - counts: Of those who could be seen, by days from 0 to 7.
  ///   - threshold: From how many days on somebody is active: no bin has people from both sides of it.
  /// - Returns: `nil` if one side of the threshold has fewer than five people.
  init?(_ counts: [Int], notConnected: Int, threshold: Int) {
    // Who was not seen is never told apart from who was seen to use nothing: a few of either could be worked out, and
    // weeks would differ by how many were connected.
    let isApart = notConnected == 0
    var counts = counts
    counts[0] += notConnected
    var bins: [Bin] = []
    for side in [0..<threshold, threshold..<counts.count] {
      guard var merged = Self.merged(counts, side) else { return nil }
      if side.lowerBound == 0 && !isApart { merged[0].hasNotConnected = true }
      bins += merged
    }
    self.bins = bins
  }

  /// Neighbours together until there are five in each.
  private static func merged(_ counts: [Int], _ side: Range<Int>) -> [Bin]? {
    var bins: [Bin] = []
    var open: Bin?
    for days in side {
      var bin = open ?? Bin(first: days, last: days, people: 0, hasNotConnected: false)
      bin.last = days
      bin.people += counts[days]
      if bin.people >= CountRange.few {
        bins.append(bin)
        open = nil
      } else {
        open = bin
      }
    }
    if let open {
      guard var last = bins.popLast() else { return nil }
      last.last = open.last
      last.people += open.people
      bins.append(last)
    }
    return bins
  }
}
