import Foundation

/// How far a share may be from that of many groups of such people: people are drawn again, all units of one together, and
/// the judge's error rates from what they were measured on.
struct PeopleBootstrap {
  private let group: ScoredGroup
  private let errors: JudgeErrors
  private let share: Double

  init(_ group: ScoredGroup, _ errors: JudgeErrors, share: Double) {
    self.group = group
    self.errors = errors
    self.share = share
  }

  func range(resamples: Int, seed: UInt64) -> ClosedRange<Double> {
    var random = SeededRandom(seed: seed)
    let count = group.people.count
    guard count >= 2 else { return 0...1 }
    var shares: [Double] = []
    shares.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var weights = [Double](repeating: 0, count: group.byRange.count)
      for _ in 0..<count {
        for (range, weight) in group.people[random.index(below: count)].ranges { weights[range] += weight }
      }
      shares.append(
        Quantifier.share(weights, drawn(errors.purposeless, &random), drawn(errors.other, &random)))
    }
    shares.sort()
    // Bias-corrected percentiles; and wider by what Student's t is wider than the normal, for people are few.
    let below = Double(shares.count { $0 < share }) + Double(shares.count { $0 == share }) / 2
    let bias = Distributions.normalQuantile(min(0.9, max(0.1, below / Double(resamples))))
    let z = Distributions.normalLimit
    func quantile(_ z: Double) -> Double {
      let place = Distributions.normal(2 * bias + z) * Double(resamples - 1)
      let index = min(max(0, Int(place.rounded())), resamples - 1)
      return shares[index]
    }
    let wider =
      Distributions.studentLimit(freedom: Double(count - 1)) / z
      * (Double(count) / Double(count - 1)).squareRoot()
    let low = share - (share - min(share, quantile(-z))) * wider
    let high = share + (max(share, quantile(z)) - share) * wider
    return max(0, low)...min(1, max(high, leastUpperLimit))
  }

  /// Where nobody was found, drawing again finds nobody. What share of people could still be of the class: that with
  /// which none of so many would be found once in forty times, and what the judge may have missed.
  private var leastUpperLimit: Double {
    // As many equal people as these are worth.
    let squares = group.people.reduce(0) { $0 + $1.weight * $1.weight }
    let people = group.weight * group.weight / squares
    let found = share * people
    // With some of them found, drawing again tells how much they vary.
    guard found < 3 else { return 0 }
    let upper = Distributions.betaQuantile(0.975, found + 1, max(1e-9, people - found))
    return max(upper, ErrorRange(group, errors, share: share).range.upperBound)
  }

  /// What the densities might have been with other labelled people: Dirichlet's distribution, with as many units as the
  /// labelled ones are worth.
  private func drawn(_ measured: JudgeErrors.Class, _ random: inout SeededRandom) -> [Double] {
    let size = measured.effectiveUnits
    let parts = measured.density.map { random.gamma(shape: max(1e-3, $0 * size)) }
    let total = parts.reduce(0, +)
    return total > 0 ? parts.map { max(1e-9, $0 / total) } : measured.density
  }
}
