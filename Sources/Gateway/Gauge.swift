import Synchronization

/// How many of something there are at once, up to a bound.
final class Gauge: Sendable {
  private let bound: Int
  private let count = Atomic<Int>(0)

  init(bound: Int) { self.bound = bound }

  var value: Int { count.load(ordering: .relaxed) }

  /// - Returns: `false`, and nothing is counted, if there are as many as there may be.
  func begin() -> Bool {
    if count.wrappingAdd(1, ordering: .relaxed).newValue <= bound { return true }
    count.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  func end() { count.wrappingSubtract(1, ordering: .relaxed) }
}
