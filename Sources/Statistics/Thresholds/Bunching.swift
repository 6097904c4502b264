import Foundation

/// How many more there are at a threshold than would be without it: excess mass against a polynomial through the counts
/// away from it (Chetty, Friedman, Olsen and Pistaferri, QJE 126, 2011; Kleven and Waseem, QJE 128, 2013; Kleven, Annual
/// Review of Economics 8, 2016).
///
/// A statement on the population, never on one person: nobody can be said to be in the excess.
package struct Bunching: Hashable, Sendable {
  /// Where those come from who are too many at the threshold, and so are missing: what the polynomial would have without
  /// a threshold must add up to all there are (the integration constraint).
  package enum Origin: String, Sendable, Codable { case below, above, unknown }

  /// How it is reckoned.
  package struct Settings: Hashable, Sendable {
    /// Of the polynomial.
    package var order: Int
    /// Bins that are left out of it, counted from the first bin at or past the threshold, which is 0.
    package var excluded: ClosedRange<Int>
    package var origin: Origin
    /// A bin that holds a multiple of one of these may have more for that alone, in the units of the counts' bins: people
    /// stop at round numbers everywhere. Each has a height of its own.
    package var roundNumbers: [Double]
    package var resamples: Int
    package var seed: UInt64

    package init(
      order: Int = 5, excluded: ClosedRange<Int> = -2...1, origin: Origin = .below,
      roundNumbers: [Double] = [],
      resamples: Int = 500, seed: UInt64 = 1
    ) {
      self.order = order
      self.excluded = excluded
      self.origin = origin
      self.roundNumbers = roundNumbers
      self.resamples = resamples
      self.seed = seed
    }
  }

  /// How many are more in the excluded bins than would be.
  package let excess: Double
  /// ``excess`` in heights of the distribution as it would be there: in how many bins' worth.
  package let normalised: Double
  /// Of ``excess`` and ``normalised``, by drawing the polynomial's errors again.
  package let standardErrors: (excess: Double, normalised: Double)
  /// What would be in each bin without a threshold.
  package let counterfactual: [Double]

  package static func == (a: Self, b: Self) -> Bool {
    a.excess == b.excess && a.normalised == b.normalised && a.standardErrors == b.standardErrors
      && a.counterfactual == b.counterfactual
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(excess)
    hasher.combine(counterfactual)
  }

  /// Ranges that hold the true figure 95 times in 100, as far as the polynomial fits.
  package var range: ClosedRange<Double> {
    let half = Distributions.normalLimit * standardErrors.normalised
    return normalised - half...normalised + half
  }

  /// - Returns: `nil` with too few bins outside the excluded ones for the polynomial, or nothing in them.
  package init?(_ counts: BinnedCounts, _ settings: Settings = Settings()) {
    guard let design = BunchingDesign(counts, settings), let fit = design.fit(counts.counts) else {
      return nil
    }
    excess = fit.excess
    normalised = fit.normalised
    counterfactual = fit.counterfactual
    // Errors outside the excluded bins, as wide as they would be had the polynomial not been fitted to them.
    let outside = design.outside
    let freedom = Double(outside.count - design.terms)
    let wider = (Double(outside.count) / max(1, freedom)).squareRoot()
    let errors = outside.map { (fit.adjusted[$0] - fit.counterfactual[$0]) * wider }
    let window = Set(design.window)
    var random = SeededRandom(seed: settings.seed)
    var (excesses, heights) = ([Double](), [Double]())
    for _ in 0..<settings.resamples {
      let drawn = counts.counts.indices.map { bin in
        // What the constraint added is taken off again, for it is added anew.
        let mean = window.contains(bin) ? counts.counts[bin] : fit.counterfactual[bin] / fit.shift[bin]
        return mean + errors[random.index(below: errors.count)]
      }
      guard let again = design.fit(drawn) else { continue }
      excesses.append(again.excess)
      heights.append(again.normalised)
    }
    standardErrors = (Self.deviation(excesses), Self.deviation(heights))
  }

  private static func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}

/// Counts by bins of equal width around a threshold, which is where a bin begins.
package struct BinnedCounts: Hashable, Sendable {
  package let threshold: Double
  package let width: Double
  /// Which of ``counts`` begins at the threshold.
  package let thresholdBin: Int
  package let counts: [Double]

  package init?(counts: [Double], thresholdBin: Int, threshold: Double, width: Double) {
    guard width > 0, counts.indices.contains(thresholdBin) else { return nil }
    self.counts = counts
    self.thresholdBin = thresholdBin
    self.threshold = threshold
    self.width = width
  }

  /// Counts values from so many bins below the threshold to so many from it on; the others are left out.
  package init?(_ values: [Double], threshold: Double, width: Double, below: Int, above: Int) {
    guard width > 0, below > 0, above > 0 else { return nil }
    var counts = [Double](repeating: 0, count: below + above)
    for value in values {
      let place = ((value - threshold) / width).rounded(.down) + Double(below)
      if place >= 0, place < Double(counts.count) { counts[Int(place)] += 1 }
    }
    self.init(counts: counts, thresholdBin: below, threshold: threshold, width: width)
  }

  /// Where a bin begins, in bins from the threshold on.
  func place(of bin: Int) -> Int { bin - thresholdBin }

  /// Whether a multiple of some number lies in a bin.
  func hasMultiple(of number: Double, in bin: Int) -> Bool {
    let first = threshold + Double(place(of: bin)) * width
    let multiple = (first / number - 1e-9).rounded(.up) * number
    return multiple < first + width - 1e-9 * width
  }
}
