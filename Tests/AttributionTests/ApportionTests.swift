import Ledger
import Testing

@testable import Attribution

@Suite("Tokens divide exactly")
struct ApportionTests {
  @Test("the parts add up to the total, in proportion to within one", arguments: 0..<200)
  func sums(seed: UInt64) {
    var random = SplitMix(state: seed)
    let weights = (0..<Int(random.next() % 9 + 1)).map { _ in
      Int64(truncatingIfNeeded: random.next() >> (random.next() % 64)) & .max
    }
    let total = Int64(truncatingIfNeeded: random.next() >> (random.next() % 64))
    let parts = apportion(total, weights: weights)
    #expect(parts.count == weights.count)
    #expect(parts.reduce(Int64(0), &+) == total)
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    if sum > 0, total.magnitude < 1 << 50, sum < 1e17 {
      for (part, weight) in zip(parts, weights) {
        #expect(abs(Double(part) - Double(total) * Double(weight) / sum) <= 1.001)
      }
    }
  }

  @Test(
    "edge cases",
    arguments: [
      (10, [1, 1, 1], [4, 3, 3]), (0, [3, 4], [0, 0]), (7, [0, 0], [7, 0]), (-10, [1, 1, 1], [-4, -3, -3]),
      (5, [0, 2], [0, 5]), (9, [-5, 3], [0, 9]),
      (.max, [.max, .max], [4_611_686_018_427_387_904, 4_611_686_018_427_387_903]),
      (.min, [1], [.min]),
    ] as [(Int64, [Int64], [Int64])])
  func edges(total: Int64, weights: [Int64], parts: [Int64]) {
    #expect(apportion(total, weights: weights) == parts)
  }

  @Test("in every part the unknown and the unpriced are of the records, whatever the weights")
  func ofTheRecords() {
    var random = SplitMix(state: 11)
    for _ in 0..<2000 {
      let unknown = Int64.random(in: 0...5, using: &random)
      let unpriced = Int64.random(in: 0...5, using: &random)
      let whole = Totals(
        records: unknown + unpriced + .random(in: 0...5, using: &random), unknownRecords: unknown,
        unpricedRecords: unpriced)
      let weights = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        Int64.random(in: 0...9, using: &random)
      }
      let parts = whole.divided(by: weights)
      #expect(parts.reduce(.zero, +) == whole)
      #expect(parts.allSatisfy { $0.unknownRecords + $0.unpricedRecords <= $0.records })
    }
  }

  @Test("nothing to divide among gives nothing")
  func empty() { #expect(apportion(5, weights: []).isEmpty) }
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
