import JSONScan
import Ledger

/// A token count as a source states it.
enum TokenNumber: Hashable {
  case stated(Int64)
  /// Absent or `null`, which is not zero.
  case missing
  /// Negative, fractional, absurdly large, or no number at all.
  case impossible

  /// More tokens than any call can have, small enough that sums of counts cannot overflow.
  static let maximum: Int64 = 1_000_000_000_000

  /// The count; `nil` where there is none to take.
  var value: Int64? {
    if case .stated(let count) = self { return count }
    return nil
  }
}

extension JSONCursor {
  /// The next value as a token count, whatever its kind.
  mutating func tokenNumber() throws(JSONScanError) -> TokenNumber {
    let start = position
    do {
      guard let count = try integer() else { return .missing }
      return (0...TokenNumber.maximum).contains(count) ? .stated(count) : .impossible
    } catch {
      guard error.reason == .notAnInteger else { throw error }
      position = start
      try skipValue()
      return .impossible
    }
  }
}

extension TokenCounts {
  /// Whether some class is no number of tokens that a call or a session can have.
  var isImpossible: Bool {
    Self.classes.contains { path in
      self[keyPath: path].map { !(0...TokenNumber.maximum).contains($0) } ?? false
    }
  }
}
