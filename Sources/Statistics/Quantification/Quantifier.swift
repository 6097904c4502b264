import Foundation

/// The share of a class in a group out of a judge's scores, corrected for what the judge is known to miss and to find
/// where there is nothing.
///
/// The scores of a group are a mixture of the two distributions that ``JudgeErrors`` holds; their share is the one of
/// greatest likelihood, found where its slope is zero, which is where expectation maximisation ends (Saerens, Latinne and
/// Decaestecker, Neural Computation 14, 2002, for a prior; the mixture of measured densities is HDy's: González-Castro,
/// Alaiz-Rodríguez and Alegre, Information Sciences 218, 2013). With a single edge it is adjusted counting (Forman, Data
/// Mining and Knowledge Discovery 17, 2008), clipped to 0 to 1.
package struct Quantifier: Sendable {
  package let errors: JudgeErrors

  package init(_ errors: JudgeErrors) { self.errors = errors }

  /// What the range is to hold.
  package enum Question: String, Sendable, Codable, CaseIterable {
    /// The share of these units of these people. All of them were seen, so only the judge can be wrong.
    case thisGroup
    /// The share that many groups of such people would have: who happens to be in it adds to the error.
    case groupsLikeIt
  }

  /// - Parameters:
  ///   - resamples: Only for ``Question/groupsLikeIt``.
  ///   - seed: The same seed gives the same range.
  /// - Returns: `nil` without any weight.
  package func estimate(
    _ members: [GroupMember], of question: Question = .thisGroup, resamples: Int = 1000, seed: UInt64 = 1
  ) -> PrevalenceEstimate? {
    let group = ScoredGroup(members, errors)
    guard group.weight > 0 else { return nil }
    let share = Self.share(
      group.byRange, errors.purposeless.density, errors.other.density)
    let range =
      switch question {
      case .thisGroup: ErrorRange(group, errors, share: share).range
      case .groupsLikeIt:
        PeopleBootstrap(group, errors, share: share).range(resamples: resamples, seed: seed)
      }
    return PrevalenceEstimate(
      share: share, low: min(share, range.lowerBound), high: max(share, range.upperBound),
      people: group.people.count, units: group.units)
  }

  /// Of greatest likelihood, where so much weight is in each range of scores.
  static func share(_ weights: [Double], _ purposeless: [Double], _ other: [Double]) -> Double {
    func slope(_ share: Double) -> (value: Double, slope: Double) {
      var (value, slope) = (0.0, 0.0)
      for range in weights.indices where weights[range] > 0 {
        let difference = purposeless[range] - other[range]
        let ratio = difference / (other[range] + share * difference)
        value += weights[range] * ratio
        slope -= weights[range] * ratio * ratio
      }
      return (value, slope)
    }
    // The likelihood is concave: its slope falls all the way.
    guard slope(0).value > 0 else { return 0 }
    guard slope(1).value < 0 else { return 1 }
    var (low, high, share) = (0.0, 1.0, 0.5)
    for _ in 0..<100 {
      let (value, fall) = slope(share)
      if value > 0 { low = share } else { high = share }
      var next = fall < 0 ? share - value / fall : (low + high) / 2
      if next <= low || next >= high { next = (low + high) / 2 }
      if abs(next - share) < 1e-12 { return next }
      share = next
    }
    return share
  }
}

/// A group's units, sorted into the ranges of scores of a judge whose errors are known.
struct ScoredGroup {
  struct Person {
    /// Which ranges this person's scores are in, with how much weight.
    var ranges: [(range: Int, weight: Double)] = []
    var weight = 0.0
    /// The sum of the squares of single units' weights.
    var squares = 0.0
  }

  private(set) var people: [Person] = []
  private(set) var byRange: [Double]
  private(set) var weight = 0.0
  private(set) var units = 0
  private(set) var squares = 0.0
  private(set) var cubes = 0.0

  init(_ members: [GroupMember], _ errors: JudgeErrors) {
    let ranges = errors.edges.count + 1
    byRange = [Double](repeating: 0, count: ranges)
    for member in members {
      var (person, own) = (Person(), [Double](repeating: 0, count: ranges))
      for score in member.scores where score.weight > 0 && score.weight.isFinite && !score.bits.isNaN {
        let range = errors.range(of: score.bits)
        own[range] += score.weight
        person.weight += score.weight
        person.squares += score.weight * score.weight
        cubes += score.weight * score.weight * score.weight
        units += 1
      }
      guard person.weight > 0 else { continue }
      for range in own.indices where own[range] > 0 {
        byRange[range] += own[range]
        person.ranges.append((range, own[range]))
      }
      weight += person.weight
      squares += person.squares
      people.append(person)
    }
  }
}
