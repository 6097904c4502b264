import Statistics

/// What people do around a target's threshold, and around thresholds that nobody announced: who just reaches it, how many more
/// there are than would be, and whether the density jumps there. Out of what was published week by week.
package struct AmountBehaviour: Sendable, Hashable {
  package typealias Unit = FrozenAmounts.Unit
  package typealias Scale = FrozenAmounts.Scale

  /// An excess as a share of all whose amount is known, the mean of some weeks; its error is that of one average week, for the same
  /// people come again each week, and more weeks are not more people.
  package struct MeanExcess: Sendable, Hashable {
    package var share: Double
    package var error: Double
    package var weeks: Int

    package var range: ClosedRange<Double> {
      share - Distributions.normalLimit * error...share + Distributions.normalLimit * error
    }

    init?(_ excesses: [FrozenAmounts.Excess]) {
      guard !excesses.isEmpty else { return nil }
      let count = Double(excesses.count)
      weeks = excesses.count
      share = Double(excesses.reduce(0) { $0 + $1.thousandths }) / count / 1000
      let squares = excesses.reduce(0) { $0 + $1.errorThousandths * $1.errorThousandths }
      error = (Double(squares) / count).squareRoot() / 1000
    }
  }

  /// In how many weeks the density jumped by more than chance lets it in one of twenty.
  package struct Jumps: Sendable, Hashable {
    package var jumped: Int
    package var weeks: Int

    init?(_ jumps: [FrozenAmounts.Jump]) {
      guard !jumps.isEmpty else { return nil }
      weeks = jumps.count
      jumped = jumps.count { Double(abs($0.tenths)) / 10 > Distributions.normalLimit }
    }
  }

  /// One threshold: the target's, or one of no target.
  package struct Step: Sendable, Hashable {
    /// In the unit of ``AmountBehaviour/scale``.
    package var at: Int
    package var isTargets: Bool
    /// The last amount that still is just reached.
    package var justUpTo: Int
    package var reached: TargetPanel.BeforeAfter<ThresholdCounts.Side>?
    /// That before and after would be so different by chance, with the people of one average week on each side.
    package var likelihood: Double?
    package var excess: TargetPanel.BeforeAfter<MeanExcess?>
    package var jumps: TargetPanel.BeforeAfter<Jumps?>
  }

  package let unit: Unit
  package let scale: Scale
  package let threshold: Int
  package let sums: TargetPanel.BeforeAfter<AmountSums?>
  /// The target's first.
  package let steps: [Step]

  /// Where amounts that just reach a threshold end, in the unit of the scale.
  private static let requestSteps = [(1, 3), (7, 9), (11, 13)]
  private static let percentSteps = [(100, 110), (50, 75), (150, 200)]

  init?(before: [FrozenAmounts], after: [FrozenAmounts]) {
    guard let first = before.first ?? after.first else { return nil }
    (unit, scale, threshold) = (first.unit, first.scale, first.threshold)
    let edges = AmountSums.commonEdges(of: [before, after])
    sums = TargetPanel.BeforeAfter(
      before: AmountSums(of: before, edges: edges), after: AmountSums(of: after, edges: edges))
    steps = Self.steps(first.scale).enumerated().map { place, step in
      let (at, end) = step
      func side(_ weeks: [FrozenAmounts]) -> ThresholdCounts.Side? {
        let counts = weeks.compactMap { $0.reached(from: at, upTo: end) }
        // Weeks that are divided so are few where those who reach it are: then they are the odd ones.
        guard !counts.isEmpty, counts.count * 2 >= weeks.count else { return nil }
        return ThresholdCounts.Side(
          justReached: counts.reduce(0) { $0 + $1.just }, beyond: counts.reduce(0) { $0 + $1.beyond },
          weeks: counts.count)
      }
      var reached: TargetPanel.BeforeAfter<ThresholdCounts.Side>?
      if let before = side(before), let after = side(after) {
        reached = TargetPanel.BeforeAfter(before: before, after: after)
      }
      func excess(_ weeks: [FrozenAmounts]) -> MeanExcess? {
        MeanExcess(weeks.flatMap { $0.excesses.filter { $0.at == at } })
      }
      func jumps(_ weeks: [FrozenAmounts]) -> Jumps? {
        Jumps(weeks.flatMap { $0.jumps.filter { $0.at == at } })
      }
      return Step(
        at: at, isTargets: place == 0, justUpTo: end - 1, reached: reached,
        likelihood: reached.flatMap { ThresholdCounts.likelihood($0.before, $0.after) },
        excess: TargetPanel.BeforeAfter(before: excess(before), after: excess(after)),
        jumps: TargetPanel.BeforeAfter(before: jumps(before), after: jumps(after)))
    }
  }

  private static func steps(_ scale: Scale) -> [(Int, Int)] {
    switch scale {
    case .requests: requestSteps
    case .percent: percentSteps
    }
  }

  /// The share of those who reached the threshold in one week who did so just; `nil` where the week is not divided so.
  static func justShare(of week: FrozenAmounts) -> Double? {
    let (at, end) = steps(week.scale)[0]
    guard let counts = week.reached(from: at, upTo: end), counts.just + counts.beyond > 0 else { return nil }
    return Double(counts.just) / Double(counts.just + counts.beyond)
  }

  /// The excess at the threshold in one week, as a share.
  static func excess(of week: FrozenAmounts) -> Double? {
    let at = steps(week.scale)[0].0
    return week.excesses.first { $0.at == at }.map { Double($0.thousandths) / 1000 }
  }
}

extension FrozenAdoption {
  var amounts: FrozenAmounts? {
    if case .counted(let counted) = organisation { counted.amounts } else { nil }
  }
}
