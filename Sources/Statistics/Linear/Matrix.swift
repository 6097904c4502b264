/// A small dense matrix, row by row: of a regression with a handful of terms, not of data.
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  private(set) var values: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: 0, count: rows * columns)
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The sum of a row's products with a vector, for each row.
  static func * (a: Matrix, b: [Double]) -> [Double] {
    (0..<a.rows).map { row in (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1] } }
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    var product = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns {
        let value = a[i, k]
        for j in 0..<b.columns { product[i, j] += value * b[k, j] }
      }
    }
    return product
  }

  /// `nil` if there is none: rows of a square matrix that say the same.
  var inverse: Matrix? {
    let size = rows
    var (left, right) = (self, Matrix(rows: size, columns: size))
    for i in 0..<size { right[i, i] = 1 }
    for column in 0..<size {
      let best = (column..<size).max { abs(left[$0, column]) < abs(left[$1, column]) } ?? column
      guard abs(left[best, column]) > 1e-300 else { return nil }
      for j in 0..<size {
        (left[best, j], left[column, j]) = (left[column, j], left[best, j])
        (right[best, j], right[column, j]) = (right[column, j], right[best, j])
      }
      let pivot = left[column, column]
      for j in 0..<size {
        left[column, j] /= pivot
        right[column, j] /= pivot
      }
      for row in 0..<size where row != column {
        let factor = left[row, column]
        guard factor != 0 else { continue }
        for j in 0..<size {
          left[row, j] -= factor * left[column, j]
          right[row, j] -= factor * right[column, j]
        }
      }
    }
    return right
  }
}

/// Least squares by Gram and Schmidt's way, twice over each column, so that powers of one variable do no harm.
struct LeastSquares: Sendable {
  /// Columns at right angles to each other, of length one; `nil` for one that the others already say.
  private let basis: [[Double]?]
  private let triangle: Matrix

  /// - Parameter columns: All of one length.
  init(_ columns: [[Double]]) {
    var basis: [[Double]?] = []
    var triangle = Matrix(rows: columns.count, columns: columns.count)
    for (index, column) in columns.enumerated() {
      var rest = column
      let size = Self.product(rest, rest).squareRoot()
      for _ in 0..<2 {
        for (other, unit) in basis.enumerated() {
          guard let unit else { continue }
          let part = Self.product(unit, rest)
          triangle[other, index] += part
          for row in rest.indices { rest[row] -= part * unit[row] }
        }
      }
      let length = Self.product(rest, rest).squareRoot()
      if length > 1e-10 * size, length > 0 {
        triangle[index, index] = length
        basis.append(rest.map { $0 / length })
      } else {
        basis.append(nil)
      }
    }
    self.basis = basis
    self.triangle = triangle
  }

  /// The factors of the columns; 0 for one that the others already say.
  func factors(of values: [Double]) -> [Double] {
    let parts = basis.map { unit in unit.map { Self.product($0, values) } ?? 0 }
    var factors = [Double](repeating: 0, count: basis.count)
    for index in basis.indices.reversed() where basis[index] != nil {
      var sum = parts[index]
      for later in (index + 1)..<max(index + 1, basis.count) {
        sum -= triangle[index, later] * factors[later]
      }
      factors[index] = sum / triangle[index, index]
    }
    return factors
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
