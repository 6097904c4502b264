import Foundation

/// Draws from distributions.
extension SeededRandom {
  /// Standard normal (Box and Muller, 1958).
  package mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Of scale one (Marsaglia and Tsang, 2000).
  package mutating func gamma(shape: Double) -> Double {
    guard shape >= 1 else { return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      if log(1 - uniform()) < x * x / 2 + d - d * cube + d * log(cube) { return d * cube }
    }
  }
}
