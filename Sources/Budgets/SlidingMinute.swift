/// The use of one scope in the last minute, by the second of admission.
///
/// What was admitted in second s counts until second s + 61 begins: for a minute and at most one second more, so
/// that no sixty seconds ever see more than the limit. Bounded: at most one entry for each second from a minute
/// before to a minute after now. (After now: a clock that was set back by less than a minute forgets nothing.)
struct SlidingMinute: Sendable {
  private struct Entry {
    var second: Int64
    var use: Use
  }

  static let reach: Int64 = 60

  /// By second, ascending.
  private var entries: [Entry] = []
  private var total = Use()

  func use(at second: Int64) -> Use {
    guard let first = entries.first, let last = entries.last else { return Use() }
    if Self.counts(first.second, at: second), Self.counts(last.second, at: second) { return total }
    return entries.reduce(into: Use()) { sum, entry in
      if Self.counts(entry.second, at: second) { sum += entry.use }
    }
  }

  /// When as much as `surplus` will count no more, in seconds since 1970; `nil` if so much does not count now.
  func second(freeing surplus: Int128, at second: Int64, of amount: (Amounts) -> Int128) -> Int64? {
    var freed: Int128 = 0
    for entry in entries where Self.counts(entry.second, at: second) {
      freed += amount(entry.use.settled) + amount(entry.use.reserved)
      if freed >= surplus { return entry.second + Self.reach + 1 }
    }
    return nil
  }

  /// When nothing will count any more, in seconds since 1970; `nil` if nothing counts now.
  func secondWhenEmpty(at second: Int64, of amount: (Amounts) -> Int128) -> Int64? {
    entries.last {
      Self.counts($0.second, at: second) && amount($0.use.settled) + amount($0.use.reserved) > 0
    }.map { $0.second + Self.reach + 1 }
  }

  /// Makes room for what is admitted in `second`, and forgets what does not count then.
  mutating func open(_ second: Int64) {
    if let last = entries.last, last.second == second { return }
    if let first = entries.first, let last = entries.last,
      !Self.counts(first.second, at: second) || !Self.counts(last.second, at: second)
    {
      entries.removeAll { entry in
        guard !Self.counts(entry.second, at: second) else { return false }
        total -= entry.use
        return true
      }
    }
    let position = self.position(of: second)
    if position == entries.count || entries[position].second != second {
      entries.insert(Entry(second: second, use: Use()), at: position)
    }
  }

  /// Does nothing if the second is held no more.
  mutating func change(in second: Int64, by change: UseChange) {
    let position = self.position(of: second)
    guard position < entries.count, entries[position].second == second else { return }
    change.apply(to: &entries[position].use)
    change.apply(to: &total)
  }

  private static func counts(_ second: Int64, at now: Int64) -> Bool { abs(now - second) <= reach }

  /// Of the first entry that is not before `second`; calls mostly ask for the last.
  private func position(of second: Int64) -> Int {
    var position = entries.count
    while position > 0, entries[position - 1].second >= second { position -= 1 }
    return position
  }
}
