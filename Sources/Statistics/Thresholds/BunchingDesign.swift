import Foundation

/// The regression behind ``Bunching``, made once and solved for many draws.
struct BunchingDesign {
  struct Fit {
    var excess: Double
    var normalised: Double
    var counterfactual: [Double]
    /// Each count with what the constraint put to it, and by what it was multiplied.
    var adjusted: [Double]
    var shift: [Double]
  }

  /// Bins the polynomial is fitted to, and those that it is not.
  let outside: [Int]
  let window: [Int]
  let terms: Int
  private let rows: [[Double]]
  private let squares: LeastSquares
  private let origin: Bunching.Origin

  init?(_ counts: BinnedCounts, _ settings: Bunching.Settings) {
    let bins = counts.counts.indices
    window = bins.filter { settings.excluded.contains(counts.place(of: $0)) }
    outside = bins.filter { !settings.excluded.contains(counts.place(of: $0)) }
    let reach = bins.map { Double(abs(counts.place(of: $0))) }.max() ?? 1
    rows = bins.map { bin in
      let x = Double(counts.place(of: bin)) / max(1, reach)
      return (0...settings.order).map { pow(x, Double($0)) }
        + settings.roundNumbers.map { counts.hasMultiple(of: $0, in: bin) ? 1 : 0 }
    }
    terms = settings.order + 1 + settings.roundNumbers.count
    guard outside.count > terms, !window.isEmpty, settings.order >= 0 else { return nil }
    let (rows, outside) = (rows, outside)
    squares = LeastSquares((0..<terms).map { term in outside.map { rows[$0][term] } })
    origin = settings.origin
  }

  func fit(_ counts: [Double]) -> Fit? {
    let source: [Int] =
      switch origin {
      case .below: outside.filter { $0 < (window.first ?? 0) }
      case .above: outside.filter { $0 > (window.last ?? 0) }
      case .unknown: []
      }
    let mass = source.reduce(0) { $0 + counts[$1] }
    var shift = [Double](repeating: 1, count: counts.count)
    var (excess, counterfactual) = (0.0, counts)
    // The excess is missing where it came from: each round puts it back there, until nothing changes.
    for _ in 0..<200 {
      let adjusted = outside.map { counts[$0] * shift[$0] }
      let factors = squares.factors(of: adjusted)
      counterfactual = rows.map { row in zip(row, factors).reduce(0) { $0 + $1.0 * $1.1 } }
      let next = window.reduce(0) { $0 + counts[$1] - counterfactual[$1] }
      let isDone = abs(next - excess) <= 1e-10 * max(1, abs(next))
      excess = next
      guard mass > 0, !isDone else { break }
      for bin in source { shift[bin] = max(0, 1 + excess / mass) }
    }
    let height = window.reduce(0) { $0 + counterfactual[$1] } / Double(window.count)
    guard height > 0, excess.isFinite, source.isEmpty || shift[source[0]] > 0 else { return nil }
    return Fit(
      excess: excess, normalised: excess / height, counterfactual: counterfactual,
      adjusted: counts.indices.map { counts[$0] * shift[$0] }, shift: shift)
  }
}
