import Directory
import Statistics

/// How excess and jumps are worked out of a week's amounts, and at which other thresholds the same is done: there nothing was
/// announced, and what is found there is what is found anywhere.
extension FrozenAmounts {
  /// Not round, and in none of each other's bins.
  static let otherRequests = [7, 11]
  static let otherPercents = [50, 150]
  private static let mostRequests = 20
  /// Bins from zero to the threshold.
  private static let binsBelow = 20

  /// At one and two requests there is nothing below: the excess is what a curve through more requests does not foresee. What
  /// is there takes no part in what is foreseen elsewhere.
  static func requestExcesses(_ requests: [Double]) -> [Excess] {
    guard requests.count >= fewestForExcess else { return [] }
    var counts = [Double](repeating: 0, count: mostRequests)
    for one in requests where one < Double(mostRequests + 1) { counts[Int(one) - 1] += 1 }
    func excess(at: Int, from first: Int, order: Int) -> Excess? {
      BinnedCounts(
        counts: Array(counts[(first - 1)...]), thresholdBin: at - first, threshold: Double(at), width: 1
      ).flatMap {
        Excess(
          $0,
          Bunching.Settings(
            order: order, excluded: 0...1, origin: .unknown, roundNumbers: [5, 10], resamples: 200), at: at,
          of: requests.count)
      }
    }
    return [excess(at: 1, from: 1, order: 2)].compactMap { $0 }
      + otherRequests.compactMap { excess(at: $0, from: 3, order: 3) }
  }

  static func amountExcesses(_ amounts: [Double], threshold: Int, _ unit: Unit) -> [Excess] {
    guard amounts.count >= fewestForExcess else { return [] }
    let top = Double(threshold)
    let width = unit == .requests ? max(1, (top / Double(binsBelow)).rounded()) : top / Double(binsBelow)
    func excess(at percent: Int, below: Int, above: Int) -> Excess? {
      let at = top * Double(percent) / 100
      // A bin of requests begins at a whole one.
      let start = unit == .requests ? at.rounded() : at
      return BinnedCounts(amounts, threshold: start, width: width, below: below, above: above).flatMap {
        Excess(
          $0,
          Bunching.Settings(
            order: 4, excluded: -2...1, origin: percent == 100 ? .below : .unknown,
            roundNumbers: roundNumbers(threshold: top, width: width), resamples: 200), at: percent,
          of: amounts.count)
      }
    }
    let bins = Int(top / width)
    guard bins >= 10 else { return [] }
    // None of the other windows reaches the bins around the threshold.
    return [
      excess(at: 100, below: bins, above: bins), excess(at: 50, below: bins / 2, above: bins / 2 - 3),
      excess(at: 150, below: bins / 2 - 3, above: bins),
    ].compactMap { $0 }
  }

  /// At most two numbers at whose multiples people stop anyway: such that few bins have one.
  static func roundNumbers(threshold: Double, width: Double) -> [Double] {
    var numbers: [Double] = []
    var unit = 1.0
    while unit <= threshold {
      numbers += [unit, 5 * unit].filter { $0 >= 3 * width && $0 <= threshold / 2 }
      unit *= 10
    }
    return numbers.suffix(2)
  }

  static func jumps(_ amounts: [Double], threshold: Int) -> [Jump] {
    guard amounts.count >= fewestForExcess else { return [] }
    return ([100] + otherPercents).compactMap { percent in
      // Twice the way to the threshold at most: a few who use a hundred times as much say nothing of it.
      let at = Double(threshold) * Double(percent) / 100
      return DensityDiscontinuity(amounts.filter { $0 < 3 * at }, cutoff: at).map {
        Jump(at: percent, tenths: Int((max(-100, min(100, $0.statistic)) * 10).rounded()))
      }
    }
  }
}

extension FrozenAmounts.Excess {
  /// - Returns: `nil` where there are, or would be, fewer than five people, and of what is no number.
  fileprivate init?(_ counts: BinnedCounts, _ settings: Bunching.Settings, at: Int, of people: Int) {
    let window = counts.counts.indices.filter { settings.excluded.contains($0 - counts.thresholdBin) }
    guard window.reduce(0, { $0 + counts.counts[$1] }) >= Double(CountRange.few),
      let bunching = Bunching(counts, settings),
      window.reduce(0, { $0 + bunching.counterfactual[$1] }) >= Double(CountRange.few)
    else { return nil }
    let (excess, error) = (bunching.excess / Double(people), bunching.standardErrors.excess / Double(people))
    guard excess.isFinite, error.isFinite, abs(excess) <= 1, error <= 1 else { return nil }
    self.at = at
    // In steps of two people: finer, several of them together would say how many people are at single requests.
    let step = max(10, (2000.0 / Double(people)).rounded(.up))
    thousandths = Int((excess * 1000 / step).rounded() * step)
    errorThousandths = Int(max(10, (error * 100).rounded(.up) * 10))
  }
}
