/// Arithmetic modulo the prime 2³¹ − 1, in which the algebra of published sums is done: exact, without the fractions
/// growing.
///
/// What holds over the rationals holds here unless the prime divides a minor of a matrix of zeros and ones, which
/// for sums of people and weeks would be a coincidence of one in two thousand million.
enum Residues {
  static let prime: UInt64 = 2_147_483_647

  /// `vector − factor × row`, in place. Both have the same length.
  static func subtract(_ factor: UInt64, times row: [UInt64], from vector: inout [UInt64]) {
    guard factor != 0 else { return }
    let plus = prime - factor
    let count = min(row.count, vector.count)
    row.withUnsafeBufferPointer { row in
      vector.withUnsafeMutableBufferPointer { vector in
        var index = 0
        while index < count {
          let term = row[index]
          if term != 0 { vector[index] = (vector[index] &+ plus &* term) % prime }
          index += 1
        }
      }
    }
  }

  static func scale(_ vector: inout [UInt64], by factor: UInt64) {
    vector.withUnsafeMutableBufferPointer { vector in
      var index = 0
      while index < vector.count {
        vector[index] = vector[index] &* factor % prime
        index += 1
      }
    }
  }

  /// Fermat: the inverse is the power of prime − 2. Of zero it is zero.
  static func inverse(of value: UInt64) -> UInt64 {
    var (result, base, exponent) = (UInt64(1), value % prime, prime - 2)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result &* base % prime }
      base = base &* base % prime
      exponent >>= 1
    }
    return result
  }
}
