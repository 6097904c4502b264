import Ledger
import Synchronization

/// Which upstreams have lately failed, and are asked last until they have answered again.
///
/// An upstream that failed `threshold` times in a row stands back for a while that doubles up to a limit. It is
/// still asked when no other is there: health decides on the order, never on whether a call is made.
final class UpstreamHealth: Sendable {
  private struct Course {
    var failures = 0
    var standsBackUntil: Instant?
  }

  private static let threshold = 3
  private static let pause: (first: Int64, longest: Int64) = (5_000, 60_000)
  private let courses: Mutex<[Course]>

  init(count: Int) { courses = Mutex(Array(repeating: Course(), count: count)) }

  func succeeded(_ index: Int) { courses.withLock { $0[index] = Course() } }

  func failed(_ index: Int, at now: Instant) {
    courses.withLock { courses in
      courses[index].failures += 1
      let beyond = courses[index].failures - Self.threshold
      guard beyond >= 0 else { return }
      let pause = min(Self.pause.longest, Self.pause.first << min(beyond, 10))
      courses[index].standsBackUntil = now + .milliseconds(pause)
    }
  }

  /// The candidates in order, those that stand back after the others.
  func ordered(_ candidates: [Int], at now: Instant) -> [Int] {
    if candidates.count < 2 { return candidates }
    return courses.withLock { courses in
      func isBack(_ index: Int) -> Bool { courses[index].standsBackUntil.map { $0 > now } ?? false }
      return candidates.filter { !isBack($0) } + candidates.filter(isBack)
    }
  }
}
