package import Events
package import Statistics

extension Estimate {
  /// A median, in seconds. Its range are the two of the ordered times that bracket it by the binomial distribution,
  /// whatever the times are distributed like.
  package static func median(_ tally: DurationTally) -> Estimate? {
    let count = tally.count
    guard count > 0, let median = tally.median else { return nil }
    // The most that may lie below the lower limit; looked for from where it is not yet.
    var low = max(0, count / 2 - Int64((1.2 * Double(count).squareRoot()).rounded(.up)))
    while low < count / 2, Distributions.binomial(atMost: low, of: count, chance: 0.5) <= 0.025 { low += 1 }
    guard low > 0, let first = tally.ordered(at: low), let last = tally.ordered(at: count + 1 - low) else {
      return Estimate(median.inSeconds, nil)
    }
    return Estimate(median.inSeconds, first.inSeconds...max(first, last).inSeconds)
  }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
