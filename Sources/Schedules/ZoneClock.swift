import Foundation

/// The clocks on the wall of one time zone, and what instants they show.
struct ZoneClock: Sendable {
  private let zone: TimeZone
  /// UTC has no changes to look for.
  private let isFixed: Bool

  init(_ zone: TimeZone) {
    self.zone = zone
    isFixed = zone.identifier == "GMT" || zone.identifier == "UTC"
  }

  /// How far clocks are ahead of UTC, in seconds.
  private func offset(at second: Int) -> Int {
    isFixed ? 0 : zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
  }

  /// What clocks show, in minutes since 1970-01-01T00:00.
  func minute(at second: Int) -> Int { (second + offset(at: second)).floored(by: 60) }

  /// The instants, in seconds, at which clocks come to show a minute: none, one or two. Clocks are not changed twice
  /// within two days.
  func seconds(of minute: Int) -> [Int] {
    let shown = minute * 60
    let before = offset(at: shown - 86_400)
    let after = offset(at: shown + 86_400)
    if before == after { return [shown - before] }
    return [before, after].map { shown - $0 }.filter { offset(at: $0) == shown - $0 }
      .sorted()
  }

  /// The instant, in seconds, at which clocks first show a minute; of a minute that they leave out, the first after it.
  func firstSecond(of minute: Int) -> Int {
    let shown = minute * 60
    let before = offset(at: shown - 86_400)
    let after = offset(at: shown + 86_400)
    if before == after { return shown - before }
    let early = min(shown - before, shown - after)
    let late = max(shown - before, shown - after)
    for second in [early, late] where offset(at: second) == shown - second { return second }
    // Between the two clocks were put on: the first second of the new time.
    var low = early
    var high = late
    let old = offset(at: low)
    while high - low > 1 {
      let middle = (low + high) / 2
      if offset(at: middle) == old { low = middle } else { high = middle }
    }
    return high
  }

  /// By how much clocks are put back within a day of an instant, before or after.
  func repeatedSeconds(around second: Int) -> Int {
    max(0, offset(at: second - 86_400) - offset(at: second + 86_400))
  }
}
