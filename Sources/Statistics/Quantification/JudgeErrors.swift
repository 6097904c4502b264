import Foundation

/// Somebody of whom it is known which of their units are of the class: what a judge's errors are measured on.
package struct LabelledPerson: Hashable, Sendable, Codable {
  /// Scores, in bits, of the units that are of the class, and of those that are not.
  package var purposeless: [Double]
  package var other: [Double]

  package init(purposeless: [Double], other: [Double]) {
    self.purposeless = purposeless
    self.other = other
  }
}

/// How a judge scores those that are of a class and those that are not, as measured on labelled people: how often each
/// range of scores comes, how much the units of one person are alike in it, and how sure all that is.
///
/// Small enough to be kept beside the judge's weights: some hundred numbers, and nothing of any one person.
package struct JudgeErrors: Hashable, Sendable, Codable {
  package struct Class: Hashable, Sendable, Codable {
    package var units: Int
    package var people: Int
    /// How often a unit's score falls into each range; nowhere zero, for what was not seen yet may come.
    package var density: [Double]
    /// How often two units of one person fall into two ranges.
    package var pairs: [[Double]]
    /// How much ``density`` would differ if other people had been labelled: covariances, people being what is drawn.
    package var covariance: [[Double]]
  }

  /// Where one range of scores ends and the next begins, rising; a score that is equal belongs to the upper one.
  package let edges: [Double]
  package let purposeless: Class
  package let other: Class

  /// Where ranges end: at these shares of those of the class, from the least score up, and of the others, from the
  /// greatest down. Narrow where the two meet, for there the shares are decided.
  private static let tails = [0.005, 0.02, 0.06, 0.15, 0.35, 0.65]

  /// - Returns: `nil` unless there are at least two people with units of either class.
  package init?(measuredOn people: [LabelledPerson]) {
    var edges: Set<Double> = []
    let purposeless = people.flatMap(\.purposeless).filter(\.isFinite).sorted()
    let other = people.flatMap(\.other).filter(\.isFinite).sorted()
    guard let least = purposeless.first, let leastOther = other.first else { return nil }
    for share in Self.tails {
      edges.insert(purposeless[Int(share * Double(purposeless.count))])
      edges.insert(other[other.count - 1 - Int(share * Double(other.count))])
    }
    // Nothing is below the least of all.
    edges.remove(min(least, leastOther))
    self.init(measuredOn: people, edges: edges.sorted())
  }

  /// With one edge this is what adjusted counting needs: how often the judge finds those of the class, and others.
  package init?(measuredOn people: [LabelledPerson], edges: [Double]) {
    guard
      let purposeless = Class(people.map(\.purposeless), edges),
      let other = Class(people.map(\.other), edges)
    else { return nil }
    self.edges = edges
    self.purposeless = purposeless
    self.other = other
  }

  package func range(of bits: Double) -> Int { Self.range(of: bits, edges) }

  fileprivate static func range(of bits: Double, _ edges: [Double]) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if bits >= edges[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension JudgeErrors.Class {
  fileprivate init?(_ people: [[Double]], _ edges: [Double]) {
    let ranges = edges.count + 1
    let counts = people.filter { !$0.isEmpty }.map { scores in
      scores.reduce(into: [Double](repeating: 0, count: ranges)) {
        $0[JudgeErrors.range(of: $1, edges)] += 1
      }
    }
    guard counts.count >= 2 else { return nil }
    let sizes = counts.map { $0.reduce(0, +) }
    let total = sizes.reduce(0, +)
    // Half a unit, spread over the ranges as Perks would: with few labels it says that they are few.
    let spread = 0.5
    let density = (0..<ranges).map { range in
      (counts.reduce(0) { $0 + $1[range] } + spread / Double(ranges)) / (total + spread)
    }
    // Sums over people: of the products of two ranges' counts, of counts times sizes, of squared sizes.
    var products = [[Double]](repeating: [Double](repeating: 0, count: ranges), count: ranges)
    var sized = [Double](repeating: 0, count: ranges)
    for (count, size) in zip(counts, sizes) {
      let present = (0..<ranges).filter { count[$0] > 0 }
      for i in present {
        sized[i] += size * count[i]
        for j in present { products[i][j] += count[i] * count[j] }
      }
    }
    let squares = sizes.reduce(0) { $0 + $1 * $1 }
    let all = squares - total
    let correction = Double(counts.count) / Double(counts.count - 1) / (total * total)
    var (pairs, covariance) = (products, products)
    for i in 0..<ranges {
      for j in 0..<ranges {
        let same = i == j ? counts.reduce(0) { $0 + $1[i] } : 0
        // Without two units of anybody there is nothing to tell alikeness by: as if independent.
        pairs[i][j] = all > 0 ? (products[i][j] - same) / all : density[i] * density[j]
        // Of what each person's counts are off from their size's share.
        let expected = density[i] * sized[j] + density[j] * sized[i] - squares * density[i] * density[j]
        covariance[i][j] = (products[i][j] - expected) * correction
      }
    }
    self.init(
      units: Int(total), people: counts.count, density: density, pairs: pairs, covariance: covariance)
  }

  /// The first moments of a figure that each range of scores has, over units of the class.
  struct Moments {
    var mean = 0.0
    var variance = 0.0
    /// The third central moment.
    var third = 0.0
    /// Of two units of one person; never below zero.
    var pairCovariance = 0.0
    /// Of the mean, for the labelled people were so many and no more.
    var varianceOfMean = 0.0
  }

  func moments(of figure: [Double]) -> Moments {
    var moments = Moments()
    for (share, value) in zip(density, figure) { moments.mean += share * value }
    var pairs = 0.0
    for (i, value) in figure.enumerated() {
      let away = value - moments.mean
      moments.variance += density[i] * away * away
      moments.third += density[i] * away * away * away
      for (j, other) in figure.enumerated() {
        pairs += self.pairs[i][j] * away * (other - moments.mean)
        moments.varianceOfMean += covariance[i][j] * value * other
      }
    }
    moments.pairCovariance = max(0, min(pairs, moments.variance))
    moments.varianceOfMean = max(moments.varianceOfMean, moments.variance / Double(units))
    return moments
  }

  /// As many independent units as the labelled ones are worth.
  var effectiveUnits: Double {
    var (independent, clustered) = (0.0, 0.0)
    for (i, share) in density.enumerated() {
      independent += share * (1 - share)
      clustered += covariance[i][i]
    }
    return clustered > 0 ? min(Double(units), max(2, independent / clustered)) : Double(units)
  }
}
