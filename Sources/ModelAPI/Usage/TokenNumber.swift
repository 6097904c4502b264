import JSONScan

/// A token count as a provider states it, and whether any could not be one.
struct TokenNumbers {
  /// More tokens than any call can have, small enough that sums of counts cannot overflow.
  static let maximum: Int64 = 1_000_000_000_000
  private(set) var hasImpossible = false

  /// The next value: `nil` if it is `null`, which is not zero, or no count.
  mutating func next(_ cursor: inout JSONCursor) throws(JSONScanError) -> Int64? {
    let start = cursor.position
    do {
      guard let count = try cursor.integer() else { return nil }
      if (0...Self.maximum).contains(count) { return count }
      hasImpossible = true
      return nil
    } catch {
      guard error.reason == .notAnInteger else { throw error }
      hasImpossible = true
      cursor.position = start
      try cursor.skipValue()
      return nil
    }
  }

  /// The rest of a whole without its parts; a part larger than its whole makes it 0.
  mutating func rest(of whole: Int64, without parts: Int64) -> Int64 {
    if parts > whole { hasImpossible = true }
    return max(0, whole - parts)
  }
}
