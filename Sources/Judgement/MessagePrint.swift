package import Ledger

/// Sixteen bytes of one message's ``Sketch``, enough to find nearly the same message in other sessions: four bits of each
/// bin. Nothing of the message can be read from it, and shorter ones, of which many are alike by chance, have none.
package struct MessagePrint: Codable, Hashable, Sendable {
  package var low: UInt64
  package var high: UInt64

  /// Fewer bins than these are filled by a dozen words or less.
  package static let fewestBins = 10
  private static let binsPerHalf = Sketch.binCount / 2
  private static let empty: UInt64 = 0xF
  private static let lowBits: UInt64 = 0x1111_1111_1111_1111

  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// - Returns: `nil` for what is too short.
  package init?(_ sketch: Sketch) {
    guard sketch.bins.count(where: { $0 != Sketch.emptyBin }) >= Self.fewestBins else { return nil }
    func packed(_ bins: ArraySlice<UInt16>) -> UInt64 {
      bins.reduce(0) { $0 << 4 | ($1 == Sketch.emptyBin ? Self.empty : UInt64($1 % 15)) }
    }
    low = packed(sketch.bins[..<Self.binsPerHalf])
    high = packed(sketch.bins[Self.binsPerHalf...])
  }

  /// As ``Sketch/similarity(to:)``, a little above it: of two bins that differ one pair in fifteen looks equal.
  func similarity(to other: MessagePrint) -> Double {
    var (equal, used) = (0, 0)
    for (a, b) in [(low, other.low), (high, other.high)] {
      var differing = a ^ b
      differing = (differing | differing >> 1 | differing >> 2 | differing >> 3) & Self.lowBits
      let both = a & b
      let empty = both & (both >> 1) & (both >> 2) & (both >> 3) & Self.lowBits
      used += Self.binsPerHalf - empty.nonzeroBitCount
      equal += Self.binsPerHalf - empty.nonzeroBitCount - differing.nonzeroBitCount
    }
    return used == 0 ? 0 : Double(equal) / Double(used)
  }

  /// Eight times four bins: messages that are alike have one of them in common. `nil` where all four are empty.
  func band(_ number: Int) -> UInt16? {
    let bins = UInt16(truncatingIfNeeded: (number < 4 ? low : high) >> UInt64(number % 4 * 16))
    return bins == .max ? nil : bins
  }

  static let bandCount = 8
}
