import Foundation

/// How often simulations are repeated: few times in every run, so that it is quick, and as often as wanted for figures.
enum Simulation {
  /// `ASSAY_SIMULATIONS=5` makes five times as many and prints what came of them.
  static let times = max(1, ProcessInfo.processInfo.environment["ASSAY_SIMULATIONS"].flatMap { Int($0) } ?? 1)

  static func say(_ text: String) { if times > 1 { print("on simulated organisations: \(text)") } }

  /// Three standard errors less than a share of so many.
  static func least(_ share: Double, of runs: Int) -> Int {
    let n = Double(runs)
    return Int((n * share - 3 * (n * share * (1 - share)).squareRoot()).rounded(.up))
  }
}
