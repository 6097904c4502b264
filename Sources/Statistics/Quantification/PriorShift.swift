import Foundation

/// The share of a class in a group out of probabilities that were calibrated where the class had another share: that at
/// which expectation maximisation ends (Saerens, Latinne and Decaestecker, Neural Computation 14, 2002).
///
/// It needs no labelled cases, only trust in the calibration; so it has no range of its own. ``Quantifier`` has.
package struct PriorShift: Sendable {
  /// What share of the class the probabilities were calibrated with, between 0 and 1.
  package let calibratedAt: Double

  package init?(calibratedAt: Double) {
    guard calibratedAt > 0, calibratedAt < 1 else { return nil }
    self.calibratedAt = calibratedAt
  }

  /// - Returns: `nil` without any weight.
  package func share(of scores: [(probability: Double, weight: Double)]) -> Double? {
    let counted = scores.filter { $0.weight > 0 && $0.probability >= 0 && $0.probability <= 1 }
    guard !counted.isEmpty else { return nil }
    let ratios = counted.map { likelihoods(of: $0.probability) }
    // Each score is a range of its own: the same likelihood, and so the same share.
    return Quantifier.share(counted.map(\.weight), ratios.map(\.purposeless), ratios.map(\.other))
  }

  /// What a probability becomes where the class has that share.
  package func adjusted(_ probability: Double, to share: Double) -> Double {
    let (purposeless, other) = likelihoods(of: probability)
    let (one, two) = (purposeless * share, other * (1 - share))
    return one + two > 0 ? one / (one + two) : probability
  }

  /// Up to a common factor.
  private func likelihoods(of probability: Double) -> (purposeless: Double, other: Double) {
    let held = min(1 - 1e-12, max(1e-12, probability))
    return (held / calibratedAt, (1 - held) / (1 - calibratedAt))
  }
}
