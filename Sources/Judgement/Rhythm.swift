/// How evenly things follow each other, as network beacons are scored (RITA, analysis/beacons.go, its timestamp score):
/// the mean of 1 − |Bowley's skewness| and 1 − MAD / median of the gaps.
struct Rhythm: Hashable, Sendable {
  /// Gaps that were looked at. Longer ones, such as over night, interrupt a rhythm and are no part of it.
  var count: Int
  /// In seconds.
  var median: Double
  /// The median absolute deviation, in seconds.
  var deviation: Double
  /// 0…1.
  var score: Double

  var spread: Double { median > 0 ? deviation / median : 1 }

  /// Gaps of more than so many medians are interruptions.
  static let interruption = 2.5

  /// - Parameters:
  ///   - gaps: In seconds, in any order.
  ///   - fewest: `nil` is returned if fewer are left without interruptions, or if those are more than a third.
  init?(gaps: [Double], fewest: Int) {
    guard gaps.count >= fewest else { return nil }
    let all = gaps.sorted()
    let limit = Self.quantile(all, 0.5) * Self.interruption
    let kept = Array(all.prefix { $0 <= limit })
    guard kept.count >= fewest, kept.count * 3 >= all.count * 2 else { return nil }
    median = Self.quantile(kept, 0.5)
    guard median > 0 else { return nil }
    count = kept.count
    let middle = median
    deviation = Self.quantile(kept.map { abs($0 - middle) }.sorted(), 0.5)
    let (low, high) = (Self.quantile(kept, 0.25), Self.quantile(kept, 0.75))
    // The shape of a spread this small says nothing: three values decide it.
    let skewness = high - low > 0.1 * median ? (low + high - 2 * median) / (high - low) : 0
    score = ((1 - abs(skewness)) + max(0, 1 - deviation / median)) / 2
  }

  /// Whether a gap is one of the rhythm.
  func holds(_ gap: Double) -> Bool { abs(gap - median) <= max(3 * deviation, 0.02 * median, 1) }

  /// Linear between the values around it.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.indices.last else { return 0 }
    let place = share * Double(last)
    let low = Int(place)
    let high = min(low + 1, last)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}
