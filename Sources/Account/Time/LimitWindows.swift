package import Ledger

/// The windows in which a provider counts use against its limits, as far as records show them.
///
/// A window opens at the full hour (UTC) of the first use after the previous one ended, and lasts five hours;
/// the weekly window follows the same rule with seven days. This is how Anthropic's limits behave for one
/// account on one machine; use elsewhere on the same account can open a window that is not seen here.
package struct LimitWindows: Sendable {
  package let length: Duration
  /// When each window opened, ascending.
  package let openings: [Instant]

  /// - Parameter activity: the slots in which anything was used, in any order.
  package init(length: Duration, activity: some Sequence<Instant>) {
    self.length = length
    let span = length.wholeMilliseconds
    var openings: [Instant] = []
    var end = Int64.min
    for instant in activity.sorted() where instant.milliseconds >= end {
      let opening = floorDivide(instant.milliseconds, 3_600_000) &* 3_600_000
      openings.append(Instant(milliseconds: opening))
      let (sum, overflow) = opening.addingReportingOverflow(span)
      end = overflow ? .max : sum
    }
    self.openings = openings
  }

  /// The window that was open at `instant`; `nil` only for an instant before all activity.
  package func opening(for instant: Instant) -> Instant? {
    var low = 0
    var high = openings.count
    while low < high {
      let middle = (low + high) / 2
      if openings[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : openings[low - 1]
  }
}
