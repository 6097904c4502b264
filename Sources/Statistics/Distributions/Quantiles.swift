import Foundation

/// The numbers that a share of a distribution is no more than: the tails of ``Distributions`` turned round. Newton's
/// steps from a good guess, kept within a bracket: some five evaluations each.
extension Distributions {
  /// The z that 95 in 100 of a standard normal distribution are nearer to zero than.
  package static let normalLimit = 1.959_963_984_540_054

  /// Of the standard normal distribution. Acklam's rational approximation (relative error 10⁻⁹) and one step of
  /// Halley's with `erfc`, to the last digits.
  package static func normalQuantile(_ share: Double) -> Double {
    guard share > 0 else { return -.infinity }
    guard share < 1 else { return .infinity }
    guard share <= 0.5 else { return -normalQuantile(1 - share) }
    let a = [
      -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
      -3.066479806614716e+01, 2.506628277459239e+00,
    ]
    let b = [
      -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
      -1.328068155288572e+01, 1,
    ]
    let c = [
      -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
      4.374664141464968e+00, 2.938163982698783e+00,
    ]
    let d = [
      7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1,
    ]
    func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
      coefficients.reduce(0) { $0 * x + $1 }
    }
    var z: Double
    if share < 0.02425 {
      let q = (-2 * log(share)).squareRoot()
      z = polynomial(c, q) / polynomial(d, q)
    } else {
      let q = share - 0.5
      z = polynomial(a, q * q) * q / polynomial(b, q * q)
    }
    let step = (normal(z) - share) * (2 * Double.pi).squareRoot() * exp(z * z / 2)
    z -= step / (1 + z * step / 2)
    return z
  }

  /// The t that 95 in 100 of Student's distribution are nearer to zero than.
  package static func studentLimit(freedom: Double) -> Double { studentLimit(0.95, freedom: freedom) }

  /// The t that so great a share of Student's distribution is nearer to zero than.
  package static func studentLimit(_ share: Double, freedom: Double) -> Double {
    guard freedom > 0, share > 0 else { return freedom > 0 ? 0 : .infinity }
    guard share < 1 else { return .infinity }
    // Both are exact, and far from the normal distribution.
    if freedom == 1 { return tan(share * .pi / 2) }
    if freedom == 2 { return share * (2 / (1 - share * share)).squareRoot() }
    let z = normalQuantile(0.5 + share / 2)
    let guess = z + (z * z * z + z) / (4 * freedom)
    let height = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * .pi) / 2
    return root(from: guess, in: 0...Double.greatestFiniteMagnitude) { t in
      let density = exp(height - (freedom + 1) / 2 * log1p(t * t / freedom))
      return (1 - student(t, freedom: freedom) - share, 2 * density)
    }
  }

  /// Of a gamma variable of that shape and scale one.
  package static func gammaQuantile(_ share: Double, shape: Double) -> Double {
    guard share > 0, shape > 0 else { return 0 }
    guard share < 1 else { return .infinity }
    // Wilson and Hilferty (1931).
    let cube = 1 - 1 / (9 * shape) + normalQuantile(share) / (3 * shape.squareRoot())
    let small = exp((log(share) + lgamma(shape + 1)) / shape)
    let guess = cube > 0 && shape > 0.5 ? max(shape * cube * cube * cube, small / 2) : small
    return root(from: guess, in: 0...Double.greatestFiniteMagnitude) { x in
      (gamma(shape, x) - share, exp((shape - 1) * log(x) - x - lgamma(shape)))
    }
  }

  /// Of a beta variable.
  package static func betaQuantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
    guard share > 0, a > 0 else { return 0 }
    guard share < 1, b > 0 else { return 1 }
    let height = lgamma(a + b) - lgamma(a) - lgamma(b)
    let z = normalQuantile(share)
    let mean = a / (a + b)
    let spread = (mean * (1 - mean) / (a + b + 1)).squareRoot()
    return root(from: min(1 - 1e-9, max(1e-9, mean + z * spread)), in: 0...1) { x in
      (beta(a, b, x) - share, exp(height + (a - 1) * log(x) + (b - 1) * log1p(-x)))
    }
  }

  /// Where a rising function is zero. Newton's steps, or half-way where one would leave the bracket.
  private static func root(
    from guess: Double, in bracket: ClosedRange<Double>,
    _ function: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var (low, high, x) = (bracket.lowerBound, bracket.upperBound, guess)
    for _ in 0..<200 {
      let (value, slope) = function(x)
      if value == 0 { return x }
      if value < 0 { low = max(low, x) } else { high = min(high, x) }
      var next = x - value / slope
      if !next.isFinite || next <= low || next >= high {
        // Without an upper limit so far: twice as far.
        next = high == .greatestFiniteMagnitude ? 2 * x : (low + high) / 2
      }
      if abs(next - x) <= 1e-13 * abs(x) { return next }
      x = next
    }
    return x
  }
}
