import Foundation

/// Tails of the distributions that intervals and tests are made of. After Press et al., Numerical Recipes, 6.1–6.4:
/// series and continued fractions to a relative error of about 10⁻¹².
package enum Distributions {
  private static let steps = 500
  private static let precision = 1e-14
  private static let tiny = 1e-300

  /// The regularised incomplete gamma function P(a, x): that of a gamma variable of shape `a` no more than `x`.
  package static func gamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0, a > 0 else { return 0 }
    let front = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      for _ in 0..<(steps + Int(a)) {
        n += 1
        term *= x / n
        sum += term
        if abs(term) < abs(sum) * precision { break }
      }
      return min(1, front * sum)
    }
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1..<(steps + Int(a)) {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = an * d + b
      if abs(d) < tiny { d = tiny }
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      if abs(d * c - 1) < precision { break }
    }
    return max(0, 1 - front * h)
  }

  /// The regularised incomplete beta function.
  package static func beta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let combinations: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
    let powers: Double = a * log(x) + b * log(1 - x)
    let front = exp(combinations + powers)
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var h = d
    for step in 1..<steps {
      let m = Double(step)
      let place = a + 2 * m
      let even: Double = m * (b - m) * x / ((place - 1) * place)
      let odd: Double = -(a + m) * (a + b + m) * x / (place * (place + 1))
      for numerator in [even, odd] {
        d = 1 + numerator * d
        if abs(d) < tiny { d = tiny }
        c = 1 + numerator / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        h *= d * c
      }
      if abs(d * c - 1) < precision { break }
    }
    return h
  }

  /// That a Student's t of so many degrees of freedom is farther from zero than `t`, on either side.
  package static func student(_ t: Double, freedom: Double) -> Double {
    guard freedom > 0, t.isFinite else { return t.isFinite ? 1 : 0 }
    return beta(freedom / 2, 0.5, freedom / (freedom + t * t))
  }

  /// That of `n` with chance `p` each at most `k` come.
  package static func binomial(atMost k: Int64, of n: Int64, chance p: Double) -> Double {
    if k < 0 { return 0 }
    if k >= n { return 1 }
    return beta(Double(n - k), Double(k + 1), 1 - p)
  }

  /// That a variable of the standard normal distribution is no more than `z`.
  package static func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}
