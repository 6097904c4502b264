import Foundation

/// The density on either side of a cutoff: a polynomial through the empirical distribution function within a bandwidth of
/// it, weighted by a triangular kernel; its first coefficient is the density (Cattaneo, Jansson and Ma, "Simple local
/// polynomial density estimators", JASA 115, 2020). Unrestricted: each side for itself; variance by the jackknife.
struct LocalDensity {
  /// One figure of both sides.
  struct Sides {
    var left: Double
    var right: Double
    var difference: Double { right - left }
    var sum: Double { right + left }
  }

  /// The density.
  private(set) var density = Sides(left: .nan, right: .nan)
  /// The coefficient of the power that was asked for.
  private(set) var coefficient = Sides(left: .nan, right: .nan)
  private(set) var variance = Sides(left: .nan, right: .nan)
  private(set) var covariance = Double.nan

  var varianceOfDifference: Double { variance.left + variance.right - 2 * covariance }
  var varianceOfSum: Double { variance.left + variance.right + 2 * covariance }

  /// - Parameters:
  ///   - sample: Sorted, the cutoff at 0.
  ///   - order: Of the polynomial.
  ///   - power: Whose coefficient is asked for.
  /// - Returns: `nil` where too few different values are within the bandwidths.
  init?(_ sample: CutoffSample, left: Double, right: Double, order: Int, power: Int) {
    let terms = order + 1
    let first = sample.values.partitionPoint { $0 >= -left }
    let last = sample.values.partitionPoint { $0 > right }
    let middle = max(first, min(last, sample.left))
    let indices = first..<last
    func scaled(_ index: Int) -> Double { sample.values[index] / (index < middle ? left : right) }
    /// The weighted powers of a value.
    func weighted(_ index: Int) -> [Double] {
      let x = scaled(index)
      let weight = (1 - abs(x)) / (index < middle ? left : right)
      var (powers, term) = ([Double](), weight)
      for _ in 0..<terms {
        powers.append(term)
        term *= x
      }
      return powers
    }
    var (squares, products) = (
      [Matrix(rows: terms, columns: terms), Matrix(rows: terms, columns: terms)],
      [[Double](repeating: 0, count: terms), [Double](repeating: 0, count: terms)]
    )
    for index in indices {
      let side = index < middle ? 0 : 1
      let (x, row) = (scaled(index), weighted(index))
      var power = 1.0
      for j in 0..<terms {
        for i in 0..<terms { squares[side][i, j] += row[i] * power }
        products[side][j] += row[j] * sample.distribution[index]
        power *= x
      }
    }
    guard let leftInverse = squares[0].inverse, let rightInverse = squares[1].inverse else { return nil }
    let (b, c) = (leftInverse * products[0], rightInverse * products[1])
    density = Sides(left: b[1] / left, right: c[1] / right)
    coefficient = Sides(
      left: b[power] / pow(left, Double(power)), right: c[power] / pow(right, Double(power)))

    // What each observation adds to the distribution function of all that lie above it, projected on the coefficients.
    // Only their first powers are wanted.
    let (leftRow, rightRow) = (leftInverse.row(1), rightInverse.row(1))
    var sums = [[Double](repeating: 0, count: terms), [Double](repeating: 0, count: terms)]
    var (ll, rr, lr) = (0.0, 0.0, 0.0)
    var index = last - 1
    while index >= first {
      // Of equal values all are as the first of them: above it are the others as well.
      var start = index
      while start > first, sample.values[start - 1] == sample.values[index] { start -= 1 }
      for tied in stride(from: index, to: start, by: -1) { add(tied) }
      let (u, v) = (Self.product(leftRow, sums[0]), Self.product(rightRow, sums[1]))
      let count = Double(index - start + 1)
      ll += count * u * u
      rr += count * v * v
      lr += count * u * v
      add(start)
      index = start - 1
    }
    func add(_ index: Int) {
      let side = index < middle ? 0 : 1
      for (term, value) in weighted(index).enumerated() { sums[side][term] += value }
    }
    let scale = Double(sample.count - 1) * Double(sample.count - 1)
    variance = Sides(left: ll / scale / (left * left), right: rr / scale / (right * right))
    covariance = lr / scale / (left * right)
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension Matrix {
  fileprivate func row(_ row: Int) -> [Double] { (0..<columns).map { self[row, $0] } }
}

/// A sorted sample with its cutoff at 0.
struct CutoffSample {
  let values: [Double]
  /// The share of the others that are no greater, for equal values that of the last.
  let distribution: [Double]
  /// How many lie below the cutoff.
  let left: Int
  /// The different values, and how many of them lie below the cutoff.
  let unique: [Double]
  let uniqueLeft: Int

  var count: Int { values.count }
  var right: Int { values.count - left }
  var uniqueRight: Int { unique.count - uniqueLeft }

  /// - Returns: `nil` unless both sides have some.
  init?(_ sample: [Double], cutoff: Double) {
    let sorted = sample.filter(\.isFinite).map { $0 - cutoff }.sorted()
    guard let first = sorted.first, let last = sorted.last, first < 0, last >= 0 else { return nil }
    values = sorted
    left = sorted.partitionPoint { $0 >= 0 }
    var (unique, distribution) = ([Double](), [Double](repeating: 0, count: sorted.count))
    for index in sorted.indices.reversed() {
      let isLast = index + 1 == sorted.count || sorted[index + 1] != sorted[index]
      distribution[index] = isLast ? Double(index) / Double(sorted.count - 1) : distribution[index + 1]
      if isLast { unique.append(sorted[index]) }
    }
    self.distribution = distribution
    self.unique = unique.reversed()
    uniqueLeft = self.unique.partitionPoint { $0 >= 0 }
  }

  /// The distance within which there are so many values, and so many different ones, on one side; all if there are fewer.
  func reach(left isLeft: Bool, values wanted: Int, unique wantedUnique: Int) -> Double {
    func distance(_ values: [Double], _ left: Int, _ wanted: Int) -> Double {
      isLeft
        ? -values[left - min(wanted, left)]
        : values[left + min(wanted, values.count - left) - 1]
    }
    return max(distance(values, left, wanted), distance(unique, uniqueLeft, wantedUnique))
  }
}

extension [Double] {
  /// The first index at which a condition holds that holds from there on.
  func partitionPoint(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
