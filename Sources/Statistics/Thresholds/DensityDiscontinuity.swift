import Foundation

/// Whether a density jumps at a cutoff, as it does where people stop just short of it or just past it: Cattaneo, Jansson
/// and Ma's test as `rddensity` has it by default (p = 2, q = 3, triangular kernel, unrestricted, jackknife, bandwidth
/// "comb", mass points taken together). Robust to bias: the bandwidth is chosen for order 2, the estimate made with 3.
package struct DensityDiscontinuity: Hashable, Sendable {
  /// How far from the cutoff values count, below and above it.
  package let bandwidth: (left: Double, right: Double)
  /// How many do.
  package let within: (left: Int, right: Int)
  /// The density on either side.
  package let density: (left: Double, right: Double)
  /// Of the difference of the two.
  package let standardError: Double
  /// The difference in standard errors; positive where there are more above.
  package let statistic: Double
  /// That without a jump it would be at least so far from zero.
  package let likelihood: Double

  package static func == (a: Self, b: Self) -> Bool {
    a.bandwidth == b.bandwidth && a.within == b.within && a.density == b.density && a.statistic == b.statistic
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(statistic) }

  private static let order = 2

  /// - Parameter bandwidth: Chosen from the sample if it is not given.
  /// - Returns: `nil` where one side has too few different values for a polynomial.
  package init?(_ sample: [Double], cutoff: Double, bandwidth: (left: Double, right: Double)? = nil) {
    guard let sample = CutoffSample(sample, cutoff: cutoff),
      min(sample.uniqueLeft, sample.uniqueRight) > Self.order + 2,
      let chosen = bandwidth ?? Self.bandwidth(sample),
      let fit = LocalDensity(sample, left: chosen.left, right: chosen.right, order: Self.order + 1, power: 1),
      fit.varianceOfDifference > 0
    else { return nil }
    self.bandwidth = chosen
    within = (
      sample.left - sample.values.partitionPoint { $0 >= -chosen.left },
      sample.values.partitionPoint { $0 > chosen.right } - sample.left
    )
    density = (fit.density.left, fit.density.right)
    standardError = fit.varianceOfDifference.squareRoot()
    statistic = fit.density.difference / standardError
    likelihood = erfc(abs(statistic) / 2.0.squareRoot())
  }

  /// That of least expected square error: of the two densities, of their difference and of their sum; the one in the
  /// middle of these three for each side.
  private static func bandwidth(_ sample: CutoffSample) -> (left: Double, right: Double)? {
    let n = Double(sample.count)
    let mean = sample.values.reduce(0, +) / n
    let spread = (sample.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    let widest = max(-(sample.unique.first ?? 0), sample.unique.last ?? 0)
    let place = mean / spread
    let normal = exp(-place * place / 2) / (2 * Double.pi).squareRoot()
    /// First guesses, of a normal distribution. The constants are those of order 2.
    func guess(_ hermite: Double, _ constant: Double, _ power: Double, least: Int) -> Double {
      let width = spread * pow(constant / (hermite * hermite * normal) / n, 1 / power)
      return max(
        min(width, widest), sample.reach(left: true, values: least, unique: least),
        sample.reach(left: false, values: least, unique: least))
    }
    let fourth = pow(place, 4) - 6 * place * place + 3
    let second = place * place - 1
    let forBias = guess(fourth, 5.0 / 4 * 3_430_865.455_123_617_8, 9, least: 25)
    let forVariance = guess(second, 548.571_428_571_554_34 / 4, 5, least: 23)
    guard
      let bias = LocalDensity(sample, left: forBias, right: forBias, order: order + 2, power: order + 1),
      let variance = LocalDensity(sample, left: forVariance, right: forVariance, order: order, power: 1)
    else { return nil }
    // Of the triangular kernel, from 0 to 1: the second row of S⁻¹ times C.
    let constant = boundaryBias
    let (left, right) = (bias.coefficient.left * constant, bias.coefficient.right * constant)
    func width(_ variance: Double, _ bias: Double) -> Double {
      let best = pow(n * forVariance * variance / (bias * bias) / n / 4, 1.0 / 5)
      return best.isFinite ? best : 0
    }
    let least = 20 + order + 1
    let reach = (
      left: sample.reach(left: true, values: least, unique: least),
      right: sample.reach(left: false, values: least, unique: least)
    )
    let both = max(reach.left, reach.right)
    let difference = max(both, min(widest, width(variance.varianceOfDifference, right - left)))
    let sum = max(both, min(widest, width(variance.varianceOfSum, right + left)))
    func middle(_ own: Double) -> Double { [own, difference, sum].sorted()[1] }
    let ownLeft = max(reach.left, min(-(sample.unique.first ?? 0), width(variance.variance.left, left)))
    let ownRight = max(reach.right, min(sample.unique.last ?? 0, width(variance.variance.right, right)))
    return (middle(ownLeft), middle(ownRight))
  }

  /// ∫ (1−x) x^(i+j) dx and ∫ (1−x) x^(i+3) dx over 0 to 1 in closed form.
  private static var boundaryBias: Double {
    func integral(_ power: Int) -> Double { 1 / Double(power + 1) - 1 / Double(power + 2) }
    var kernel = Matrix(rows: order + 1, columns: order + 1)
    for i in 0...order { for j in 0...order { kernel[i, j] = integral(i + j) } }
    let moments = (0...order).map { integral($0 + order + 1) }
    return kernel.inverse.map { ($0 * moments)[1] } ?? .nan
  }
}

/// Whether of those near a cutoff more lie on one side than chance would have: exact, for counts of few different values
/// (days, turns) as well.
package enum CutoffCount {
  /// - Parameter chance: That one of them lies below the cutoff if nothing happens there.
  /// - Returns: That so uneven a division, or one less likely still, comes by chance; `nil` of none.
  package static func likelihood(below: Int64, above: Int64, chance: Double = 0.5) -> Double? {
    let n = below + above
    guard n > 0, below >= 0, above >= 0, chance > 0, chance < 1 else { return nil }
    func log(_ k: Int64) -> Double {
      let (k, n) = (Double(k), Double(n))
      return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * Foundation.log(chance)
        + (n - k) * log1p(-chance)
    }
    let observed = log(below) + 1e-7
    let mode = Int64((Double(n + 1) * chance).rounded(.down))
    if log(mode) <= observed { return 1 }
    // The probabilities rise to the mode and fall from it: what is as unlikely on the other side is found by halving.
    if below < mode {
      var (low, high) = (mode, n + 1)
      while low < high {
        let middle = (low + high) / 2
        if log(middle) <= observed { high = middle } else { low = middle + 1 }
      }
      return min(
        1,
        Distributions.binomial(atMost: below, of: n, chance: chance)
          + Distributions.binomial(atMost: n - low, of: n, chance: 1 - chance))
    }
    var (low, high) = (Int64(-1), mode)
    while low < high {
      let middle = low + (high - low + 1) / 2
      if log(middle) <= observed { low = middle } else { high = middle - 1 }
    }
    return min(
      1,
      Distributions.binomial(atMost: low, of: n, chance: chance)
        + Distributions.binomial(atMost: n - below, of: n, chance: 1 - chance))
  }
}
