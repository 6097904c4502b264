package import Directory

/// How much people used in a week, as it is published: in parts of five people or more; and, made of everybody's amounts when
/// the week is closed and then let go, how many more there were at the target's threshold, and at others that nobody
/// announced, than would be.
package struct FrozenAmounts: Sendable, Hashable, Codable {
  package typealias Unit = AdoptionTarget.LeastAmount.Unit

  /// What is counted: where a target has no least amount, requests of those who were active.
  let unit: Unit
  /// From how many on somebody reaches the target: 1 where it has no least amount.
  let threshold: Int
  /// Bins and thresholds are in requests, or in hundredths of the target's least amount.
  let scale: Scale
  /// In the order of amounts, in the unit of ``scale``.
  let bins: [Bin]
  /// At the threshold first.
  let excesses: [Excess]
  /// Of amounts that have a density; at the threshold first.
  let jumps: [Jump]

  /// From ``first`` up to, not including, the next bin's.
  package struct Bin: Sendable, Hashable, Codable {
    var first: Int
    var people: Int
    /// Whether those are in it of whom the amount is not known.
    var hasUnknown: Bool
  }

  /// How many more there are, in thousandths of all whose amount is known.
  package struct Excess: Sendable, Hashable, Codable {
    /// In the unit of ``FrozenAmounts/scale``.
    var at: Int
    var thousandths: Int
    var errorThousandths: Int
  }

  /// A density discontinuity, in tenths of its standard error.
  package struct Jump: Sendable, Hashable, Codable {
    var at: Int
    var tenths: Int
  }

  package enum Scale: String, Sendable, Hashable, Codable { case requests, percent }

  /// One and two are together: fewer than five of either would be.
  static let requestEdges = [1, 3, 5, 7, 9, 11, 13, 16, 21, 31, 51]
  static let percentEdges = [0, 25, 50, 75, 90, 100, 110, 125, 150, 200]
  /// Of so many people whose amount is known at least an excess is said.
  static let fewestForExcess = 50

  /// - Returns: `nil` if a side of the threshold has fewer than five people.
  init?(closing use: WeekOfAdoption) {
    let least = use.target.leastAmount
    unit = least?.unit ?? .requests
    threshold = least?.count ?? 1
    scale = least == nil ? .requests : .percent
    // A request that begins in one week and is answered in the next makes somebody active without one.
    let people = use.participants.map { one -> (state: WeekOfAdoption.State, amount: Double?) in
      let state = use.state(of: one)
      return (state, one.days == 0 ? 0 : one.amount)
    }
    if scale == .requests {
      let active = people.filter { $0.state == .active }.map { $0.amount.map { max(1, $0) } }
      guard let bins = Self.bins(active, Self.requestEdges, unknownIn: Self.requestEdges.count - 1) else {
        return nil
      }
      self.bins = bins
      excesses = Self.requestExcesses(active.compactMap { $0 })
      jumps = []
    } else {
      let percent = 100 / Double(threshold)
      let all = people.map { $0.amount.map { $0 * percent } }
      let split = Self.percentEdges.firstIndex(of: 100) ?? 0
      let below = zip(people, all).filter { $0.0.state != .active }.map(\.1)
      let above = zip(people, all).filter { $0.0.state == .active }.map(\.1)
      // Who asked on too few days may have used as much: they are below all the same.
      guard
        let first = Self.bins(
          below.map { $0.map { min($0, 99.9) } }, Array(Self.percentEdges[..<split]), unknownIn: 0),
        let second = Self.bins(above, Array(Self.percentEdges[split...]), unknownIn: 0)
      else { return nil }
      bins = first + second
      let known = people.compactMap(\.amount).filter { $0 > 0 }
      excesses = Self.amountExcesses(known, threshold: threshold, unit)
      jumps = unit == .requests ? [] : Self.jumps(known, threshold: threshold)
    }
  }

  /// Neighbours together until there are five in each.
  private static func bins(_ amounts: [Double?], _ edges: [Int], unknownIn unknown: Int) -> [Bin]? {
    guard amounts.count >= CountRange.few else { return nil }
    var counts = [Int](repeating: 0, count: edges.count)
    for amount in amounts {
      guard let amount else {
        counts[unknown] += 1
        continue
      }
      counts[edges.lastIndex { Double($0) <= amount } ?? 0] += 1
    }
    let hasUnknown = amounts.contains { $0 == nil }
    var bins: [Bin] = []
    var open: Bin?
    for (place, first) in edges.enumerated() {
      var bin = open ?? Bin(first: first, people: 0, hasUnknown: false)
      bin.people += counts[place]
      if place == unknown, hasUnknown { bin.hasUnknown = true }
      if bin.people >= CountRange.few {
        bins.append(bin)
        open = nil
      } else {
        open = bin
      }
    }
    if let open, var last = bins.popLast() {
      last.people += open.people
      last.hasUnknown = last.hasUnknown || open.hasUnknown
      bins.append(last)
    }
    return bins
  }
}
