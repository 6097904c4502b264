/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed, on every run and every machine. All that
/// is drawn for an interval is drawn with one, so that a figure can be worked out again.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z &>> 31
  }

  /// From 0 up to, and not, 1.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// One of `count`, from 0 on: the high word of a product, which is off by less than 2⁻⁴⁰ for a few million.
  package mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
