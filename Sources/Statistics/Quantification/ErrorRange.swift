import Foundation

/// How far a share may be from that of the very units it was estimated from: all of them were seen, so what is left is the
/// judge's error.
///
/// The estimate is a sum over units of a figure that is 1 on average where a unit is of the class, and 0 where it is not
/// (the efficient one: the slope of the likelihood). So its error, if the share were such and such, has a known variance and
/// skewness: of units one by one, of people whose units the judge gets wrong together, and of the judge's rates, which
/// were measured on so many people and no more. The range is of those shares with which the estimate is not too far out
/// (Wilson's way round, so that it is right at 0 as well), by a Pearson type III distribution with these moments.
struct ErrorRange {
  private let group: ScoredGroup
  private let estimate: Double
  private let share: Double
  private let positive: JudgeErrors.Class.Moments
  private let negative: JudgeErrors.Class.Moments
  /// Sums of products of the weights of two units of one person, both likely of the class, or both not.
  private var pairs: (positive: Double, negative: Double, each: Double) = (0, 0, 0)

  init(_ group: ScoredGroup, _ errors: JudgeErrors, share: Double) {
    self.group = group
    self.share = share
    let (f, g) = (errors.purposeless.density, errors.other.density)
    // At 0 the efficient figure leans on what is rarest among others, and so on what is known least.
    let at = min(0.95, max(0.05, share))
    var information = 0.0
    for range in f.indices {
      let difference = f[range] - g[range]
      information += difference * difference / (g[range] + at * difference)
    }
    // A judge that scores both alike says nothing: every share fits.
    let figure = f.indices.map { range in
      let difference = f[range] - g[range]
      return information > 1e-12 ? at + difference / (g[range] + at * difference) / information : at
    }
    positive = errors.purposeless.moments(of: figure)
    negative = errors.other.moments(of: figure)
    estimate =
      information > 1e-12
      ? zip(group.byRange, figure).reduce(0) { $0 + $1.0 * $1.1 } / group.weight : .nan
    for person in group.people {
      var likely = 0.0
      for (range, weight) in person.ranges {
        likely += weight * share * f[range] / (g[range] + share * (f[range] - g[range]))
      }
      // That part of all products of two that are of different units.
      let apart = 1 - person.squares / (person.weight * person.weight)
      let unlikely = person.weight - likely
      pairs.positive += likely * likely * apart
      pairs.negative += unlikely * unlikely * apart
      pairs.each += person.weight * person.weight * apart
    }
  }

  /// The error that the estimate would have if the share were this.
  private func error(at candidate: Double) -> (deviation: Double, skewness: Double) {
    let weight = group.weight
    let alone =
      group.squares * (candidate * positive.variance + (1 - candidate) * negative.variance)
      / (weight * weight)
    // What is more than was estimated comes as whole people: those that are missed are missed together.
    let positivePairs =
      candidate <= share
      ? (share > 0 ? pairs.positive * candidate / share : 0)
      : pairs.positive + (candidate - share) * pairs.each
    let negativePairs = share < 1 ? pairs.negative * (1 - candidate) / (1 - share) : 0
    let together =
      (positivePairs * positive.pairCovariance + negativePairs * negative.pairCovariance) / (weight * weight)
    let rates =
      candidate * candidate * positive.varianceOfMean + (1 - candidate) * (1 - candidate)
      * negative.varianceOfMean
    let variance = alone + together + rates
    guard variance > 0 else { return (0, 0) }
    // Units that go together are fewer and larger: variance grows as their size, the third moment as its square.
    let size = alone > 0 ? (alone + together) / alone : 1
    let third =
      group.cubes * (candidate * positive.third + (1 - candidate) * negative.third)
      / (weight * weight * weight) * size * size
    return (variance.squareRoot(), third / (variance * variance.squareRoot()))
  }

  var range: ClosedRange<Double> {
    guard estimate.isFinite else { return 0...1 }
    // An estimate below zero would promise more than it may.
    let seen = min(1, max(0, estimate))
    // A count is whole: half a unit either way.
    let half = group.squares / (group.weight * group.weight) / 2
    let low = limit(from: seen - half, rising: false)
    let high = limit(from: seen + half, rising: true)
    return min(low, high)...max(low, high)
  }

  /// The last share, going up or down, with which so small, or so great, an estimate still comes once in forty times.
  private func limit(from seen: Double, rising: Bool) -> Double {
    let z = rising ? -Distributions.normalLimit : Distributions.normalLimit
    func fits(_ candidate: Double) -> Bool {
      let (deviation, skewness) = error(at: candidate)
      let reach = candidate + deviation * Self.pearson(z, skewness)
      return rising ? reach <= seen : reach >= seen
    }
    var (inside, outside) = (min(1, max(0, seen)), rising ? 1.0 : 0.0)
    if fits(outside) { return outside }
    for _ in 0..<40 {
      let middle = (inside + outside) / 2
      if fits(middle) { inside = middle } else { outside = middle }
    }
    return inside
  }

  /// Where a normal variable is `z`, a Pearson type III one of that skewness is (Wilson and Hilferty, 1931).
  private static func pearson(_ z: Double, _ skewness: Double) -> Double {
    let skewness = min(3, max(-3, skewness))
    guard abs(skewness) > 1e-6 else { return z }
    let cube = 1 + skewness * z / 6 - skewness * skewness / 36
    return 2 / skewness * (cube * cube * cube - 1)
  }
}
